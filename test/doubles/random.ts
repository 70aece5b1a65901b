/** Bytes that are the same in every run, and never the same twice in one. */
import { createHash } from 'node:crypto'
import type { Random } from '../../src/domain/time.ts'

export function repeatableRandom(seed = 'certkeep'): Random {
  let calls = 0
  return (length) => {
    const hash = createHash('shake256', { outputLength: length })
    return Uint8Array.from(hash.update(`${seed} ${calls++}`).digest())
  }
}

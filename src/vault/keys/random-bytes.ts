/** Random octets of the quality that keys are made of. */
import { Secret } from '../../domain/secret.ts'
import type { Parts } from '../parts.ts'
import type { Caller } from '../vault.ts'

/** @param count 1 to 128. */
export async function readRandomBytes(
  parts: Parts,
  caller: Caller,
  count: number,
): Promise<Secret<Uint8Array>> {
  await parts.perform({ caller, verb: 'RandomBytesGet' }, async (_reader, facts) => {
    facts.count = count
  })
  return new Secret(parts.random(count))
}

/** The bare limits of cryptography, in this process: key generation and signature, nothing around them. */
import { generateKeyPair, generateKeyPairSync, sign } from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)
const data = Buffer.alloc(1000, 1)

/** P-256 key pairs with one signature each, per second on one core. */
export function bareP256(seconds: number): number {
  const end = performance.now() + seconds * 1000
  let count = 0
  const began = performance.now()
  while (performance.now() < end) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    sign('sha256', data, privateKey)
    count++
  }
  return count / ((performance.now() - began) / 1000)
}

/** RSA-2048 key pairs per second on `cores` cores. */
export async function bareRsa2048(seconds: number, cores: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let count = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: cores }, async () => {
      while (performance.now() < end) {
        await generate('rsa', { modulusLength: 2048 })
        count++
      }
    }),
  )
  return count / ((performance.now() - began) / 1000)
}

/** The bare limits of cryptography, in this process: key generation, signature, encryption, and nothing around them. */
import { execFileSync } from 'node:child_process'
import {
  constants,
  generateKeyPair,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
} from 'node:crypto'
import { promisify } from 'node:util'

const generate = promisify(generateKeyPair)
const signInPool: (hash: string, data: Uint8Array, key: KeyObject) => Promise<Uint8Array> = promisify(sign)
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

/** RSA-2048 signatures per second, in the thread pool on `cores` cores. */
export async function bareRsaSignatures(seconds: number, cores: number): Promise<number> {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const end = performance.now() + seconds * 1000
  let count = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: cores }, async () => {
      while (performance.now() < end) {
        await signInPool('sha256', data, privateKey)
        count++
      }
    }),
  )
  return count / ((performance.now() - began) / 1000)
}

/** P-256 signatures per second on one core. */
export function bareP256Signatures(seconds: number): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return perSecond(seconds, () => sign('sha256', data, privateKey))
}

/** RSA-OAEP-256 with RSA-2048 per second on one core, both ways. */
export function bareOaep(seconds: number): { wrap: number; unwrap: number } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }
  const plain = data.subarray(0, 32)
  const wrapped = publicEncrypt({ key: publicKey, ...oaep }, plain)
  return {
    wrap: perSecond(seconds, () => publicEncrypt({ key: publicKey, ...oaep }, plain)),
    unwrap: perSecond(seconds, () => privateDecrypt({ key: privateKey, ...oaep }, wrapped)),
  }
}

function perSecond(seconds: number, act: () => unknown): number {
  const end = performance.now() + seconds * 1000
  let count = 0
  const began = performance.now()
  while (performance.now() < end) {
    act()
    count++
  }
  return count / ((performance.now() - began) / 1000)
}

export interface OpensslSpeed {
  /** Per second on one core, as the program says. */
  readonly rsaSign: number
  readonly rsaVerify: number
  readonly ecSign: number
}

/** What `openssl speed` measures of RSA-2048 and P-256; undefined where there is no such program. */
export function opensslSpeed(): OpensslSpeed | undefined {
  try {
    const out = execFileSync('openssl', ['speed', '-seconds', '2', '-mr', 'rsa2048', 'ecdsap256'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const figures = (kind: string) =>
      new RegExp(`^\\+${kind}:.*:([\\d.]+):([\\d.]+)$`, 'm').exec(out)!.slice(1).map(Number)
    const [rsaSign, rsaVerify] = figures('F2')
    return { rsaSign: rsaSign!, rsaVerify: rsaVerify!, ecSign: figures('F4')[0]! }
  } catch {
    return undefined
  }
}

/** The cryptography that a certificate cannot be had without, and nothing around it. */
import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { promisify } from 'node:util'

export type BareCa = 'P-256' | 'RSA-2048'
/** `key`: a P-256 key is made here, and its request signed. `request`: the request is somebody's, and verified. */
export type BareWork = `${'key' | 'request'} ${BareCa}`

const signInPool: (hash: string, data: Uint8Array, key: KeyObject) => Promise<Uint8Array> = promisify(sign)
const data = Buffer.alloc(500, 1)

export function bareWork(work: BareWork): () => Promise<void> {
  const [source, ca] = work.split(' ') as ['key' | 'request', BareCa]
  const key =
    ca === 'P-256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })
  const subject = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const request = sign('sha256', data, subject.privateKey)
  return async () => {
    if (source === 'key') sign('sha256', data, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
    else verify('sha256', data, subject.publicKey, request)
    if (ca === 'P-256') sign('sha256', data, key.privateKey)
    else await signInPool('sha256', data, key.privateKey)
  }
}

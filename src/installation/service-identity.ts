/** The TLS identity of the running service: a key that exists in this process only, under a certificate of the local CA. */
import { generateKeyPairSync } from 'node:crypto'
import { isIP } from 'node:net'
import { emptyNames } from '../domain/subject.ts'
import type { Clock, Random } from '../domain/time.ts'
import type { KeyProtection } from '../keys/key-protection.ts'
import { parseCertificate } from '../x509/certificate.ts'
import { formatPem } from '../x509/pem.ts'
import { issueServiceCertificate, type LocalCa } from './local-ca.ts'

export interface ServiceIdentity {
  /** PEM. */
  readonly key: string
  /** PEM, with the CA behind it. */
  readonly certificate: string
}

/** @param hosts names and addresses under which clients reach the service; wildcards allowed. */
export async function createServiceIdentity(options: {
  keys: KeyProtection
  localCa: LocalCa
  hosts: readonly string[]
  wallClock: Clock
  random: Random
}): Promise<ServiceIdentity> {
  const { keys, localCa, hosts, wallClock, random } = options
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const certificate = await issueServiceCertificate(keys, localCa, {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }),
    names: {
      ...emptyNames,
      dnsNames: hosts.filter((host) => !isIP(host)),
      ipAddresses: hosts.filter((host) => isIP(host)),
    },
    issuerName: parseCertificate(localCa.certificate).subjectDer,
    wallClock,
    random,
  })
  return {
    key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
    certificate: formatPem('CERTIFICATE', certificate) + formatPem('CERTIFICATE', localCa.certificate),
  }
}

/** Certificates of the private CA for tests: authorities, what each profile takes, and what OpenSSL says of a chain. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import type { ProfileName } from '../../src/issuers/private-ca/profiles.ts'
import type { AuthorityInput } from '../../src/vault/vault.ts'
import { type CertificateFacts, parseCertificate } from '../../src/x509/certificate.ts'
import { formatPem } from '../../src/x509/pem.ts'
import type { TestVault } from './vault.ts'

const run = promisify(execFile)

export interface Enrolled {
  /** Empty when there is an error. */
  readonly chain: readonly CertificateFacts[]
  readonly error?: string
}

const serverNames = { dnsNames: ['www.example.org'] }
/** What each profile takes. */
export const asked: Readonly<Record<ProfileName, NonNullable<PolicyInput['x509']>>> = {
  'tls-server': { sans: serverNames, ekus: ['1.3.6.1.5.5.7.3.1'], keyUsage: ['digitalSignature'] },
  'tls-client': {
    sans: { emails: ['ada@example.org'] },
    ekus: ['1.3.6.1.5.5.7.3.2'],
    keyUsage: ['digitalSignature'],
  },
  'tls-both': { sans: { ...serverNames, ipAddresses: ['192.0.2.7'] } },
  'code-signing': { ekus: ['1.3.6.1.5.5.7.3.3'], keyUsage: ['digitalSignature'] },
  smime: {
    sans: { emails: ['ada@example.org'] },
    ekus: ['1.3.6.1.5.5.7.3.4'],
    keyUsage: ['digitalSignature', 'nonRepudiation'],
  },
  device: {
    sans: { uris: ['urn:device:7'] },
    ekus: ['1.3.6.1.5.5.7.3.2'],
    keyUsage: ['digitalSignature', 'keyAgreement'],
  },
  'subordinate-ca': {
    ekus: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    basicConstraints: { ca: true, pathLength: 0 },
  },
}
export const root: AuthorityInput = { kind: 'root', subject: 'CN=Example Root, O=Example' }
export const below = (parent: string, subject = 'CN=Example Issuing'): AuthorityInput => ({
  kind: 'intermediate',
  subject,
  parent,
})

/** Gets a certificate by way of an issuer object and a policy. */
export async function enroll(
  { vault, officer, recover }: TestVault,
  authority: string,
  {
    profile = 'tls-server',
    name = `${authority}-${profile}`,
    key = 'EC',
    x509 = {},
    settings = {},
  }: {
    profile?: ProfileName
    name?: string
    key?: 'EC' | 'RSA'
    x509?: PolicyInput['x509']
    settings?: object
  } = {},
): Promise<Enrolled> {
  await vault.setIssuer(officer, name, {
    provider: 'PrivateCA',
    settings: { authority, profile, ...settings },
  })
  await vault.createCertificate(officer, name, {
    policy: {
      key: { keyType: key },
      x509: { subject: 'CN=www.example.org', ...asked[profile], ...x509 },
      issuer: { name },
    },
  })
  await recover()
  const { status, error } = await vault.readOperation(officer, name)
  if (status !== 'completed') return { chain: [], error: error?.message ?? status }
  const { certificate, chain } = (await vault.readCertificate(officer, name)).version!
  return { chain: [certificate, ...chain].map(parseCertificate) }
}

/** @throws when OpenSSL does not accept the chain, leaf first and root last. */
export async function verifyWithOpenSsl(
  chain: readonly CertificateFacts[],
  at: number,
  ...more: string[]
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-chain-'))
  const fileOf = (name: string, ...certificates: readonly CertificateFacts[]) => {
    const path = join(folder, name)
    writeFileSync(path, certificates.map(({ der }) => formatPem('CERTIFICATE', der)).join(''))
    return path
  }
  const [root, others, leaf] = [
    fileOf('root.pem', chain.at(-1)!),
    fileOf('others.pem', ...chain.slice(1)),
    fileOf('leaf.pem', chain[0]!),
  ]
  const strict = ['-x509_strict', '-check_ss_sig', '-attime', String(at), ...more]
  try {
    await run('openssl', ['verify', ...strict, '-CAfile', root, '-untrusted', others, leaf])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Authorities of a vault, and what is issued under them; OpenSSL verifies every chain. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { promisify } from 'node:util'
import type { PolicyInput } from '../../src/domain/policy-input.ts'
import { type ProfileName, profileNames } from '../../src/issuers/private-ca/profiles.ts'
import type { AuthorityInput } from '../../src/vault/vault.ts'
import { type CertificateFacts, parseCertificate } from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'certkeep-authorities-'))
after(() => rmSync(folder, { recursive: true }))

const caIssuing = { dnsNames: ['www.example.org'] }
/** What each profile takes. */
const asked: Readonly<Record<ProfileName, NonNullable<PolicyInput['x509']>>> = {
  'tls-server': { sans: caIssuing, ekus: ['1.3.6.1.5.5.7.3.1'], keyUsage: ['digitalSignature'] },
  'tls-client': {
    sans: { emails: ['ada@example.org'] },
    ekus: ['1.3.6.1.5.5.7.3.2'],
    keyUsage: ['digitalSignature'],
  },
  'tls-both': { sans: { ...caIssuing, ipAddresses: ['192.0.2.7'] } },
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
const purposes: Partial<Record<ProfileName, string>> = {
  'tls-server': 'sslserver',
  'tls-client': 'sslclient',
  'tls-both': 'sslserver',
  smime: 'smimesign',
  device: 'sslclient',
}

const root: AuthorityInput = { kind: 'root', subject: 'CN=Example Root, O=Example' }
const below = (parent: string, subject = 'CN=Example Issuing'): AuthorityInput => ({
  kind: 'intermediate',
  subject,
  parent,
})

/** Gets a certificate by way of an issuer object and a policy. */
async function issue(
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
): Promise<{ chain: CertificateFacts[]; error?: string }> {
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

let files = 0
function fileOf(...ders: Der[]): string {
  const path = join(folder, `${files++}.pem`)
  writeFileSync(path, ders.map((der) => formatPem('CERTIFICATE', der)).join(''))
  return path
}

/** @throws when OpenSSL does not accept the chain. */
async function verify(chain: readonly CertificateFacts[], at: number, purpose?: string): Promise<void> {
  const ders = chain.map(({ der }) => der)
  const args = ['verify', '-x509_strict', '-check_ss_sig', '-policy_check', '-attime', String(at)]
  if (purpose) args.push('-purpose', purpose)
  args.push('-CAfile', fileOf(ders.at(-1)!), '-untrusted', fileOf(...ders.slice(1)), fileOf(ders[0]!))
  await run('openssl', args)
}

describe('every profile under every kind of CA', () => {
  let house: TestVault
  const keys = {
    rsa: { keyType: 'RSA', keySize: 2048 },
    p256: { keyType: 'EC', curve: 'P-256' },
    p521: { keyType: 'EC', curve: 'P-521' },
  } as const
  before(async () => {
    house = await openTestVault()
    const { vault, officer } = house
    for (const [name, key] of Object.entries(keys)) {
      await vault.createAuthority(officer, `root-${name}`, { ...root, key, subject: `CN=Root ${name}` })
    }
    const mixed = [
      ['rsa', 'p256'],
      ['p256', 'rsa'],
      ['p521', 'p521'],
    ] as const
    for (const [above, own] of mixed)
      await vault.createAuthority(officer, `${above}-${own}`, {
        ...below(`root-${above}`, `CN=Issuing ${own}`),
        key: keys[own],
        pathLength: 1,
        rules: { baseUrl: 'http://pki.example.org', deltaHours: 24 },
      })
  })
  after(() => house.close())

  for (const authority of ['rsa-p256', 'p256-rsa', 'p521-p521'])
    for (const profile of profileNames)
      for (const key of ['EC', 'RSA'] as const)
        test(`${profile}, ${key}, under ${authority}`, async () => {
          const name = `${authority}-${profile}-${key}`
          const { chain, error } = await issue(house, authority, { profile, name, key })
          assert.equal(error, undefined)
          assert.equal(chain.length, 3)
          await verify(chain, house.clock.now(), purposes[profile])
        })
})

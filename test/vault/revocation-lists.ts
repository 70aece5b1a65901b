/** Revocation lists of a test vault: authorities with certificates, what was published, and what OpenSSL makes of it. */
import assert from 'node:assert/strict'
import type { ListPlace, RevocationReason } from '../../src/domain/authority.ts'
import { publishLists } from '../../src/vault/revocation/publish-lists.ts'
import type { AuthorityRules } from '../../src/vault/vault.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { type CrlFacts, parseCrl } from '../../src/x509/crl.ts'
import type { Der } from '../../src/x509/der.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { enroll, root } from '../doubles/private-ca.ts'
import type { TestVault } from '../doubles/vault.ts'
import { attempt, type workFolder } from '../x509/programs.ts'

export const day = 86_400
export const place = { vault: 'default', name: 'root' }
export const baseUrl = 'http://pki.example.org'
export const listOf = (kind: ListPlace['kind'], partition = 0): ListPlace => ({
  vault: 'default',
  authority: 'root',
  partition,
  kind,
})
export const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex')

export async function withRoot(house: TestVault, rules: Partial<AuthorityRules> = {}): Promise<void> {
  await house.vault.createAuthority(house.officer, 'root', { ...root, rules })
}

export async function leaf(house: TestVault, name: string): Promise<CertificateFacts> {
  const { chain, error } = await enroll(house, 'root', { name })
  assert.equal(error, undefined)
  return chain[0]!
}

export const publish = ({ parts }: Pick<TestVault, 'parts'>) => publishLists(parts)

/** As the verbs do it: at the vault's time, in a transaction. `undefined` lifts a hold. */
export async function revoke(
  { parts }: Pick<TestVault, 'parts'>,
  { serialNumber }: Pick<CertificateFacts, 'serialNumber'>,
  reason?: RevocationReason,
): Promise<void> {
  const now = parts.clock.now()
  const revocation = reason && { at: now, reason }
  await parts.storage.transact(({ authorities }) =>
    authorities.setRevocation(place, unsigned(serialNumber), revocation, now),
  )
}

/** The last list, as it is published; undefined where there is none. */
export async function published(
  { parts }: Pick<TestVault, 'parts'>,
  kind: ListPlace['kind'] = 'full',
  partition = 0,
): Promise<CrlFacts | undefined> {
  const list = await parts.storage.read(({ authorities }) =>
    authorities.findRevocationList(place, partition, kind),
  )
  if (!list) return undefined
  const facts = parseCrl(list.der)
  assert.equal(facts.number, BigInt(list.number))
  assert.equal(facts.deltaBase, list.baseNumber === undefined ? undefined : BigInt(list.baseNumber))
  assert.deepEqual([facts.thisUpdate, facts.nextUpdate], [list.thisUpdate, list.nextUpdate])
  return facts
}

/** Serial numbers with their reasons. */
export const named = (list: CrlFacts | undefined) =>
  list?.revoked.map(({ serialNumber, reason }) => `${hex(unsigned(serialNumber))} ${reason}`).toSorted()
export const entry = ({ serialNumber }: Pick<CertificateFacts, 'serialNumber'>, reason: string) =>
  `${hex(unsigned(serialNumber))} ${reason}`

/** Without the octet that keeps a number positive. */
export function unsigned(serialNumber: Uint8Array): Uint8Array {
  return serialNumber[0] === 0 ? serialNumber.subarray(1) : serialNumber
}

/** The number of the error that `openssl verify` finds, or 0. */
export function verdict(
  { save }: ReturnType<typeof workFolder>,
  certificate: CertificateFacts,
  { ca, lists, at }: { ca: Der; lists: readonly (Pick<CrlFacts, 'der'> | undefined)[]; at: number },
  ...flags: string[]
): number {
  const files = lists.flatMap((list, index) => [
    '-CRLfile',
    save(`${index}.crl`, formatPem('X509 CRL', list!.der)),
  ])
  const { status, text } = attempt(
    'openssl',
    ...['verify', '-x509_strict', '-attime', String(at), ...flags],
    ...['-CAfile', save('ca.pem', formatPem('CERTIFICATE', ca)), ...files],
    save('leaf.pem', formatPem('CERTIFICATE', certificate.der)),
  )
  const error = /error (\d+) at/.exec(text)?.[1]
  assert.equal(status === 0, error === undefined, text)
  return Number(error ?? 0)
}

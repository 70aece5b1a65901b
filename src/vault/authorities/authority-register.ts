/** The register that the private CA issues from: over storage, with the keys of the authorities. The vault itself acts here. */
import type { IssuedCertificate } from '../../domain/authority.ts'
import { VaultError } from '../../domain/errors.ts'
import { maySign } from '../../issuers/private-ca/issue.ts'
import type { AuthorityPlace, AuthorityRegister } from '../../issuers/private-ca/register.ts'
import type { SigningScheme } from '../../keys/key-protection.ts'
import type { Reader, Writer } from '../../storage/storage.ts'
import type { CertificateKind } from '../../x509/lint/lint.ts'
import { isSamePublicKey } from '../../x509/public-key.ts'
import { newLongSerialNumber } from '../../x509/serial-number.ts'
import { actOfVault } from '../act-of-vault.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import { findIssuedByDer } from '../revocation/find-issued.ts'
import { recordRelease, recordRevocation } from '../revocation/record-revocation.ts'
import { authorityBinding } from './authority-key.ts'
import { auditNameOf } from './find-authority.ts'

export type RegisterMakings = Pick<Parts, 'storage' | 'keys' | 'clock' | 'random'>

export function authorityRegister(makings: RegisterMakings): AuthorityRegister {
  const { storage, clock, random } = makings
  return {
    now: () => clock.now(),
    find: (vault, name) => storage.read((reader) => reader.authorities.find(vault, name)),
    async isAuthorityKey(publicKey) {
      const all = await storage.read(listPublicKeys)
      return all.some((key) => isSamePublicKey(key, publicKey))
    },
    findOrdered: (authority, orderKey) =>
      storage.read((reader) => reader.authorities.findOrdered(authority, orderKey)),
    findHolder: (vault, orderKey) => storage.read((reader) => reader.authorities.findHolder(vault, orderKey)),
    newSerialNumber: () => newLongSerialNumber(random),
    record: (issued, kind) => storage.transact((writer) => record(makings, writer, issued, kind)),
    sign: (authority, scheme, data) => sign(makings, authority, scheme, data),
    keep: (authority, serialNumber, certificate) =>
      storage.transact((writer) => keepSigned(writer, authority, serialNumber, certificate)),
    revoke: (vault, certificate, wish) =>
      changeStatus(makings, vault, certificate, 'AuthorityCertificateRevoke', (writer, issued, facts) =>
        recordRevocation(writer, issued, wish, clock.now(), facts),
      ),
    release: (vault, certificate) =>
      changeStatus(makings, vault, certificate, 'AuthorityCertificateRelease', (writer, issued, facts) =>
        recordRelease(writer, issued, clock.now(), facts),
      ),
  }
}

async function listPublicKeys({ authorities }: Reader): Promise<Uint8Array[]> {
  const vaults = new Set((await authorities.listAll()).map(({ vault }) => vault))
  const keys = await Promise.all([...vaults].map((vault) => authorities.listPublicKeys(vault)))
  return keys.flat()
}

async function record(
  { clock, random }: RegisterMakings,
  writer: Writer,
  issued: IssuedCertificate,
  kind: CertificateKind,
): Promise<IssuedCertificate> {
  const { vault, authority: name, orderKey, subject, notAfter } = issued
  const known = await writer.authorities.findOrdered({ vault, name }, orderKey)
  if (known) return known
  const authority = await writer.authorities.find(vault, name)
  if (!authority || !maySign(authority.state, kind))
    throw new VaultError('Conflict', `The authority ${name} signs no certificates now.`)
  await writer.authorities.recordIssued(issued)
  const serialNumber = Buffer.from(issued.serialNumber).toString('hex')
  await writer.journal.append({
    ...actOfVault(
      { clock, random },
      { vault, operation: 'AuthorityCertificateIssue', object: auditNameOf(name) },
    ),
    outcome: 'success',
    facts: { serialNumber, order: orderKey, subject, notAfter },
  })
  return issued
}

async function sign(
  { storage, keys }: RegisterMakings,
  authority: AuthorityPlace,
  scheme: SigningScheme,
  data: Uint8Array,
): Promise<Uint8Array> {
  const { vault, name } = authority
  const key = await storage.read((reader) => reader.authorities.findKey(vault, name))
  if (!key) throw new Error('an authority has no key')
  return keys.sign(key, authorityBinding(authority), scheme, data)
}

/** Revokes or releases, and leaves its record in the same transaction. @throws VaultError `NotFound`. */
function changeStatus(
  { storage, clock, random }: RegisterMakings,
  vault: string,
  certificate: Uint8Array,
  operation: 'AuthorityCertificateRevoke' | 'AuthorityCertificateRelease',
  change: (writer: Writer, issued: IssuedCertificate, facts: Facts) => Promise<IssuedCertificate>,
): Promise<void> {
  return storage.transact(async (writer) => {
    const issued = await findIssuedByDer(writer, vault, certificate)
    if (!issued) throw new VaultError('NotFound', 'No authority of this vault issued the certificate.')
    const facts: Facts = {}
    await change(writer, issued, facts)
    const act = actOfVault({ clock, random }, { vault, operation, object: auditNameOf(issued.authority) })
    await writer.journal.append({ ...act, outcome: 'success', facts })
  })
}

/** Two that sign the same order at once make two signatures; only the first is kept, and both get it. */
export async function keepSigned(
  writer: Writer,
  authority: AuthorityPlace,
  serialNumber: Uint8Array,
  certificate: Uint8Array,
): Promise<Uint8Array> {
  const issued = await writer.authorities.findIssued(authority, serialNumber)
  if (issued?.certificate) return issued.certificate
  await writer.authorities.setCertificate(authority, serialNumber, certificate)
  return certificate
}

/** Issuer objects, as the operator at the machine sets them up and tries them. */
import {
  type CertificateIssuer,
  type CertificateIssuerInput,
  parseIssuerName,
} from '../../domain/certificate-issuer.ts'
import { VaultError } from '../../domain/errors.ts'
import type { AccountFinding } from '../../issuers/issuer.ts'
import type { Writer } from '../../storage/storage.ts'
import { asOperator, type OperatorDesk } from '../identity/operator-verb.ts'
import type { Facts } from '../perform.ts'
import { requireVault } from '../vaults/administer-vaults.ts'
import { connectAccount, findObject } from './find-issuer.ts'
import { auditNameOf, checkInput, type NewIssuerInput, newIssuer } from './issuer-object.ts'

export type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
export type { AccountFinding } from '../../issuers/issuer.ts'
export type { NewIssuerInput } from './issuer-object.ts'

/** More than any vault has. */
const listMax = 10_000

/** @throws VaultError `BadParameter`, or `Conflict` when the name is taken. */
export async function addIssuer(
  desk: OperatorDesk,
  vault: string,
  name: string,
  input: NewIssuerInput,
): Promise<CertificateIssuer> {
  return onIssuer(desk, 'CertificateIssuerSet', vault, name, async (writer, facts) => {
    parseIssuerName(name)
    checkInput(desk, input satisfies CertificateIssuerInput)
    const settings = await requireVault(writer, vault)
    const former = await writer.issuers.find(vault, name)
    if (former)
      throw new VaultError('Conflict', `There is an issuer '${former.name}' already; remove it first.`)
    const issuer = newIssuer(desk, { vault: settings.name, name }, input, undefined, desk.clock.now())
    await writer.issuers.put(issuer)
    facts.provider = issuer.provider
    return issuer
  })
}

/** By name. */
export async function listIssuers(desk: OperatorDesk, vault: string): Promise<CertificateIssuer[]> {
  return asOperator(desk, { operation: 'CertificateIssuersList', vault }, async (reader) => {
    await requireVault(reader, vault)
    return reader.issuers.list(vault, { limit: listMax })
  })
}

/** @throws VaultError `CertificateIssuerNotFound`. */
export async function readIssuer(
  desk: OperatorDesk,
  vault: string,
  name: string,
): Promise<CertificateIssuer> {
  return onIssuer(desk, 'CertificateIssuerGet', vault, name, (reader) => find(reader, vault, name))
}

/** @throws VaultError `CertificateIssuerNotFound`. */
export async function removeIssuer(
  desk: OperatorDesk,
  vault: string,
  name: string,
): Promise<CertificateIssuer> {
  return onIssuer(desk, 'CertificateIssuerDelete', vault, name, async (writer, facts) => {
    const issuer = await find(writer, vault, name)
    await writer.issuers.remove(vault, name)
    facts.provider = issuer.provider
    return issuer
  })
}

/** Asks the CA whether certificates could be had. Changes nothing there. @throws VaultError `CertificateIssuerNotFound`. */
export async function verifyIssuer(
  desk: OperatorDesk,
  vault: string,
  name: string,
): Promise<readonly AccountFinding[]> {
  const object = await onIssuer(desk, 'CertificateIssuerVerify', vault, name, (reader) =>
    find(reader, vault, name),
  )
  const disabled: AccountFinding[] = object.enabled
    ? []
    : [finding(false, 'The issuer object is disabled: certificates cannot be ordered until it is enabled.')]
  const issuer = connectAccount(desk, object)
  if (!issuer) return [finding(false, `The provider ${object.provider} is not known here.`)]
  if (!issuer.verifyAccount)
    return [
      ...disabled,
      finding(true, `${object.provider} cannot be tried without an order; nothing was done.`),
    ]
  return [...disabled, ...(await issuer.verifyAccount())]
}

function finding(inOrder: boolean, details: string): AccountFinding {
  return { subject: 'account', inOrder, details }
}

async function find(reader: Writer, vault: string, name: string): Promise<CertificateIssuer> {
  await requireVault(reader, vault)
  return findObject(reader, vault, name)
}

function onIssuer<T>(
  desk: OperatorDesk,
  operation: string,
  vault: string,
  name: string,
  work: (writer: Writer, facts: Facts) => Promise<T>,
): Promise<T> {
  return asOperator(desk, { operation, vault, object: auditNameOf(name) }, work)
}

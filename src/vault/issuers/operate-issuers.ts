/** Issuer objects, as the operator at the machine sets them up and tries them. */
import {
  type CertificateIssuer,
  type CertificateIssuerInput,
  type IssuerSettings,
  parseIssuerName,
} from '../../domain/certificate-issuer.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountFinding, CaDescription } from '../../issuers/issuer.ts'
import type { Writer } from '../../storage/storage.ts'
import { asOperator, type OperatorDesk } from '../identity/operator-verb.ts'
import type { Facts } from '../perform.ts'
import { atDesk } from '../prepared-act.ts'
import { requireVault } from '../vaults/administer-vaults.ts'
import { findObject } from './find-issuer.ts'
import { type AccountView, type AccountWish, accountChange, accountReading } from './issuer-account.ts'
import { auditNameOf, checkInput, type NewIssuerInput, newIssuer } from './issuer-object.ts'
import { verification } from './verify-issuer.ts'

export type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
export type { AccountFinding, CaDescription } from '../../issuers/issuer.ts'
export type { AccountView, AccountWish } from './issuer-account.ts'
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
export function verifyIssuer(
  desk: OperatorDesk,
  vault: string,
  name: string,
): Promise<readonly AccountFinding[]> {
  return atDesk(desk, { verb: 'CertificateIssuerVerify', vault, object: auditNameOf(name) }, (spelled) =>
    verification(desk, { vault: spelled, name }),
  )
}

/** @throws VaultError `CertificateIssuerNotFound`; `NotFound` when accounts of the provider are not kept from here. */
export function readIssuerAccount(desk: OperatorDesk, vault: string, name: string): Promise<AccountView> {
  return atDesk(desk, { verb: 'CertificateIssuerAccountGet', vault, object: auditNameOf(name) }, (spelled) =>
    accountReading(desk, { vault: spelled, name }),
  )
}

/** @throws VaultError as above; `Conflict` when it cannot be done, `ServiceUnavailable` when the CA cannot be asked. */
export function changeIssuerAccount(
  desk: OperatorDesk,
  vault: string,
  name: string,
  wish: AccountWish,
): Promise<AccountView> {
  return atDesk(
    desk,
    { verb: 'CertificateIssuerAccountUpdate', vault, object: auditNameOf(name) },
    (spelled) => accountChange(desk, { vault: spelled, name }, wish),
  )
}

/**
 * What a CA says of itself, before there is an issuer object for it.
 * @throws VaultError `BadParameter`; `ServiceUnavailable` when the CA cannot be asked.
 */
export async function describeCa(
  desk: OperatorDesk,
  vault: string,
  provider: string,
  settings: IssuerSettings,
): Promise<CaDescription> {
  const call = { operation: 'CertificateIssuerDescribe', vault, object: `providers/${provider}` }
  const described = await describedBy(desk, provider, settings).catch((error) =>
    asOperator(desk, call, () => Promise.reject(error)),
  )
  return asOperator(desk, call, async (_writer, facts) => {
    facts.host = described.host
    return described
  })
}

async function describedBy(
  { issuers }: OperatorDesk,
  name: string,
  settings: IssuerSettings,
): Promise<CaDescription> {
  const provider = issuers.provider(name)
  if (!provider?.describeCa) throw badParameter(`provider: ${name} says nothing of itself.`)
  try {
    return await provider.describeCa(settings)
  } catch (error) {
    if (error instanceof IssuerFailure)
      throw new VaultError('ServiceUnavailable', error.message, { cause: error })
    throw error
  }
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

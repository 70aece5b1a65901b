/** Asks the CA behind an issuer object whether certificates could be had. Changes nothing there. */
import type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
import type { AccountFinding } from '../../issuers/issuer.ts'
import type { Parts } from '../parts.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { connectAccount, findObject } from './find-issuer.ts'

/** Names an issuer object. */
export interface IssuerPlace {
  readonly vault: string
  readonly name: string
}

type Findings = readonly AccountFinding[]

/** @throws VaultError `CertificateIssuerNotFound`. */
export function verification(
  makings: Pick<Parts, 'issuers' | 'sealer'>,
  { vault, name }: IssuerPlace,
): PreparedAct<CertificateIssuer, Findings, Findings> {
  return {
    verb: 'CertificateIssuerVerify',
    name,
    check: (reader) => findObject(reader, vault, name),
    prepare: (object) => findingsOf(makings, object),
    async work(_writer, findings, facts) {
      facts.inOrder = findings.every(({ inOrder }) => inOrder)
      return findings
    },
  }
}

async function findingsOf(
  makings: Pick<Parts, 'issuers' | 'sealer'>,
  object: CertificateIssuer,
): Promise<Findings> {
  const disabled: AccountFinding[] = object.enabled
    ? []
    : [finding(false, 'The issuer object is disabled: certificates cannot be ordered until it is enabled.')]
  const issuer = connectAccount(makings, object)
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

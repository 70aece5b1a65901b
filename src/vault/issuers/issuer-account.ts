/** The account that an issuer object has at its CA: how it stands, and what is done with it between two transactions. */
import type { CertificateIssuer } from '../../domain/certificate-issuer.ts'
import { VaultError } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AccountCare, AccountState } from '../../issuers/issuer.ts'
import type { Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'
import type { Facts } from '../perform.ts'
import type { PreparedAct } from '../prepared-act.ts'
import { connectAccount, findObject } from './find-issuer.ts'
import type { IssuerPlace } from './verify-issuer.ts'

/** What is to be done with it, as `AccountCare` has it. */
export type AccountWish =
  | { readonly act: 'open' | 'replaceKey' | 'deactivate' }
  | { readonly act: 'startAnew'; readonly evenIfValid: boolean }

export interface AccountView extends AccountState {
  /** The name of the issuer object. */
  readonly issuer: string
  /** What came of the act, in words. */
  readonly details?: string
}

type Makings = Pick<Parts, 'issuers' | 'sealer'>
type AccountAct = PreparedAct<CertificateIssuer, AccountView, AccountView>

/** @throws VaultError `CertificateIssuerNotFound`; `NotFound` when accounts of the provider are not kept from here. */
export function accountReading(makings: Makings, { vault, name }: IssuerPlace): AccountAct {
  return {
    verb: 'CertificateIssuerAccountGet',
    name,
    check: (reader) => findObject(reader, vault, name),
    prepare: async (object) => ({ ...(await careOf(makings, object).read()), issuer: object.name }),
    work: async (_writer, view) => view,
  }
}

/** @throws VaultError as above; `Conflict` when it cannot be done, `ServiceUnavailable` when the CA cannot be asked. */
export function accountChange(makings: Makings, { vault, name }: IssuerPlace, wish: AccountWish): AccountAct {
  return {
    verb: 'CertificateIssuerAccountUpdate',
    name,
    check: (reader) => findObject(reader, vault, name),
    async prepare(object) {
      const care = careOf(makings, object)
      const details = await heard(() => carriedOut(care, wish))
      return { ...(await care.read()), issuer: object.name, details }
    },
    async work(writer, view, facts) {
      Object.assign(facts, factsOf(wish, view))
      await endRest(writer, { vault, name })
      return view
    },
  }
}

function careOf(makings: Makings, object: CertificateIssuer): AccountCare {
  const care = connectAccount(makings, object)?.account
  if (care) return care
  throw new VaultError(
    'NotFound',
    `The account of the issuer ${object.name} is not kept from here: the provider ${object.provider} has accounts that are opened at the CA itself.`,
  )
}

function carriedOut(care: AccountCare, wish: AccountWish): Promise<string> {
  return wish.act === 'startAnew' ? care.startAnew(wish) : care[wish.act]()
}

async function heard<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof IssuerFailure)) throw error
    if (!passing.has(error.failure)) throw new VaultError('Conflict', error.message, { cause: error })
    throw new VaultError('ServiceUnavailable', `${error.message} Ask again.`, { cause: error })
  }
}

/** Each act can be done again, so that an answer which was lost is asked for again. */
const passing = new Set<IssuerFailure['failure']>(['transient', 'throttled', 'ambiguous'])

function factsOf({ act }: AccountWish, { status, url }: AccountView): Facts {
  return { act, status, ...(url !== undefined && { account: url }) }
}

/** What made the account rest may be over: somebody looked after it. */
async function endRest(writer: Writer, { vault, name }: IssuerPlace): Promise<void> {
  const object = await writer.issuers.find(vault, name)
  if (object?.restsUntil === undefined) return
  const { restsUntil: _rested, ...rest } = object
  await writer.issuers.put(rest)
}

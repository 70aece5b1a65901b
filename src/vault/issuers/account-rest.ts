/** The rest of an account at a CA: after being throttled, or while it has a fault, nothing is sent to it for a time. */
import type { UnixSeconds } from '../../domain/time.ts'
import type { Writer } from '../../storage/storage.ts'
import type { Parts } from '../parts.ts'

/** When the account may be used again; undefined if it may now. Built-in issuers have no account. */
export async function restOf(
  { issuers, storage, clock }: Parts,
  vault: string,
  issuer: string,
): Promise<UnixSeconds | undefined> {
  if (issuers.builtIn(issuer)) return undefined
  const object = await storage.read((reader) => reader.issuers.find(vault, issuer))
  const until = object?.restsUntil
  return until !== undefined && until > clock.now() ? until : undefined
}

/** Whoever changes the issuer object ends the rest; operations that wait for it keep their time. */
export async function restAccount(
  writer: Writer,
  vault: string,
  issuer: string,
  until: UnixSeconds,
): Promise<void> {
  const object = await writer.issuers.find(vault, issuer)
  if (object) await writer.issuers.put({ ...object, restsUntil: until })
}

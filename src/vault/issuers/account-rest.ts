/** The rest of an account at a CA: after being throttled, or while it has a fault, nothing is sent to it for a time. */
import type { UnixSeconds } from '../../domain/time.ts'
import type { Reader, Writer } from '../../storage/storage.ts'

/** When the account may be used again; undefined if it may now. Built-in issuers have no account. */
export async function restOf(
  reader: Reader,
  vault: string,
  issuer: string,
  now: UnixSeconds,
): Promise<UnixSeconds | undefined> {
  const until = (await reader.issuers.find(vault, issuer))?.restsUntil
  return until !== undefined && until > now ? until : undefined
}

/** Whoever changes the issuer object ends the rest. */
export async function restAccount(
  writer: Writer,
  vault: string,
  issuer: string,
  until: UnixSeconds,
): Promise<void> {
  const object = await writer.issuers.find(vault, issuer)
  if (object) await writer.issuers.put({ ...object, restsUntil: until })
}

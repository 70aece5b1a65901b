/** What the answer to an update means, in words that say what to do. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { UnixSeconds } from '../../../domain/time.ts'
import type { TxtRecord } from '../dns-provider.ts'
import type { UpdateAnswer } from './message.ts'
import { isTimely, type TsigKey, tsigErrors } from './tsig.ts'

interface Circumstances {
  readonly record: TxtRecord
  readonly key: Pick<TsigKey, 'name' | 'algorithm'>
  readonly host: string
  readonly now: UnixSeconds
}

/** RFC 1035 4.1.1, RFC 2136 2.2. */
const codes = {
  none: 0,
  serverFailure: 2,
  notImplemented: 4,
  refused: 5,
  notAuthoritative: 9,
  notZone: 10,
} as const
const codeNames: Readonly<Record<number, string>> = {
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  7: 'YXRRSET',
  8: 'NXRRSET',
  9: 'NOTAUTH',
  10: 'NOTZONE',
}

/** @returns undefined when the update is done. */
export function verdict(
  { answer, signed }: { readonly answer: UpdateAnswer; readonly signed: boolean },
  circumstances: Circumstances,
): IssuerFailure | undefined {
  const wrongKey = keyFailure(answer, circumstances)
  if (wrongKey) return wrongKey
  const { host, now } = circumstances
  const timely = answer.signature !== undefined && isTimely(answer.signature.record, now)
  if (answer.code === codes.none && signed && timely) return undefined
  if (answer.code !== codes.none) return refusal(answer.code, circumstances)
  return new IssuerFailure(
    'transient',
    signed
      ? `The answer of ${host} was signed at another time than now; see whether the clocks of both machines are right.`
      : `The answer of ${host} is not signed with the key, so it is not known whether the record was changed.`,
  )
}

function keyFailure(
  { signature }: UpdateAnswer,
  { key, host, now }: Circumstances,
): IssuerFailure | undefined {
  switch (signature?.record.error) {
    case tsigErrors.badKey:
      return userAction(
        `${host} does not know the key ${key.name} with ${key.algorithm} (BADKEY); see keyName and algorithm.`,
      )
    case tsigErrors.badSignature:
      return userAction(
        `${host} has another secret for the key ${key.name} than the vault, or another algorithm than ${key.algorithm} (BADSIG).`,
      )
    case tsigErrors.badTruncation:
      return userAction(
        `${host} asks for longer signatures than ${key.algorithm} makes (BADTRUNC); choose another algorithm.`,
      )
    case tsigErrors.badTime: {
      const apart = clockDifference(signature!.record.other, now)
      return userAction(
        `The clocks of this machine and of ${host} are ${apart} apart (BADTIME); set them right.`,
      )
    }
    default:
      return undefined
  }
}

/** The server tells its own time (RFC 8945 5.2.3). */
function clockDifference(other: Uint8Array, now: UnixSeconds): string {
  if (other.length !== 6) return 'too far'
  return `${Math.abs(Buffer.from(other).readUIntBE(0, 6) - now)} seconds`
}

function refusal(code: number, { record, key, host }: Circumstances): IssuerFailure {
  const { zone, name } = record
  switch (code) {
    case codes.refused:
      return userAction(
        `${host} does not let the key ${key.name} change the TXT record of ${name} (REFUSED); allow it in the update policy of the zone ${zone}.`,
      )
    case codes.notAuthoritative:
      return userAction(
        `${host} is not the server for updates of the zone ${zone} (NOTAUTH); name its primary as server, or the right zone.`,
      )
    case codes.notZone:
      return userAction(
        `For ${host}, ${name} does not lie in the zone ${zone} (NOTZONE); name the right zone.`,
      )
    case codes.notImplemented:
      return userAction(`${host} takes no updates (NOTIMP); name the primary server of the zone ${zone}.`)
    default:
      return new IssuerFailure(
        'transient',
        `${host} could not change the record of ${name}: ${codeNames[code] ?? code}.`,
      )
  }
}

function userAction(message: string): IssuerFailure {
  return new IssuerFailure('user-action', message)
}

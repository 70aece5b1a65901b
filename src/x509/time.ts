/** Validity dates (RFC 5280 4.1.2.5): UTCTime from 1950 through 2049, GeneralizedTime outside, to the second and in UTC. */
import { seconds, type UnixSeconds } from '../domain/time.ts'
import { type Der, type Element, encode, malformed, tag } from './der.ts'

/** `99991231235959Z`: the end of a certificate that has none (RFC 5280 4.1.2.5). */
export const endOfTime = seconds(253_402_300_799)

const startOfYear0 = -62_167_219_200
const startOf1950 = -631_152_000
const startOf2050 = 2_524_608_000

export function readTime(element: Element): UnixSeconds {
  const digits = element.contents
  if (element.tag === tag.utcTime) {
    const year = twoDigits(digits, 0)
    return instant(digits, 2, year < 50 ? 2000 + year : 1900 + year)
  }
  if (element.tag !== tag.generalizedTime) throw malformed('a date is neither UTCTime nor GeneralizedTime')
  return instant(digits, 4, twoDigits(digits, 0) * 100 + twoDigits(digits, 2))
}

export function encodeTime(time: UnixSeconds): Der {
  return time >= startOf1950 && time < startOf2050
    ? encode(tag.utcTime, Buffer.from(digitsOf(time).slice(2), 'latin1'))
    : encodeGeneralizedTime(time)
}

/** GeneralizedTime in any year, as OCSP and the dates in extensions are written (RFC 6960 4.2.2.1, RFC 5280 5.3.2). */
export function encodeGeneralizedTime(time: UnixSeconds): Der {
  return encode(tag.generalizedTime, Buffer.from(digitsOf(time), 'latin1'))
}

function digitsOf(time: UnixSeconds): string {
  if (!Number.isInteger(time) || time > endOfTime || time < startOfYear0)
    throw new RangeError('not an instant that a certificate can hold')
  return new Date(time * 1000).toISOString().replaceAll(/[-:T]|\.000/g, '')
}

function instant(digits: Uint8Array, start: number, year: number): UnixSeconds {
  if (digits.length !== start + 11 || digits[start + 10] !== 0x5a)
    throw malformed('a date is not written to the second in UTC')
  const month = twoDigits(digits, start)
  const day = twoDigits(digits, start + 2)
  const hour = twoDigits(digits, start + 4)
  const minute = twoDigits(digits, start + 6)
  const second = twoDigits(digits, start + 8)
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day)
  if (new Date(midnight).getUTCMonth() !== month - 1 || hour > 23 || minute > 59 || second > 59)
    throw malformed('a date does not exist')
  return seconds(midnight / 1000 + hour * 3600 + minute * 60 + second)
}

function twoDigits(digits: Uint8Array, at: number): number {
  const tens = digits[at]! - 0x30
  const ones = digits[at + 1]! - 0x30
  if (!(tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9)) throw malformed('a date is not made of digits')
  return tens * 10 + ones
}

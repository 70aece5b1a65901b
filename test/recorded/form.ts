/**
 * What is compared of an answer: everything that does not depend on chance, time or place. Those give way to a word for
 * their form, so that a number where a text was recorded is still found.
 */
import type { Json } from './example.ts'

const forms: Readonly<Record<string, (value: Json) => Json>> = {
  created: time,
  updated: time,
  nbf: time,
  exp: time,
  deletedDate: time,
  scheduledPurgeDate: time,
  cer: base64,
  csr: base64,
  x5t: (value) => characters(value, 'base64url'),
  n: (value) => characters(value, 'base64url'),
  x: (value) => characters(value, 'base64url'),
  y: (value) => characters(value, 'base64url'),
  serialnumber: (value) => (/^[0-9A-F]{32}$/.test(value) ? '<serial>' : value),
  message: (value) => (typeof value === 'string' && value.length > 0 ? '<text>' : value),
  nextLink: link,
  value: content,
}

/** @param origin of the vault that answered. */
export function formOf(answer: Json, origin: string, member = ''): Json {
  if (Array.isArray(answer)) return answer.map((item) => formOf(item, origin))
  if (typeof answer === 'object' && answer !== null) {
    const members = Object.entries(answer).map(([name, value]) => [name, formOf(value, origin, name)])
    return Object.fromEntries([...members, ...retention(answer)])
  }
  const form = forms[member]
  if (form) return form(answer)
  return typeof answer === 'string' ? placeless(answer, origin) : answer
}

/** Header values, by the names that were recorded. */
export function headerForm(value: string | undefined, origin: string): string | undefined {
  return value && placeless(value.replace(/authorization="[^"]*", resource="[^"]*"/, '<challenge>'), origin)
}

function placeless(text: string, origin: string): string {
  return text.replaceAll(origin, '<vault>').replace(/[0-9a-f]{32}/g, '<id>')
}

function time(value: Json): Json {
  return Number.isInteger(value) && value > 1e9 && value < 1e10 ? '<time>' : value
}

/** How long a deleted object is kept does not depend on when it was deleted. */
function retention({ deletedDate, scheduledPurgeDate }: Json): [string, number][] {
  return deletedDate === undefined ? [] : [['<retention>', scheduledPurgeDate - deletedDate]]
}

function base64(value: Json): Json {
  return /^[A-Za-z0-9+/]{40,}={0,2}$/.test(value) || value === 'MIIC…' ? '<base64>' : value
}

function characters(value: Json, alphabet: 'base64url'): Json {
  return /^[\w-]+$/.test(value) ? `<${value.length} of ${alphabet}>` : value
}

/** Two hosts spell their ports differently; the parameters and their order are what clients may rely on. */
function link(value: Json): Json {
  if (typeof value !== 'string') return value
  return `${new URL(value).pathname}?${[...new URL(value).searchParams.keys()].join('&')}`
}

/** Signatures, ciphertexts, backups and PFX values are made by chance; recordings are cut where they are long. */
function content(value: Json): Json {
  if (typeof value !== 'string' || value.length < 64 || /^A+$/.test(value)) return value
  return /^[\w-]{342}$/.test(value) ? '<a block of RSA-2048>' : '<content>'
}

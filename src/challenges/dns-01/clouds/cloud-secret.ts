/** Credentials for clouds, as secrets of the vault hold them. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Secret } from '../../../domain/secret.ts'
import { type JsonObject, parseObject } from './cloud-answer.ts'

/** What may stand in a header. */
const headerText = /^[\x21-\x7e]{1,4096}$/

/** @param secret whose value is a token. @throws IssuerFailure `user-action` when it is no such text. */
export function tokenOf(secret: Secret<string>, name: string): string {
  const token = secret.reveal().trim()
  if (headerText.test(token)) return token
  throw new IssuerFailure(
    'user-action',
    `The secret ${name} is no API token; store the token alone, in one line.`,
  )
}

/** @param what the JSON is, for the sentence. @throws IssuerFailure `user-action` when it is no JSON object. */
export function jsonOfSecret(secret: Secret<string>, name: string, what: string): JsonObject {
  const object = parseObject(secret.reveal())
  if (object) return object
  throw notSuch(name, what)
}

export function notSuch(name: string, what: string): IssuerFailure {
  return new IssuerFailure('user-action', `The secret ${name} is not what is needed; store ${what}.`)
}

/** Cryptography with a key; an empty version means the current one. */
import { parseVersion } from '../../domain/names.ts'
import { keyNotFound } from '../../domain/refusals.ts'
import { ok, type Route, type RouteRequest, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import {
  KeyOperationBody,
  readEncrypted,
  readPlain,
  readSign,
  readVerify,
  SignBody,
  VerifyBody,
  writeEncrypted,
  writePlain,
  writeSignature,
  writeVerdict,
} from '../wire/key-operation.ts'

export const keyOperationRoutes: readonly Route[] = [
  route({
    id: 'sign',
    summary: 'Signs a digest that the caller made.',
    verb: 'KeySign',
    method: 'POST',
    path: '/keys/:name/:version/sign',
    body: SignBody,
    answers: { 200: answers.KeyOperationResult },
    async handle(request) {
      const { vault, caller, body, place } = request
      return ok(writeSignature(await vault.sign(caller, keyOf(request), readSign(body)), place))
    },
  }),

  route({
    id: 'verify',
    summary: 'Tells whether a signature over a digest is that of the key.',
    verb: 'KeyVerify',
    method: 'POST',
    path: '/keys/:name/:version/verify',
    body: VerifyBody,
    answers: { 200: answers.KeyVerifyResult },
    async handle(request) {
      const { vault, caller, body } = request
      return ok(writeVerdict(await vault.verifySignature(caller, keyOf(request), readVerify(body))))
    },
  }),

  route({
    id: 'encrypt',
    summary: 'Encrypts a short message.',
    verb: 'KeyEncrypt',
    method: 'POST',
    path: '/keys/:name/:version/encrypt',
    body: KeyOperationBody,
    answers: { 200: answers.KeyOperationResult },
    async handle(request) {
      const { vault, caller, body, place } = request
      return ok(writeEncrypted(await vault.encrypt(caller, keyOf(request), ...readPlain(body)), place))
    },
  }),

  route({
    id: 'decrypt',
    summary: 'Decrypts a message.',
    verb: 'KeyDecrypt',
    method: 'POST',
    path: '/keys/:name/:version/decrypt',
    body: KeyOperationBody,
    answers: { 200: answers.KeyOperationResult },
    async handle(request) {
      const { vault, caller, body, place } = request
      return ok(writePlain(await vault.decrypt(caller, keyOf(request), ...readEncrypted(body)), place))
    },
  }),

  route({
    id: 'wrapKey',
    summary: 'Wraps a symmetric key.',
    verb: 'KeyWrap',
    method: 'POST',
    path: '/keys/:name/:version/wrapkey',
    body: KeyOperationBody,
    answers: { 200: answers.KeyOperationResult },
    async handle(request) {
      const { vault, caller, body, place } = request
      return ok(writeEncrypted(await vault.wrapKey(caller, keyOf(request), ...readPlain(body)), place))
    },
  }),

  route({
    id: 'unwrapKey',
    summary: 'Unwraps a symmetric key.',
    verb: 'KeyUnwrap',
    method: 'POST',
    path: '/keys/:name/:version/unwrapkey',
    body: KeyOperationBody,
    answers: { 200: answers.KeyOperationResult },
    async handle(request) {
      const { vault, caller, body, place } = request
      return ok(writePlain(await vault.unwrapKey(caller, keyOf(request), ...readEncrypted(body)), place))
    },
  }),
]

/** No version has an id of another form. */
export function keyOf({ params }: RouteRequest): { name: string; version?: string } {
  const name = params.name!
  if (params.version === '') return { name }
  const version = parseVersion(params.version!)
  if (version === undefined) throw keyNotFound(name, params.version!)
  return { name, version }
}

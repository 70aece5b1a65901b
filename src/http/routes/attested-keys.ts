/** What only keys in attested hardware do: each of these is refused with its reason, for keys are kept in software. */
import { type Route, route } from '../route.ts'
import { keyOf as keyReference } from './key-operations.ts'

export const attestedKeyRoutes: readonly Route[] = [
  route({
    id: 'release',
    summary: 'Releases a key to an attested environment. Always refused: no key is exportable.',
    verb: 'KeyRelease',
    method: 'POST',
    path: '/keys/:name/:version/release',
    answers: {},
    handle: (request) => request.vault.releaseKey(request.caller, keyReference(request)),
  }),

  route({
    id: 'GetKeyAttestation',
    summary: 'Reads the proof of where a key is kept. Always refused: keys are kept in software.',
    verb: 'KeyGetAttestation',
    method: 'GET',
    path: '/keys/:name/:version/attestation',
    answers: {},
    handle: (request) => request.vault.readKeyAttestation(request.caller, keyReference(request)),
  }),

  route({
    id: 'secureWrapKey',
    summary: 'Wraps a key for an attested environment. Always refused: keys are kept in software.',
    verb: 'KeySecureWrap',
    method: 'POST',
    path: '/keys/:name/:version/securewrapkey',
    answers: {},
    handle: (request) => request.vault.secureWrapKey(request.caller, keyReference(request)),
  }),

  route({
    id: 'secureUnwrapKey',
    summary: 'Unwraps a key for an attested environment. Always refused: keys are kept in software.',
    verb: 'KeySecureUnwrap',
    method: 'POST',
    path: '/keys/:name/:version/secureunwrapkey',
    answers: {},
    handle: (request) => request.vault.secureUnwrapKey(request.caller, keyReference(request)),
  }),
]

/** Rotation of keys, on demand and by policy. */
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { writeKey } from '../wire/key.ts'
import { RotationPolicyBody, readRotationPolicy, writeRotationPolicy } from '../wire/rotation-policy.ts'

export const keyRotationRoutes: readonly Route[] = [
  route({
    id: 'RotateKey',
    summary: 'Makes the next version of a key: of the same type and size, for the same operations.',
    verb: 'KeyRotate',
    method: 'POST',
    path: '/keys/:name/rotate',
    answers: { 200: answers.Key },
    async handle({ vault, caller, params, place }) {
      return ok(writeKey(await vault.rotateKey(caller, params.name!), place))
    },
  }),

  route({
    id: 'GetKeyRotationPolicy',
    summary: 'Reads when the vault rotates a key by itself.',
    verb: 'KeyRotationPolicyGet',
    method: 'GET',
    path: '/keys/:name/rotationpolicy',
    answers: { 200: answers.RotationPolicy },
    async handle({ vault, caller, params, place }) {
      return ok(writeRotationPolicy(await vault.readRotationPolicy(caller, params.name!), place))
    },
  }),

  route({
    id: 'UpdateKeyRotationPolicy',
    summary: 'Sets when the vault rotates a key by itself, in place of what was set before.',
    verb: 'KeyRotationPolicySet',
    method: 'PUT',
    path: '/keys/:name/rotationpolicy',
    body: RotationPolicyBody,
    answers: { 200: answers.RotationPolicy },
    async handle({ vault, caller, params, body, place }) {
      const policy = readRotationPolicy(body)
      return ok(writeRotationPolicy(await vault.setRotationPolicy(caller, params.name!, policy), place))
    },
  }),
]

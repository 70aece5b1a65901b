/** The rotation policy of a key: JSON <-> domain. The order of members is Key Vault's. */
import Type, { type Static } from 'typebox'
import { badParameter } from '../../domain/errors.ts'
import type { LifetimeAction, RotationPolicyInput } from '../../domain/rotation-policy.ts'
import type { KeyRotation } from '../../vault/vault.ts'
import type { Place } from './certificate.ts'
import { defined } from './defined.ts'

const Duration = Type.String({ maxLength: 40, description: 'ISO 8601, of days, months or years' })

export const RotationPolicyBody = Type.Object({
  lifetimeActions: Type.Optional(
    Type.Array(
      Type.Object({
        trigger: Type.Object({
          timeAfterCreate: Type.Optional(Duration),
          timeBeforeExpiry: Type.Optional(Duration),
        }),
        action: Type.Object({ type: Type.String({ description: 'Rotate or Notify' }) }),
      }),
      { maxItems: 2 },
    ),
  ),
  attributes: Type.Optional(Type.Object({ expiryTime: Type.Optional(Duration) })),
})

export function readRotationPolicy(body: Static<typeof RotationPolicyBody>): RotationPolicyInput {
  const lifetimeActions = body.lifetimeActions?.map(
    ({ trigger, action }): LifetimeAction => ({
      action: readAction(action.type),
      ...defined({ timeAfterCreate: trigger.timeAfterCreate, timeBeforeExpiry: trigger.timeBeforeExpiry }),
    }),
  )
  return defined({ lifetimeActions, expiryTime: body.attributes?.expiryTime })
}

export function writeRotationPolicy({ name, policy }: KeyRotation, { baseUrl }: Place) {
  const { rotate, notify, expiryTime, created, updated } = policy
  return {
    id: `${baseUrl}/keys/${name}/rotationpolicy`,
    lifetimeActions: [
      ...(rotate ? [{ trigger: rotate, action: { type: 'Rotate' } }] : []),
      { trigger: notify, action: { type: 'Notify' } },
    ],
    attributes: defined({ expiryTime, created, updated }),
  }
}

/** Older clients begin the words with a small letter. */
function readAction(sent: string): LifetimeAction['action'] {
  const words = ['Rotate', 'Notify'] as const
  const action = words.find((word) => word.toLowerCase() === sent.toLowerCase())
  if (!action) throw badParameter(`lifetimeActions: the type of an action is one of ${words.join(', ')}.`)
  return action
}

/** Keys and secrets, those of certificates and those that stand for themselves. */
import { generateKeyPairSync } from 'node:crypto'
import { after, asRecorded, type Scene } from '../scene.ts'
import type { Stage } from '../stage.ts'
import { defaultPolicy } from './certificates.ts'

const createKey = (stage: Stage, more: object = {}) =>
  stage.call('POST', `/keys/${stage.name}/create`, { kty: 'RSA', ...more })
const digest = Buffer.alloc(32, 1).toString('base64url')
/** The key of the policy that certificates have by default, with the usages that the recording shows. */
const managed: Scene = {
  play: async (stage, example) => {
    await issueAs(stage, 'cert1')
    return stage.replay(example)
  },
}

async function issueAs(stage: Stage, name: string): Promise<void> {
  const key_usage = ['digitalSignature', 'keyAgreement', 'keyCertSign', 'keyEncipherment', 'nonRepudiation']
  const policy = {
    ...defaultPolicy,
    x509_props: { ...defaultPolicy.x509_props, key_usage, validity_months: 60 },
  }
  await stage.call('POST', `/certificates/${name}/create`, { policy })
  while ((await stage.call('GET', `/certificates/${name}/pending`)).status === 'inProgress')
    await new Promise((resolve) => setTimeout(resolve, 10))
}

/** What a public operation gave, for its private counterpart. */
async function madeBy(stage: Stage, operation: string, body: object): Promise<string> {
  return (await stage.call('POST', `/keys/${stage.name}//${operation}`, body)).value
}

export const keysAndSecrets: Readonly<Record<string, Scene>> = {
  'keys-get-managed.200': managed,
  'keys-list-managed.200': managed,
  'secrets-get-managed.200': managed,
  'secrets-list-managed.200': managed,

  'keys-create.200': asRecorded,
  'keys-create-ec.200': asRecorded,
  'keys-import.200': {
    play: async (stage, example) => {
      // The recording's private members were removed; its modulus has 1024 bits.
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const key = { ...privateKey.export({ format: 'jwk' }), kty: 'RSA' }
      return stage.replay(example, { body: { ...example.body, key } })
    },
    except: {
      'key.n: "<171 of base64url>" was recorded, "<342 of base64url>" is answered':
        'keys of 1024 bits are refused here, so one of 2048 is imported',
    },
  },
  'keys-delete.200': after((stage) =>
    createKey(stage, { key_ops: ['encrypt', 'decrypt'], tags: { test: 'foo' } }),
  ),
  'keys-rotate.200': after(async (stage) => {
    await createKey(stage)
    await stage.call('PUT', `/keys/${stage.name}/rotationpolicy`, { attributes: { expiryTime: 'P30D' } })
  }),
  'keys-rotationpolicy-set.200': after(createKey),

  'keys-sign.200': after(createKey),
  'keys-verify.200': {
    play: async (stage, example) => {
      await createKey(stage)
      const value = await madeBy(stage, 'sign', { alg: 'RS256', value: digest })
      return stage.replay(example, {
        body: { alg: 'RS256', digest, value },
        path: await currentPath(stage, 'verify'),
      })
    },
  },
  'keys-encrypt.200': {
    play: async (stage, example) => {
      await createKey(stage)
      return stage.replay(example, { body: { alg: 'RSA-OAEP', value: digest } })
    },
  },
  'keys-decrypt.200': {
    play: async (stage, example) => {
      await createKey(stage)
      const value = await madeBy(stage, 'encrypt', { alg: 'RSA-OAEP', value: example.answer.value })
      return stage.replay(example, {
        body: { alg: 'RSA-OAEP', value },
        path: await currentPath(stage, 'decrypt'),
      })
    },
  },
  'keys-wrapkey.200': {
    play: async (stage, example) => {
      await createKey(stage)
      const body = { alg: 'RSA-OAEP', value: digest }
      return stage.replay(example, { body, path: await currentPath(stage, 'wrapkey') })
    },
  },
  'keys-unwrapkey.200': {
    play: async (stage, example) => {
      await createKey(stage)
      const value = await madeBy(stage, 'wrapkey', { alg: 'RSA-OAEP', value: example.answer.value })
      return stage.replay(example, {
        body: { alg: 'RSA-OAEP', value },
        path: await currentPath(stage, 'unwrapkey'),
      })
    },
  },

  'secrets-set.200': asRecorded,
  'secrets-update.200': after((stage) =>
    stage.call('PUT', '/secrets/secret1', {
      value: 'a',
      contentType: 'test type',
      tags: { test: 'foo', 'file-encoding': 'utf-8' },
    }),
  ),
}

async function currentPath(stage: Stage, operation: string): Promise<string> {
  const { key } = await stage.call('GET', `/keys/${stage.name}`)
  return `/keys/${stage.name}/${key.kid.split('/').at(-1)}/${operation}?api-version=7.4`
}

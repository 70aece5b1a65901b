/** Pending operations: looked at, cancelled, removed, merged. */
import { signedByCa } from '../certificate-authority.ts'
import { after, asRecorded, type Scene } from '../scene.ts'
import type { Stage } from '../stage.ts'
import { defaultPolicy, pem } from './certificates.ts'

const waiting = { ...defaultPolicy, issuer: { name: 'Unknown' } }
const create = (stage: Stage, policy: object) =>
  stage.call('POST', `/certificates/${stage.name}/create`, { policy })

/** An operation that is still in progress when it is looked at: here `Self` is mostly done before anybody can. */
const afterWaiting = (prepare?: (stage: Stage) => Promise<unknown>): Scene =>
  after(
    async (stage) => {
      await create(stage, waiting)
      await prepare?.(stage)
    },
    {
      'issuer.name: "Self" was recorded, "Unknown" is answered': 'Self is done before it can be looked at',
      [`status_details: ${JSON.stringify(inProgress)} was recorded, ${JSON.stringify(pleaseMerge)} is answered`]:
        'as above: the text that goes with Unknown',
    },
  )

const inProgress =
  'Pending certificate created. Certificate request is in progress. This may take some time based on the issuer provider. Please check again later.'
const pleaseMerge = 'Pending certificate created. Please Perform Merge to complete the request.'

export const operations: Readonly<Record<string, Scene>> = {
  'certificates-pending-inprogress.200': afterWaiting(),
  'certificates-pending-retryafter.200': afterWaiting(),
  'certificates-pending-cancel.200': afterWaiting(),
  'certificates-pending-cancelled.200': {
    play: async (stage, example) => {
      await create(stage, waiting)
      await stage.call('PATCH', `/certificates/${stage.name}/pending`, { cancellation_requested: true })
      while ((await stage.call('GET', `/certificates/${stage.name}/pending`)).status === 'inProgress')
        await new Promise((resolve) => setTimeout(resolve, 10))
      return stage.replay(example)
    },
    except: {
      'issuer.name: "Self" was recorded, "Unknown" is answered': 'Self is done before it can be cancelled',
    },
  },
  'certificates-pending-completed.200': after((stage) => stage.issue(defaultPolicy)),
  'certificates-pending-namedissuer-completed.200': after(async (stage) => {
    await stage.call('PUT', '/certificates/issuers/issuer01', { provider: 'Test' })
    await stage.issue({ ...defaultPolicy, issuer: { name: 'issuer01' } })
  }),
  'certificates-pending-csr.200': after((stage) => create(stage, waiting)),
  'certificates-pending-delete.200': after((stage) => create(stage, waiting)),
  'certificates-pending-get.404': after((stage) =>
    stage.call('POST', `/certificates/${stage.name}/import`, pem()),
  ),
  'certificates-pending-cancel-completed.403': after((stage) => stage.issue(defaultPolicy)),

  'certificates-merge.201': {
    play: async (stage, example) => {
      const policy = {
        x509_props: { subject: 'CN=MyCert', sans: {} },
        issuer: { name: 'Unknown', cert_transparency: false },
      }
      const { csr } = await create(stage, policy)
      return stage.replay(example, { body: { x5c: [signedByCa(csr)] } })
    },
  },
  'certificates-merge-badchain.400': mergeOfAnother(),
  'certificates-merge-keymismatch.400': mergeOfAnother(),
  'certificates-delete-neverissued.200': after(
    async (stage) => {
      await create(stage, waiting)
      await stage.call('DELETE', `/certificates/${stage.name}/pending`)
    },
    {
      'policy.lifetime_actions[0].action.action_type: "AutoRenew" was recorded, "EmailContacts" is answered':
        'Self is done before it can be deleted, so Unknown stands in its place',
      'policy.issuer.name: "Self" was recorded, "Unknown" is answered': 'as above',
    },
  ),
}

/** A valid certificate of another key. */
function mergeOfAnother(): Scene {
  return {
    play: async (stage, example) => {
      await create(stage, waiting)
      const [block] = Buffer.from(pem().value, 'base64')
        .toString()
        .matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----/g)
      return stage.replay(example, { body: { ...example.body, x5c: [block![1]!.replace(/\s/g, '')] } })
    },
  }
}

export const contactsAndIssuers: Readonly<Record<string, Scene>> = {
  'contacts-get.404': asRecorded,
  'contacts-set.200': asRecorded,
  'contacts-delete.200': {
    play: async (stage, example) => {
      await stage.call('PUT', '/certificates/contacts', { contacts: example.answer.contacts })
      return stage.replay(example)
    },
  },
  'issuers-set.200': asRecorded,
  'issuers-set-full.200': asRecorded,
  'issuers-update.200': after((stage) =>
    stage.call('PUT', '/certificates/issuers/issuer1', { provider: 'Test' }),
  ),
  'issuers-update.404': asRecorded,
  'issuers-list.200': after((stage) =>
    stage.call('PUT', '/certificates/issuers/issuer1', { provider: 'Test' }),
  ),
  'issuers-delete.200': {
    play: async (stage, example) => {
      const { provider, credentials, org_details } = example.answer
      await stage.call('PUT', '/certificates/issuers/issuer1', { provider, credentials, org_details })
      return stage.replay(example)
    },
  },
}

/** Certificates: made, read, changed, listed. */
import { importedPem, importedPfx } from '../certificate-authority.ts'
import type { Example } from '../example.ts'
import { after, asRecorded, type Scene } from '../scene.ts'
import type { Stage } from '../stage.ts'

const selfSigned = {
  key_props: { exportable: true, kty: 'RSA', key_size: 2048, reuse_key: false },
  secret_props: { contentType: 'application/x-pkcs12' },
  x509_props: {
    subject: 'C=US, ST=WA, L=Redmon, O=Test Noodle, OU=TestNugget, CN=www.mytestdomain.com',
    sans: { dns_names: ['1', '2'] },
    key_usage: ['digitalSignature', 'keyAgreement', 'keyCertSign', 'keyEncipherment', 'nonRepudiation'],
    validity_months: 60,
  },
  lifetime_actions: [{ trigger: { lifetime_percentage: 90 }, action: { action_type: 'AutoRenew' } }],
  issuer: { name: 'Self' },
}
/** What the Python and JavaScript clients send by themselves. */
export const defaultPolicy = {
  x509_props: { subject: 'CN=DefaultPolicy', sans: {} },
  issuer: { name: 'Self' },
}
/** As recorded: key usage as the recorded certificate's answer has it. */
const policyOf = ({ answer }: Example) => ({
  ...selfSigned,
  x509_props: { ...selfSigned.x509_props, key_usage: answer.policy.x509_props.key_usage },
})
const issuer = (stage: Stage) =>
  stage.call('PUT', '/certificates/issuers/issuer01', { provider: 'Test', credentials: { account_id: 'a' } })
const namedIssuerPolicy = {
  key_props: { exportable: true, kty: 'RSA', key_size: 2048, reuse_key: false },
  secret_props: { contentType: 'application/x-pkcs12' },
  x509_props: {
    subject: 'CN=*.microsoft.com',
    sans: { dns_names: ['onedrive.microsoft.com', 'xbox.microsoft.com'] },
    validity_months: 24,
  },
  issuer: { name: 'issuer01' },
}
const recordedPolicy: Scene['play'] = async (stage, example) => {
  await stage.issue(policyOf(example))
  return stage.replay(example)
}

export const certificates: Readonly<Record<string, Scene>> = {
  'auth-challenge.401': { play: (stage, example) => stage.replayUnsigned(example) },

  'certificates-create-self.202': asRecorded,
  'certificates-create-unknown.202': asRecorded,
  'certificates-create-namedissuer.202': after(issuer),
  'spec-CreateCertificate': asRecorded,
  'certificates-create-retryafter.202': {
    // The body was not recorded.
    play: (stage, example) =>
      stage.replay(example, {
        body: { policy: { ...selfSigned, x509_props: { subject: 'CN=*.microsoft.com' } } },
      }),
  },

  'certificates-get-current.200': { play: recordedPolicy },
  'certificates-get-version.200': after((stage) => stage.issue(selfSigned)),
  'certificates-get-version-7.2.200': after((stage) => stage.issue(defaultPolicy)),
  'certificates-get-namedissuer.200': after(
    async (stage) => {
      await issuer(stage)
      await stage.issue(namedIssuerPolicy)
    },
    { 'attributes.recoveryLevel: added': 'that vault had no soft delete' },
  ),
  'certificates-get.404': asRecorded,

  'certificates-update.200': { play: recordedPolicy },
  'certificates-update-tags.200': after((stage) => stage.issue(defaultPolicy, { tags: { tag1: 'value1' } })),

  'certificates-import-pem.200': {
    play: (stage, example) => stage.replay(example, { body: { ...example.body, value: importedPem() } }),
  },
  'certificates-import-pem-encrypted.200': {
    play: (stage, example) =>
      stage.replay(example, { body: { ...example.body, value: importedPem(example.body.pwd) } }),
  },
  'certificates-import-pfx.200': {
    play: (stage, example) =>
      stage.replay(example, { body: { ...example.body, value: importedPfx(example.body.pwd) } }),
  },
  'spec-ImportCertificate': {
    play: (stage, example) =>
      stage.replay(example, { body: { ...example.body, value: importedPfx(example.body.pwd) } }),
    excerpt: true,
  },
  'certificates-import-policy-overridden.200': {
    play: async (stage, example) => {
      await stage.call('POST', '/certificates/source/create', { policy: selfSigned })
      const value = await pfxOf(stage, 'source')
      return stage.replay(example, { body: { ...example.body, value } })
    },
  },

  'certificates-list.200': after((stage) => stage.call('POST', '/certificates/cert1/import', pem())),
  'certificates-list-page.200': after(
    async (stage) => {
      for (const number of [0, 1, 2, 3, 4, 5, 6])
        await stage.call('POST', `/certificates/livekvtestcert${number}30790f24/import`, pem())
    },
    { 'value: 5 items were recorded, 6 are answered': 'pages are full here until the last one' },
  ),
  'certificates-list-includepending.200': after((stage) =>
    stage.call('POST', '/certificates/pending-cert/create', {
      policy: { ...defaultPolicy, issuer: { name: 'Unknown' } },
    }),
  ),
  'certificates-versions.200': after(async (stage) => {
    await stage.issue(selfSigned)
    await stage.issue(selfSigned)
  }),

  'certificates-policy-get.200': {
    play: async (stage, example) => {
      const { id, attributes, ...policy } = example.answer
      await stage.issue(policy)
      return stage.replay(example)
    },
  },
  'certificates-policy-update.200': after((stage) => stage.issue(defaultPolicy)),
  'certificates-policy-ec.200': after((stage) => stage.issue(defaultPolicy)),

  'certificates-backup.200': after((stage) => stage.issue(defaultPolicy)),
  'certificates-restore.200': {
    play: async (stage, example) => {
      await stage.issue(policyOf(example))
      await stage.call('PATCH', '/certificates/cert1', { attributes: { enabled: false } })
      const { value } = await stage.call('POST', '/certificates/cert1/backup')
      await stage.call('DELETE', '/certificates/cert1')
      await stage.call('DELETE', '/deletedcertificates/cert1')
      return stage.replay(example, { body: { value } })
    },
  },
  'certificates-restore.409': {
    play: async (stage, example) => {
      await stage.call('POST', '/certificates/cert1/import', pem())
      return stage.replay(example, { body: await stage.call('POST', '/certificates/cert1/backup') })
    },
  },
}

let madeOnce: string | undefined

/** The same certificate wherever any will do. */
export function pem(): { value: string } {
  madeOnce ??= importedPem()
  return { value: madeOnce }
}

async function pfxOf(stage: Stage, name: string): Promise<string> {
  while ((await stage.call('GET', `/certificates/${name}/pending`)).status !== 'completed')
    await new Promise((resolve) => setTimeout(resolve, 10))
  return (await stage.call('GET', `/secrets/${name}`)).value
}

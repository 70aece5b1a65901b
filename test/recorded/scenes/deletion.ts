/** Deleted objects: looked at, recovered, purged. */
import { importedPfx } from '../certificate-authority.ts'
import { after, asRecorded, type Scene } from '../scene.ts'
import { defaultPolicy, pem } from './certificates.ts'

export const deletion: Readonly<Record<string, Scene>> = {
  'certificates-delete.200': {
    play: async (stage, example) => {
      const { id, attributes, ...policy } = example.answer.policy
      await stage.issue(policy)
      await stage.call('PATCH', `/certificates/${stage.name}`, { attributes: { enabled: false } })
      return stage.replay(example)
    },
  },
  'deletedcertificates-get.200': after(async (stage) => {
    await stage.issue(defaultPolicy, { tags: { tag1: 'updated_value1' } })
    await stage.call('DELETE', `/certificates/${stage.name}`)
  }),
  'deletedcertificates-get.404': after((stage) => stage.issue(defaultPolicy)),
  'deletedcertificates-list.200': after(async (stage) => {
    await stage.call('POST', '/certificates/cert1/import', pem())
    await stage.call('DELETE', '/certificates/cert1')
  }),
  'deletedcertificates-purge.204': after(async (stage) => {
    await stage.call('POST', '/certificates/cert1/import', pem())
    await stage.call('DELETE', '/certificates/cert1')
  }),
  'deletedcertificates-recover.200': after(async (stage) => {
    const policy = { issuer: { name: 'Self' } }
    await stage.call('POST', `/certificates/${stage.name}/import`, {
      value: importedPfx('123'),
      pwd: '123',
      policy,
    })
    await stage.call('DELETE', `/certificates/${stage.name}`)
  }),
  'deletedcertificates-recover.409': after(
    async (stage) => {
      await stage.call('POST', '/certificates/cert1/import', pem())
      await stage.call('DELETE', '/certificates/cert1')
    },
    { 'status: 409 was recorded, 200 is answered': 'deletion is done when it is answered: it never runs' },
  ),
  'deletedsecrets-get-disabled.403': after(async (stage) => {
    await stage.call('PUT', `/secrets/${stage.name}`, { value: 'a', attributes: { enabled: false } })
    await stage.call('DELETE', `/secrets/${stage.name}`)
  }),
  'deletedsecrets-recover-notdeleted.400': after((stage) =>
    stage.call('PUT', '/secrets/secret1', { value: 'a' }),
  ),
  'secrets-set-deletedname.409': after(async (stage) => {
    await stage.call('PUT', '/secrets/secret1', { value: 'a' })
    await stage.call('DELETE', '/secrets/secret1')
  }),
  'secrets-get.404': asRecorded,
  'keys-get.404': asRecorded,
  'keys-versions-unknownname.200': asRecorded,
}

// Secrets that stand for themselves.
import assert from 'node:assert/strict'
import { quick } from './certificate-tour.js'
import { collected, refused, step } from './steps.js'

export async function secretTour({ secrets }, powerless) {
  await step('sets a secret, reads its versions, and changes its properties', async () => {
    const first = await secrets.setSecret('word', 'one', { contentType: 'text/plain', tags: { a: 'b' } })
    const second = await secrets.setSecret('word', 'two')
    assert.equal((await secrets.getSecret('word')).value, 'two')
    const { version } = first.properties
    assert.equal((await secrets.getSecret('word', { version })).value, 'one')
    const listed = await collected(secrets.listPropertiesOfSecretVersions('word'))
    assert.deepEqual(
      listed.map((item) => item.version).sort(),
      [first, second].map(({ properties }) => properties.version).sort(),
    )
    const changed = await secrets.updateSecretProperties('word', version, { tags: { c: 'd' } })
    assert.deepEqual([changed.tags, changed.contentType], [{ c: 'd' }, 'text/plain'])
    const names = (await collected(secrets.listPropertiesOfSecrets())).map(({ name }) => name)
    assert.ok(names.includes('word'))
    await secrets.updateSecretProperties('word', '', { enabled: false })
    await refused(() => secrets.getSecret('word'), 403, 'Forbidden', 'SecretDisabled')
    await secrets.updateSecretProperties('word', '', { enabled: true })
  })

  await step('deletes, recovers, backs up, purges and restores a secret', async () => {
    const backup = await secrets.backupSecret('word')
    await refused(() => secrets.restoreSecretBackup(backup), 409, 'Conflict')
    await (await secrets.beginDeleteSecret('word', quick)).pollUntilDone()
    await refused(() => secrets.getSecret('word'), 404, 'SecretNotFound')
    const again = () => secrets.setSecret('word', 'three')
    await refused(again, 409, 'Conflict', 'ObjectIsDeletedButRecoverable')
    const deleted = await collected(secrets.listDeletedSecrets())
    assert.deepEqual(
      deleted.map(({ name }) => name),
      ['word'],
    )
    await (await secrets.beginRecoverDeletedSecret('word', quick)).pollUntilDone()
    assert.equal((await secrets.getSecret('word')).value, 'two')
    await (await secrets.beginDeleteSecret('word', quick)).pollUntilDone()
    await secrets.purgeDeletedSecret('word')
    await refused(() => secrets.getDeletedSecret('word'), 404, 'SecretNotFound')
    assert.equal((await secrets.restoreSecretBackup(backup)).name, 'word')
    assert.equal((await secrets.getSecret('word')).value, 'two')
  })

  await step('gives no secret to a caller without a role', async () => {
    await refused(() => powerless.secrets.getSecret('word'), 403, 'Forbidden', 'ForbiddenByRbac')
    await refused(() => powerless.secrets.setSecret('word', 'x'), 403, 'Forbidden', 'ForbiddenByRbac')
    await refused(() => secrets.getSecret('nothing'), 404, 'SecretNotFound')
  })
}

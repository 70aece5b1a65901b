/** `certkeep certificate` on certificates that the service made; what is refused without them stands in the transcripts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAdministration } from '../../src/vault/identity/administer.ts'
import type { TestInstallation } from '../doubles/installation.ts'
import { enroll, root } from '../doubles/private-ca.ts'
import { openTestVault, policyOf } from '../doubles/vault.ts'
import { run } from './transcript.ts'

/** A certificate `web` of the authority `root`, and `self`, which is its own issuer. */
async function furnished() {
  const service = await openTestVault()
  const { vault, officer, parts } = service
  await vault.createAuthority(officer, 'root', root)
  await enroll(service, 'root', { name: 'web' })
  await vault.createCertificate(officer, 'self', { policy: policyOf('Self') })
  await service.recover()
  const administration = createAdministration({ ...parts, operatorName: 'ada' })
  const installation = { folder: { path: 'nowhere' } }
  const operated = { administration, installation } as unknown as TestInstallation
  const command = async (line: string) => {
    const { exitCode, printed } = await run(operated, line.split(' '))
    return { exitCode, text: printed.map(({ text }) => text).join('') }
  }
  return { service, command }
}

test('a certificate is put on hold, released and revoked by its name, and each act is the operator’s', async () => {
  const { service, command } = await furnished()
  const steps: [string, string][] = [
    ['status', 'is not revoked.'],
    ['hold', 'is on hold.'],
    ['release', 'is not revoked.'],
    ['revoke --reason keyCompromise', 'is revoked.'],
    ['hold', 'is revoked.'],
    ['status', 'is revoked.'],
  ]
  for (const [step, sentence] of steps) {
    const [verb, ...options] = step.split(' ')
    const { exitCode, text } = await command(['certificate', verb, 'WEB', ...options].join(' '))
    assert.deepEqual([exitCode, text.split('\n')[0]], [0, `The certificate 'web' ${sentence}`], step)
    assert.match(text, /authority +root\n/)
  }
  const { version } = await service.vault.readRevocation(service.officer, 'web', undefined)
  const shown = JSON.parse((await command(`certificate status web --version ${version} --json`)).text)
  assert.deepEqual(
    [shown.state, shown.reason, shown.revoked, shown.version],
    ['revoked', 'keyCompromise', service.clock.now(), version],
  )
  assert.match((await command(`ca issued root --serial ${shown.serialNumber}`)).text, /reason +keyCompromise/)
  const records = (await service.audit()).filter(({ identity }) => identity.kind === 'operator')
  assert.deepEqual(
    records.map(({ operation, object, outcome }) => [operation, object, outcome]).slice(1, 4),
    [
      ['CertificateRevoke', 'certificates/WEB', 'success'],
      ['CertificateRevocationRelease', 'certificates/WEB', 'success'],
      ['CertificateRevoke', 'certificates/WEB', 'success'],
    ],
  )
  await service.close()
})

test('what has no CA is refused with what to do instead, and the refusal is on record', async () => {
  const { service, command } = await furnished()
  const { exitCode, text } = await command('certificate revoke self')
  assert.equal(exitCode, 1)
  assert.match(text, /cannot be revoked here: it is its own issuer\. Ask .*disable or delete/)
  const record = (await service.audit()).at(-1)!
  assert.deepEqual(
    [record.operation, record.object, record.outcome, record.errorCode],
    ['CertificateRevoke', 'certificates/self', 'failed', 'Conflict'],
  )
  assert.match((await command('certificate status self')).text, /was not revoked from here/)
  await service.close()
})

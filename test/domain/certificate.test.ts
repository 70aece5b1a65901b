import assert from 'node:assert/strict'
import { test } from 'node:test'
import { defaultVaultSettings, recoveryLevel } from '../../src/domain/certificate.ts'

test('the recovery level says whether retention is the longest and whether anyone can purge', () => {
  for (const [retentionDays, purgeProtection, level] of [
    [90, false, 'Recoverable+Purgeable'],
    [90, true, 'Recoverable'],
    [89, false, 'CustomizedRecoverable+Purgeable'],
    [89, true, 'CustomizedRecoverable'],
    [7, false, 'CustomizedRecoverable+Purgeable'],
    [7, true, 'CustomizedRecoverable'],
  ] as const)
    assert.equal(recoveryLevel({ ...defaultVaultSettings, name: 'v', retentionDays, purgeProtection }), level)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badParameter, VaultError } from '../../src/domain/errors.ts'
import {
  certificateNotFound,
  deletedNotFound,
  issuerNotFound,
  keyNotFound,
  nameIsDeleted,
  operationInProgress,
  operationNotFound,
  secretNotFound,
} from '../../src/domain/refusals.ts'

test('an error keeps code, message, detail and cause apart', () => {
  const cause = new Error('disk')
  const error = new VaultError('Conflict', 'Choose another name.', { detail: 'row 7', cause })
  assert.ok(error instanceof Error)
  assert.deepEqual(
    [error.name, error.code, error.message, error.detail, error.cause],
    ['VaultError', 'Conflict', 'Choose another name.', 'row 7', cause],
  )
  assert.equal('cause' in new VaultError('Conflict', 'No.'), false)
})

test('a bad parameter is a 400 of Key Vault', () => {
  assert.deepEqual(
    [badParameter('No.').code, badParameter('No.', { detail: 'why' }).detail],
    ['BadParameter', 'why'],
  )
})

const version = '0123456789abcdef0123456789abcdef'

test('refusals have the codes that clients know', () => {
  for (const [error, code] of [
    [certificateNotFound('web'), 'CertificateNotFound'],
    [deletedNotFound('Certificate', 'web'), 'CertificateNotFound'],
    [secretNotFound('web'), 'SecretNotFound'],
    [keyNotFound('web'), 'KeyNotFound'],
    [operationNotFound('web'), 'PendingCertificateNotFound'],
    [issuerNotFound('web'), 'CertificateIssuerNotFound'],
    [nameIsDeleted('Certificate', 'web'), 'ObjectIsDeletedButRecoverable'],
    [operationInProgress('web'), 'OperationInProgress'],
  ] as const) {
    assert.equal(error.code, code)
    assert.match(error.message, /web/)
  }
})

test('refusals have the texts that Key Vault was recorded to answer', () => {
  const hint =
    'If you recently deleted this certificate you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182'
  assert.equal(
    certificateNotFound('web').message,
    `A certificate with (name/id) web was not found in this key vault. ${hint}`,
  )
  assert.equal(
    certificateNotFound('web', version).message,
    `A certificate with (name/id) web/versions/${version} was not found in this key vault. ${hint}`,
  )
  assert.equal(deletedNotFound('Certificate', 'web').message, 'Deleted Certificate not found: web')
  assert.equal(operationNotFound('pending-cert').message, 'Pending certificate not found: pending-cert')
})

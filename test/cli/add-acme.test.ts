import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestInstallation } from '../doubles/installation.ts'
import { run } from './transcript.ts'

const words = ['issuer', 'add', 'acme', 'own', '--directory', 'https://ca.example/directory']

test('whoever has not agreed yet is told by the CA what there is to read and to have', async () => {
  const house = await createTestInstallation()
  const described = {
    host: 'ca.example',
    termsOfService: 'https://ca.example/terms',
    externalAccountRequired: true,
    profiles: ['classic', 'brief'],
  }
  const administration = { ...house.administration, describeCa: async () => described }
  const { exitCode, printed } = await run({ ...house, administration }, words)
  assert.equal(exitCode, 1)
  assert.equal(
    printed.map(({ text }) => text).join(''),
    `The terms of service of ca.example: https://ca.example/terms
It binds accounts to its own: --eab-kid and a MAC key are needed.
Its profiles: classic, brief
Read them, and add --agree-tos if you agree to them. Nothing was added.
`,
  )
  assert.deepEqual(await house.administration.listIssuers('default'), [])
  await house.close()
})

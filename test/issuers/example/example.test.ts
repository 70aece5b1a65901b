/** The worked example of docs/adding-a-ca.md: it is the page's, it passes the suite, and a vault works with it. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Secret } from '../../../src/domain/secret.ts'
import { issuerConformance } from '../../conformance/issuer.ts'
import { settableClock } from '../../doubles/clock.ts'
import { openTestVault, policyOf } from '../../doubles/vault.ts'
import { apiKey, exampleCa } from './example-ca.ts'
import { exampleProvider } from './example-provider.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/adding-a-ca.md'), 'utf8')
const settings = { product: 'ov-ssl' }

test('the page shows the provider as it is', () => {
  const provider = readFileSync(join(import.meta.dirname, 'example-provider.ts'), 'utf8')
  const [, shown] = /```ts\n\/\*\* `Example`([\s\S]*?)```/.exec(page) ?? []
  const inItsFolder = provider
    .replaceAll('../../../src/issuers/', '../')
    .replaceAll('../../../src/', '../../')
  assert.equal(`/** \`Example\`${shown}`, inItsFolder)
})

issuerConformance('the example of the page', () => {
  const { call, orders, loseNextAnswer } = exampleCa()
  const password = new Secret(apiKey)
  return {
    issuer: exampleProvider(call).connect({ vault: 'default', name: 'example', password, settings }),
    ends: 'certificate',
    now: settableClock().now(),
    password: apiKey,
    ordersOf: () => orders.length,
    loseNextAnswer,
  }
})

test('a vault orders from it once, though the answer is lost', async () => {
  const { call, orders, loseNextAnswer } = exampleCa()
  const house = await openTestVault({ providers: [exampleProvider(call)] })
  const credentials = { password: new Secret(apiKey) }
  await house.vault.setIssuer(house.officer, 'example', { provider: 'Example', credentials, settings })
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('example') })
  loseNextAnswer()
  for (let step = 0; step < 3; step++) {
    await house.recover()
    house.clock.move(60)
  }
  assert.equal((await house.vault.readOperation(house.officer, 'web')).status, 'completed')
  assert.equal(orders.length, 1)
  await house.close()
})

test('without the right key nothing is ordered, and the operation says why', async () => {
  const { call, orders } = exampleCa()
  const house = await openTestVault({ providers: [exampleProvider(call)] })
  await house.vault.setIssuer(house.officer, 'example', { provider: 'Example', settings })
  await house.vault.createCertificate(house.officer, 'web', { policy: policyOf('example') })
  await house.recover()
  const { status, statusDetails } = await house.vault.readOperation(house.officer, 'web')
  assert.equal(status, 'inProgress')
  assert.match(statusDetails!, /Example does not accept the API key\. The next try is due at/)
  assert.equal(orders.length, 0)
  await house.close()
})

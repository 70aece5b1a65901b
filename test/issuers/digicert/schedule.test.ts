/** Many orders at once while connections break, answers are lost or spoilt and DigiCert is busy, by chance: one order each. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseCertificate } from '../../../src/x509/certificate.ts'
import type { Fault } from '../../cas/digicert/server.ts'
import { repeatableRandom } from '../../doubles/random.ts'
import { openDigiCertHouse } from './house.ts'

const faults: readonly Fault[] = ['drop', 'busy', 'broken', 'lose', 'fail', 'gateway', 'page', 'garbage']
const certificates = 8
const rounds = 3

for (const seed of ['first', 'second', 'third', 'fourth'])
  test(`by the chance of ${seed}: each order once, each certificate right`, async (t) => {
    const random = repeatableRandom(`faults ${seed}`)
    const dice = (sides: number) => (((random(2)[0]! << 8) | random(2)[1]!) >>> 0) % sides
    const house = await openDigiCertHouse(t)
    const { ca, clock, vault, officer } = house
    const names = Array.from({ length: certificates }, (_, index) => `web-${index}`)
    ca.chance = () => (dice(4) === 0 ? faults[dice(faults.length)] : undefined)
    for (let round = 0; round < rounds; round++) {
      ca.processingSeconds = dice(3) * 1800
      for (const name of names)
        await house.create(name, { names: [`${name}.example.com`], reuseKey: dice(3) === 0 })
      for (let step = 0; step < 200; step++) {
        await house.recover()
        clock.move(60 + dice(600))
        const open = await Promise.all(names.map((name) => house.operation(name)))
        if (open.every(({ status }) => status !== 'inProgress')) break
      }
      for (const name of names) {
        const { status, error, statusDetails } = await house.operation(name)
        assert.deepEqual([status, error], ['completed', undefined], statusDetails ?? '')
        const { version } = await vault.readCertificate(officer, name)
        assert.deepEqual(parseCertificate(version!.certificate).sans!.dnsNames, [`${name}.example.com`])
      }
    }
    assert.equal(ca.orders.length, certificates, 'one order each')
    assert.equal(ca.balance, 100_000 - 200 * certificates)
    for (const order of ca.orders) assert.equal(order.certificates.length, rounds)
    for (const name of names) {
      const versions = await vault.listCertificateVersions(officer, name, { limit: 9 })
      const thumbprints = versions.map(({ thumbprint }) => Buffer.from(thumbprint!).toString('hex'))
      assert.equal(new Set(thumbprints).size, rounds)
    }
  })

/** The operator's commands are killed at each of their steps: an authority is there or not, and the command can be given again. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { before, test } from 'node:test'
import { certkeep, startService } from '../azure/service.ts'
import type { Death } from './mortal.ts'
import { commandUntil, copyOf, hex, keptIn, type Prepared, prepare } from './private-ca.ts'

let prepared: Prepared
before(async () => {
  prepared = await prepare()
})

const steps = {
  'the serial number is on record': 'INSERT INTO issued',
  'it is signed': undefined,
  'the certificate is kept': 'UPDATE issued SET certificate',
} as const
const deaths = (more: Readonly<Record<string, string>>): [string, Death][] =>
  Object.entries<string | undefined>({ ...steps, ...more }).flatMap(([step, statement]) =>
    (['before', 'after'] as const).map((when): [string, Death] => [
      `${when} ${step}`,
      statement === undefined ? { when } : { when, statement },
    ]),
  )

for (const [what, death] of deaths({ 'the authority is there': 'INSERT INTO authorities' }))
  test(`certkeep ca create, killed ${what}`, { timeout: 60_000 }, async () => {
    const dataFolder = copyOf(prepared)
    const command = ['ca', 'create', 'sub', '--subject', 'CN=Sub', '--parent', 'root']
    await commandUntil(death, dataFolder, ...command)
    const { authorities, issued } = await keptIn(dataFolder)
    const sub = authorities.find(({ name }) => name === 'sub')
    const certified = issued.filter(({ subject }) => subject === 'CN=Sub')
    const last = death.statement === 'INSERT INTO authorities' && death.when === 'after'
    assert.equal(sub !== undefined, last)
    assert.equal(certified.length, what === 'before the serial number is on record' ? 0 : 1)
    if (sub)
      assert.deepEqual(
        certified.map(({ certificate }) => hex(certificate)),
        [hex(sub.certificate)],
      )
    const again = certkeep(...command, '--data', dataFolder)
    if (last) return assert.rejects(again, /There is an authority sub already/)
    await again
    const now = await keptIn(dataFolder)
    const { certificate } = now.authorities.find(({ name }) => name === 'sub')!
    assert.equal(now.issued.filter((each) => hex(each.certificate) === hex(certificate)).length, 1)
    const serials = now.issued.map(({ serialNumber }) => hex(serialNumber))
    assert.equal(new Set(serials).size, serials.length)
  })

for (const [what, death] of deaths({ 'it hangs on the authority': 'UPDATE authorities' }))
  test(`certkeep ca cross, killed ${what}, certifies once`, { timeout: 60_000 }, async () => {
    const dataFolder = copyOf(prepared)
    const command = ['ca', 'cross', 'issuing', '--by', 'other', '--data', dataFolder]
    await certkeep('ca', 'create', 'other', '--subject', 'CN=Other', '--data', dataFolder)
    await commandUntil(death, dataFolder, ...command.slice(0, -2))
    const before = await keptIn(dataFolder)
    await certkeep(...command)
    const { authorities, issued } = await keptIn(dataFolder)
    const certified = issued.filter(({ authority }) => authority === 'other')
    assert.equal(certified.length, 1)
    const former = before.issued.find(({ authority }) => authority === 'other')
    if (former) assert.equal(hex(certified[0]!.serialNumber), hex(former.serialNumber))
    if (former?.certificate) assert.equal(hex(certified[0]!.certificate), hex(former.certificate))
    const { crossCertificates } = authorities.find(({ name }) => name === 'issuing')!
    assert.deepEqual(crossCertificates.map(hex), [hex(certified[0]!.certificate)])
  })

test('certkeep ca install, killed before and behind its transaction, waits or is done', {
  timeout: 120_000,
}, async () => {
  const signed = await answerOfRoot()
  for (const when of ['before', 'after'] as const) {
    const dataFolder = copyOf(prepared)
    const file = join(dirname(dataFolder), 'chain.pem')
    writeFileSync(file, signed)
    const command = ['ca', 'install', 'asking', '--file', file]
    await commandUntil({ when, statement: 'UPDATE authorities' }, dataFolder, ...command)
    const stateOf = async () =>
      (await keptIn(dataFolder)).authorities.find(({ name }) => name === 'asking')!.state
    assert.equal(await stateOf(), when === 'before' ? 'requested' : 'active')
    await certkeep(...command, '--data', dataFolder)
    assert.equal(await stateOf(), 'active')
  }
})

/** What another installation makes of the request; here it is a copy of the same. */
async function answerOfRoot(): Promise<string> {
  const dataFolder = copyOf(prepared)
  const csr = await certkeep('ca', 'request', 'asking', '--data', dataFolder)
  const service = await startService({ dataFolder, port: prepared.port })
  try {
    const path = '/certificates/issuers/cas/sign?api-version=2025-07-01'
    const { json, text } = await prepared.senderTo(service)({ method: 'POST', path, body: { csr } })
    assert.ok(json.x5c, text)
    return (json.x5c as string[])
      .map((der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
      .join('')
  } finally {
    await service.stop()
  }
}

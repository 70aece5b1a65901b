/** When the CA would have a certificate renewed (RFC 9773): what it says counts, and nonsense never does more than fail. */
import assert from 'node:assert/strict'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { type Clock, seconds } from '../../src/domain/time.ts'
import { acmeProvider } from '../../src/issuers/acme/acme-provider.ts'
import type { AcmeRegister } from '../../src/issuers/acme/register.ts'
import type { Issuer, RenewalAdvice } from '../../src/issuers/issuer.ts'
import { openDnsClient } from '../../src/network/node-dns-client.ts'
import { openHttpClients } from '../../src/network/undici-client.ts'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { type Gate, type Meeting, meetFirst, openGate } from './gate.ts'
import { certificatesIn } from './judge.ts'
import { arrived, create, secretOf, type Vault } from './vault.ts'

const clock: Clock = { now: () => seconds(Math.floor(Date.now() / 1000)) }
const hour = 3600
const asText = (at: number) => new Date(at * 1000).toISOString()
const said = (status: number, type: string, body: string): Meeting => ({
  status,
  headers: { 'content-type': type },
  body,
})

export async function renewalAdvice({ send }: Vault, pebble: Pebble): Promise<void> {
  const gate = await openGate(pebble.ports.pebble)
  try {
    const issuer = issuerAt(gate)
    await create(send, { name: 'advised', issuer: 'pebble', hosts: ['advised.web.example'] })
    await arrived(send, 'advised')
    const [leaf] = certificatesIn(await secretOf(send, 'advised'))
    const advise = () => issuer.adviseRenewal!(leaf!.raw)
    const end = leaf!.validToDate.getTime() / 1000

    await step('the CA advises to renew well before the end', async () => {
      const { from, until, checkAgainAt } = (await advise())!
      assert.ok(clock.now() < from && from < until && until < end)
      assert.ok(checkAgainAt > clock.now())
    })

    await step('it moves the renewal, and says why', async () => {
      const [from, until] = [clock.now() - hour, clock.now() + hour]
      const suggestedWindow = { start: asText(from), end: asText(until) }
      const explanationURL = 'https://ca.example/incident'
      await pebble.setRenewalInformation(
        leaf!.toString(),
        JSON.stringify({ suggestedWindow, explanationURL }),
      )
      const advice = (await advise())!
      assert.deepEqual([advice.from, advice.until, advice.explanation], [from, until, explanationURL])
    })

    for (const [what, text] of Object.entries(nonsense(end)))
      await step(`${what} is no advice`, async () => {
        await pebble.setRenewalInformation(leaf!.toString(), text)
        await passes(advise)
      })
    for (const [what, meeting] of Object.entries(strangeAnswers))
      await step(`${what} is no advice`, async () => {
        meetFirst(gate, '/draft-ietf-acme-ari-03/', meeting)
        await passes(advise)
      })
  } finally {
    gate.stop()
  }
}

const nonsense = (end: number) => ({
  'broken JSON': '{"suggestedWindow":{"start":',
  'a list': '[]',
  'a web page in place of JSON': '<html><body>Soon</body></html>',
  'a window that ends before it begins': JSON.stringify({
    suggestedWindow: { start: asText(end), end: asText(end - hour) },
  }),
  'a window without an end': JSON.stringify({ suggestedWindow: { start: asText(end) } }),
  'a window that is no time': JSON.stringify({ suggestedWindow: { start: 'soon', end: 'later' } }),
  'an answer as large as no answer should be': `{"suggestedWindow":"${'x'.repeat(3_000_000)}"}`,
})

const strangeAnswers: Readonly<Record<string, Meeting>> = {
  'a web page': said(200, 'text/html', '<html></html>'),
  'an error of the server': said(500, 'text/plain', 'oops'),
  'a redirect': { status: 302, headers: { location: 'https://elsewhere.example/' } },
  'a CA that wants to be left alone': { status: 429, headers: { 'retry-after': '60' } },
  'a CA that knows nothing of it': said(404, 'application/problem+json', '{}'),
  'a broken connection': { broken: 'before' },
}

/** No advice, or a failure that passes; nothing else, and nothing that would stop a renewal. */
async function passes(advise: () => Promise<RenewalAdvice | undefined>): Promise<void> {
  const come = await advise().catch((error: unknown) => error)
  if (come === undefined) return
  assert.ok(
    come instanceof IssuerFailure,
    `it is ${come instanceof Error ? come.stack : JSON.stringify(come)}`,
  )
  assert.match(come.failure, /^(transient|throttled)$/)
}

/** The issuer as renewals will ask it. It needs neither an account nor proofs for that. */
function issuerAt({ directory, tlsRoot }: Gate): Issuer {
  const provider = acmeProvider({
    register: { now: () => clock.now() } as AcmeRegister,
    openHttp: openHttpClients({ version: 'interop' }),
    dns: openDnsClient(),
    solvers: { checkSettings() {}, forIdentifier: () => [], forCleaning: () => undefined },
  })
  const settings = { ca: 'custom', directory, trustRoots: [tlsRoot], termsOfServiceAgreed: true }
  return provider.connect({ vault: 'default', name: 'advised', settings })
}

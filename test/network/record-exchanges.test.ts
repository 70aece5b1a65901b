/** What went to and fro is recorded as it was, without the secrets in it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { type HttpAnswer, NetworkFailure } from '../../src/network/http-client.ts'
import { type RecordedExchange, recordExchanges } from '../../src/network/record-exchanges.ts'

const secret = 'a "quoted" secret/with signs'

function recording(answer: () => HttpAnswer) {
  const recorded: RecordedExchange[] = []
  const http = recordExchanges(
    { send: async () => answer() },
    {
      of: 'default/ca',
      secrets: [new Secret(secret)],
      secretHeaders: ['x-key'],
      record: (exchange) => recorded.push(exchange),
    },
  )
  return { http, recorded }
}

const request = {
  method: 'POST',
  url: `https://ca.example/?key=${encodeURIComponent(secret)}`,
  headers: { 'X-Key': secret, Authorization: 'Basic abc', accept: 'application/json' },
  body: JSON.stringify({ secret, name: 'kept' }),
} as const

test('secrets are replaced in every spelling, in request and answer; the rest stays', async () => {
  const { http, recorded } = recording(() => ({
    status: 200,
    headers: { 'set-cookie': 'session=1', 'x-echo': secret },
    body: Buffer.from(`You sent ${secret}.`),
  }))
  const answer = await http.send(request)
  assert.ok(Buffer.from(answer.body).toString().includes(secret), 'what is passed on is untouched')
  assert.deepEqual(recorded, [
    {
      of: 'default/ca',
      request: {
        method: 'POST',
        url: 'https://ca.example/?key=[secret]',
        headers: { 'X-Key': '[secret]', Authorization: '[secret]', accept: 'application/json' },
        body: '{"secret":"[secret]","name":"kept"}',
      },
      answer: {
        status: 200,
        headers: { 'set-cookie': '[secret]', 'x-echo': '[secret]' },
        body: 'You sent [secret].',
      },
    },
  ])
})

test('that there was no answer is recorded too', async () => {
  const failure = new NetworkFailure('ca.example refuses connections.', { mayHaveArrived: false })
  const { http, recorded } = recording(() => {
    throw failure
  })
  await assert.rejects(http.send(request), failure)
  assert.deepEqual([recorded[0]!.answer, recorded[0]!.failure], [undefined, failure.message])
})

test('long bodies are cut', async () => {
  const { http, recorded } = recording(() => ({ status: 200, headers: {}, body: Buffer.alloc(100_000, 'x') }))
  await http.send(request)
  assert.equal(recorded[0]!.answer!.body.length, 65_537)
})

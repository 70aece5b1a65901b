/**
 * Every answer of the real service that is on record, asked for here: the same status, headers, members and types, and
 * the same values wherever chance, time and place have no part in them. What differs is listed with its reason, and what
 * does not differ any more must leave the list.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Reply } from '../http/request.ts'
import { differences } from './differences.ts'
import { type Example, examples, recordedOrigin } from './example.ts'
import { formOf, headerForm } from './form.ts'
import type { Scene } from './scene.ts'
import { certificates } from './scenes/certificates.ts'
import { deletion } from './scenes/deletion.ts'
import { keysAndSecrets } from './scenes/keys-and-secrets.ts'
import { contactsAndIssuers, operations } from './scenes/operations.ts'
import { openTheatre, type Theatre } from './stage.ts'

const scenes: Readonly<Record<string, Scene>> = {
  ...certificates,
  ...operations,
  ...contactsAndIssuers,
  ...deletion,
  ...keysAndSecrets,
}

let theatre: Theatre
before(async () => {
  theatre = await openTheatre(examples)
})
after(() => theatre?.close())

for (const example of examples)
  test(`${example.name} is answered as recorded`, async () => {
    const scene = scenes[example.name]
    assert.ok(scene, `there is no scene for ${example.name}`)
    const stage = theatre.stageFor(example)
    const reply = await scene.play(stage, example)
    const found = compare(example, reply, stage.origin).filter(
      (line) => !(scene.excerpt && line.endsWith(': added')),
    )
    const known = Object.keys(scene.except ?? {})
    assert.deepEqual(found.toSorted(), known.toSorted(), `${reply.status} ${reply.text.slice(0, 2000)}`)
  })

test('every scene is of a recorded answer', () => {
  const names = new Set(examples.map(({ name }) => name))
  assert.deepEqual(
    Object.keys(scenes).filter((name) => !names.has(name)),
    [],
  )
})

function compare(example: Example, reply: Reply, origin: string): string[] {
  if (example.status !== reply.status)
    return [`status: ${example.status} was recorded, ${reply.status} is answered`]
  const recorded = {
    ...headersOf(example.headers, recordedOrigin),
    body: formOf(example.answer, recordedOrigin, bare(example)),
  }
  const names = Object.keys(example.headers)
  const sent = Object.fromEntries(names.map((name) => [name, reply.headers[name] ?? 'absent']))
  const ours = {
    ...headersOf(sent, origin),
    body: formOf(reply.json ?? (reply.text || undefined), origin, bare(example)),
  }
  return differences(recorded, ours).map((line) => line.replace(/^body\./, ''))
}

/** A body that is no JSON is a request. */
const bare = ({ accept }: Example) => (accept === undefined ? '' : 'csr')

function headersOf(headers: Readonly<Record<string, string | undefined>>, origin: string) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, headerForm(value, origin)]))
}

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { solversOf } from '../../src/challenges/configured-solvers.ts'
import { readText, rejectUnknownMembers } from '../../src/challenges/settings-members.ts'
import type { SolverKind, SolverSettings } from '../../src/challenges/solver-kind.ts'
import type { Challenge, ChallengeType } from '../../src/domain/challenge.ts'
import { VaultError } from '../../src/domain/errors.ts'
import { challengeOf } from './sample.ts'

/** Solvers that tell by their places from where they came. */
function kind(type: ChallengeType, change: Partial<SolverKind> = {}): SolverKind {
  return {
    type,
    ready: false,
    proves: () => true,
    checkSettings: (settings) => rejectUnknownMembers(settings, ['mark']),
    connect: (settings, vault) => marked(type, `${vault} ${JSON.stringify(settings)}`),
    ...change,
  }
}

function marked(type: ChallengeType, mark: string) {
  const nothing = async () => undefined
  return {
    type,
    present: async () => mark,
    look: async () => ({ state: 'visible' }) as const,
    cleanUp: nothing,
  }
}

const name = (value: string): Challenge['identifier'] => ({ type: 'dns', value })
const http = kind('http-01', { ready: true, proves: (_, wildcard) => !wildcard })
const alpn = kind('tls-alpn-01', { proves: (_, wildcard) => !wildcard })
const dns = kind('dns-01', {
  proves: ({ type }) => type === 'dns',
  checkSettings: (settings: SolverSettings) => void readText(settings, 'mark'),
  connectTo: (place, vault) => (place.startsWith('at ') ? marked('dns-01', `${vault} ${place}`) : undefined),
})
const solvers = solversOf([http, alpn, dns])

async function found(settings: unknown, identifier: Challenge['identifier'], wildcard = false) {
  const fitting = solvers.forIdentifier('v', settings, identifier, wildcard)
  return Promise.all(fitting.map(async (solver) => `${solver.type} ${await solver.present(challengeOf())}`))
}

describe('which solvers prove what', () => {
  const entries = [
    { type: 'dns-01', names: ['example.org', 'Sub.Example.net.'], mark: 'one' },
    { type: 'http-01' },
    { type: 'dns-01', mark: 'two' },
  ]

  test('is said by the entries, in their order', async () => {
    const all = ['dns-01 v {"mark":"one"}', 'http-01 v {}', 'dns-01 v {"mark":"two"}']
    assert.deepEqual(await found(entries, name('example.org')), all)
    assert.deepEqual(await found(entries, name('a.b.example.org')), all)
    assert.deepEqual(await found(entries, name('a.sub.example.net')), all)
    assert.deepEqual(await found(entries, name('notexample.org')), all.slice(1))
    assert.deepEqual(await found(entries, name('org')), all.slice(1))
    assert.deepEqual(await found(entries, name('example.org'), true), [all[0], all[2]])
    assert.deepEqual(await found(entries, { type: 'ip', value: '192.0.2.1' }), ['http-01 v {}'])
  })

  test('is what runs, where nothing is said', async () => {
    assert.deepEqual(await found(undefined, name('example.org')), ['http-01 v {}'])
    assert.deepEqual(await found(undefined, name('example.org'), true), [])
  })

  test('settings that are wrong are refused, and the member is named', () => {
    solvers.checkSettings(undefined)
    solvers.checkSettings(entries)
    for (const [wrong, message] of [
      [null, /^settings.challenges: /],
      [{}, /^settings.challenges: /],
      [[], /^settings.challenges: /],
      [
        Array.from({ length: 51 }, () => ({ type: 'http-01' })),
        /^settings.challenges: send a list of 1 to 50/,
      ],
      [['http-01'], /^settings.challenges.0.type: /],
      [
        [{ type: 'http-01' }, { type: 'http-02' }],
        /^settings.challenges.1.type: send one of http-01, tls-alpn-01, dns-01/,
      ],
      [[{ type: 'http-01', mask: 1 }], /^settings.challenges.0.mask: not known/],
      [[{ type: 'dns-01' }], /^settings.challenges.0.mark: /],
      [[{ type: 'http-01', names: [] }], /^settings.challenges.0.names: /],
      [[{ type: 'http-01', names: ['*.example.org'] }], /^settings.challenges.0.names.0: /],
      [[{ type: 'http-01', names: ['bücher.example'] }], /^settings.challenges.0.names.0: .*xn--/],
    ] as const)
      assert.throws(
        () => solvers.checkSettings(wrong),
        (error) =>
          error instanceof VaultError && error.code === 'BadParameter' && message.test(error.message),
        JSON.stringify(wrong),
      )
  })

  test('of what is shown, is said by its place first, and by the settings where there is none', async () => {
    const cleaner = async (settings: unknown, change: Parameters<typeof challengeOf>[0]) =>
      solvers
        .forCleaning(settings, challengeOf({ vault: 'v', type: 'dns-01', ...change }))
        ?.present(challengeOf())
    assert.equal(await cleaner(entries, { place: 'at home' }), 'v at home')
    assert.equal(await cleaner(undefined, { place: 'at home' }), 'v at home')
    assert.equal(await cleaner(entries, { identifier: name('example.org') }), 'v {"mark":"one"}')
    assert.equal(
      await cleaner(entries, { place: 'unreadable', identifier: name('a.example') }),
      'v {"mark":"two"}',
    )
    assert.equal(await cleaner([{ type: 'http-01' }], {}), undefined)
    assert.equal(await cleaner(undefined, { type: 'http-01' }), 'v {}')
  })
})

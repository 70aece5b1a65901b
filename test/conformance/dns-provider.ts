/**
 * What every DNS provider has to do; one suite for all, over real sockets: what stands at the other side is a small service
 * that truly keeps records, or the real one.
 */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { inspect } from 'node:util'
import type {
  DnsProvider,
  DnsProviderKind,
  DnsProviderSettings,
  DnsProviderTools,
  TxtRecord,
} from '../../src/challenges/dns-01/dns-provider.ts'
import { VaultError } from '../../src/domain/errors.ts'
import { IssuerFailure } from '../../src/domain/issuer-failure.ts'
import { Secret } from '../../src/domain/secret.ts'

/** `garbage` is none of the protocol, `flood` has 10 MB and `busy` is how the provider says that it cannot just now. */
export type Misbehaviour = 'silence' | 'garbage' | 'flood' | 'busy'

export interface DnsProviderUnderTest {
  readonly kind: DnsProviderKind
  readonly settings: DnsProviderSettings
  /** With so little patience that silence ends within seconds. */
  readonly tools: DnsProviderTools
  /** The same, with credentials that are well formed and wrong. */
  readonly wrongTools: DnsProviderTools
  readonly zone: string
  /** Lies in the zone and can be written to. */
  readonly name: string
  /** What stands there. */
  valuesAt(name: string): Promise<readonly string[]>
  /** Somebody else adds a value. Absent where nobody else can. */
  plant?(name: string, value: string): Promise<void>
  /** Every answer from now on; `undefined` ends it. */
  misbehave(how: Misbehaviour | undefined): void
  /** What the other side cannot be made to do. */
  readonly never?: readonly Misbehaviour[]
  /** No error may hold any of them. */
  readonly secrets: readonly string[]
  /** It has no way to take values away. */
  readonly keepsAll?: boolean
  /** How many values one name can show. */
  readonly valuesMax?: number
  /** What `checkSettings` has to refuse: the member that is wrong → settings. */
  readonly badSettings: Readonly<Record<string, DnsProviderSettings>>
}

/** @param open gives a provider for one test, and closes it when that ends; several at once do not disturb each other. */
export function dnsProviderConformance(
  name: string,
  open: (t: TestContext) => Promise<DnsProviderUnderTest>,
): void {
  const rule = (what: string, work: (house: DnsProviderUnderTest, provider: DnsProvider) => Promise<void>) =>
    test(`${name}: ${what}`, async (t) => {
      const house = await open(t)
      await work(house, house.kind.connect(house.tools, house.settings))
    })

  rule('its settings are those that it takes', async ({ kind, settings }) => {
    kind.checkSettings(settings)
  })

  rule('settings that are wrong are refused, and the member is named', async ({ kind, badSettings }) => {
    for (const [member, settings] of Object.entries({ ...badSettings, unheardOf: { unheardOf: true } }))
      assert.throws(
        () => kind.checkSettings(settings),
        (error) =>
          error instanceof VaultError &&
          error.code === 'BadParameter' &&
          error.message.startsWith(`${member}:`),
        member,
      )
  })

  rule('a value is added, and taken away', async (house, provider) => {
    const record = recordOf(house, 'one')
    const place = await provider.add(record)
    assert.deepEqual(await house.valuesAt(house.name), [record.value])
    await provider.remove(record, place)
    if (!house.keepsAll) assert.deepEqual(await house.valuesAt(house.name), [])
  })

  rule('adding again adds nothing, and removing again removes nothing', async (house, provider) => {
    const [one, two] = [recordOf(house, 'one'), recordOf(house, 'two')]
    await provider.add(one)
    const placeOfTwo = await provider.add(two)
    const place = await provider.add(one)
    assert.deepEqual(await sortedValues(house), [one.value, two.value].toSorted())
    for (let count = 0; count < 2; count++) await provider.remove(one, place)
    if (!house.keepsAll) assert.deepEqual(await house.valuesAt(house.name), [two.value])
    await provider.remove(two, placeOfTwo)
  })

  rule('what was never added can be removed', async (house, provider) => {
    await provider.remove(recordOf(house, 'never'), undefined)
    assert.deepEqual(await house.valuesAt(house.name), [])
  })

  rule('what was added is removed also by who does not know the place', async (house, provider) => {
    if (house.keepsAll) return
    await provider.add(recordOf(house, 'one'))
    await house.kind.connect(house.tools, house.settings).remove(recordOf(house, 'one'), undefined)
    assert.deepEqual(await house.valuesAt(house.name), [])
  })

  rule('values of others stay', async (house, provider) => {
    if (!house.plant) return
    const record = recordOf(house, 'ours')
    await house.plant(house.name, 'theirs')
    const place = await provider.add(record)
    assert.deepEqual(await sortedValues(house), [record.value, 'theirs'].toSorted())
    await provider.remove(record, place)
    assert.deepEqual(await house.valuesAt(house.name), ['theirs'])
  })

  rule('of values that are added and removed at the same time none is lost', async (house, provider) => {
    const count = house.valuesMax ?? 6
    const records = Array.from({ length: count }, (_, index) => recordOf(house, `value-${index}`))
    const places = await Promise.all(records.map((record) => provider.add(record)))
    assert.deepEqual(await sortedValues(house), records.map(({ value }) => value).toSorted())
    const leaving = records.slice(0, count / 2)
    await Promise.all(leaving.map((record, index) => provider.remove(record, places[index])))
    if (house.keepsAll) return
    const staying = records.slice(count / 2)
    assert.deepEqual(await sortedValues(house), staying.map(({ value }) => value).toSorted())
  })

  rule('wrong credentials are told in words that hold none, and change nothing', async (house) => {
    const provider = house.kind.connect(house.wrongTools, house.settings)
    await assert.rejects(provider.add(recordOf(house, 'one')), isFailure(house, 'user-action'))
    assert.deepEqual(await house.valuesAt(house.name), [])
  })

  rule('a secret that is missing, or is none, is told in words', async (house) => {
    const missing = async (): Promise<never> => {
      throw new IssuerFailure('user-action', 'There is no such secret.')
    }
    const damaged = async () => new Secret('no "credentials" at all\u0000')
    for (const secret of [missing, damaged]) {
      const provider = house.kind.connect({ ...house.tools, secret }, house.settings)
      if (house.secrets.length > 0)
        await assert.rejects(provider.add(recordOf(house, 'one')), isFailure(house, 'user-action'))
    }
  })

  for (const how of ['silence', 'garbage', 'flood', 'busy'] as const)
    rule(`passing trouble is told so, and passes: ${how}`, async (house, provider) => {
      if (house.never?.includes(how)) return
      const record = recordOf(house, 'one')
      house.misbehave(how)
      await assert.rejects(provider.add(record), isFailure(house, 'transient'))
      if (!house.keepsAll)
        await assert.rejects(provider.remove(record, undefined), isFailure(house, 'transient'))
      house.misbehave(undefined)
      const place = await provider.add(record)
      assert.deepEqual(await house.valuesAt(house.name), [record.value])
      await provider.remove(record, place)
    })
}

function recordOf({ zone, name }: DnsProviderUnderTest, value: string): TxtRecord {
  // As long as those of dns-01, which some providers insist on.
  return { zone, name, value: value.padEnd(43, '_') }
}

async function sortedValues(house: DnsProviderUnderTest): Promise<readonly string[]> {
  return [...(await house.valuesAt(house.name))].sort()
}

function isFailure({ secrets }: DnsProviderUnderTest, failure: IssuerFailure['failure']) {
  return (error: unknown) => {
    assert.ok(error instanceof IssuerFailure, inspect(error))
    assert.equal(error.failure, failure, error.message)
    assert.match(error.message, /^[^\s].{10,}\.$/s)
    const told = `${inspect(error, { depth: 9, showHidden: true })} ${String(error.cause)}`
    for (const secret of secrets) assert.ok(!told.includes(secret), 'an error holds a secret')
    return true
  }
}

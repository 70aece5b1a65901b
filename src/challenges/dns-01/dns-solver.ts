/**
 * Proving control by a TXT record: it is added beside others where aliases lead, looked for at every server of the zone, and taken
 * away alone.
 */

import type { Challenge } from '../../domain/challenge.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { dnsRecordValue } from '../../issuers/acme/protocol/key-authorization.ts'
import type { DnsClient } from '../../network/dns-client.ts'
import type { Solver, Visibility } from '../challenge.ts'
import type { SolverSettings } from '../solver-kind.ts'
import type { DnsProvider, TxtRecord } from './dns-provider.ts'
import type { DnsEntry } from './dns-solver-kind.ts'
import type { DnsSolverTools } from './dns-solver-tools.ts'
import { askingTheDns } from './dns-trouble.ts'
import { findZone, followAliases, isWithin, recordName } from './record-name.ts'
import { type RecordPlace, readRecordPlace, writeRecordPlace } from './record-place.ts'
import { lookForRecord } from './visibility.ts'

export interface DnsSolverMakings {
  readonly type: 'dns-01' | 'dns-account-01'
  /** As they stand in the entry. */
  readonly settings: SolverSettings
  /** The same, read. */
  readonly entry: DnsEntry
  readonly tools: DnsSolverTools
  /** Whose secrets are used. */
  readonly vault: string
}

export function dnsSolver({ type, settings, entry, tools, vault }: DnsSolverMakings): Solver {
  const { dns, clock } = tools
  const provider = connectProvider(entry, tools, vault)
  const recordOf = async (challenge: Challenge, known: RecordPlace | undefined): Promise<TxtRecord> => {
    const value = dnsRecordValue(challenge.keyAuthorization)
    if (known) return { zone: known.zone, name: known.name, value }
    return { ...(await findPlace(dns, challenge, entry)), value }
  }
  return {
    type,
    present: (challenge) =>
      askingTheDns(async () => {
        const record = await recordOf(challenge, undefined)
        const place = await provider.add(record)
        const { zone, name } = record
        return writeRecordPlace({
          zone,
          name,
          settings,
          added: clock.now(),
          ...(place !== undefined && { place }),
        })
      }),
    look: (challenge, place) =>
      askingTheDns(async () => {
        const known = place === undefined ? undefined : readRecordPlace(place)
        const record = await recordOf(challenge, known)
        const moved = await movedAway(dns, challenge, record)
        if (moved) return moved
        const visibility = await lookForRecord(dns, record, entry.resolvers)
        if (visibility.state === 'waiting' || !known) return visibility
        return (await onItsWay(provider, known)) ?? settled(known.added + entry.waitSeconds - clock.now())
      }),
    cleanUp: (challenge, place) =>
      askingTheDns(async () => {
        const known = place === undefined ? undefined : readRecordPlace(place)
        await provider.remove(await recordOf(challenge, known), known?.place)
      }),
  }
}

function connectProvider({ kind, own }: DnsEntry, tools: DnsSolverTools, vault: string): DnsProvider {
  return kind.connect({ ...tools, secret: (name) => tools.secretOf(vault, name) }, own)
}

async function findPlace(
  dns: DnsClient,
  challenge: Challenge,
  entry: DnsEntry,
): Promise<Omit<TxtRecord, 'value'>> {
  const name = await followAliases(dns, recordName(challenge))
  const zone = entry.zone ?? (await findZone(dns, name))
  if (isWithin(name, zone)) return { zone, name }
  throw new IssuerFailure(
    'user-action',
    `The record has to stand at ${name}, which does not lie in the zone ${zone} of settings.challenges.`,
  )
}

/** The CA follows the aliases as they are when it looks. */
async function movedAway(
  dns: DnsClient,
  challenge: Challenge,
  { name }: TxtRecord,
): Promise<Visibility | undefined> {
  const start = recordName(challenge)
  const end = await followAliases(dns, start)
  if (end === name) return undefined
  const details = `The record was written to ${name}, but by now ${start} leads to ${end}; let its CNAME record be, or order again.`
  return { state: 'waiting', details }
}

async function onItsWay(provider: DnsProvider, { place }: RecordPlace): Promise<Visibility | undefined> {
  if (place === undefined || (await provider.isEverywhere?.(place)) !== false) return undefined
  const details =
    'The servers that were asked show the record, but the DNS provider is still bringing it to others of its servers.'
  return { state: 'waiting', details }
}

function settled(secondsLeft: number): Visibility {
  if (secondsLeft <= 0) return { state: 'visible' }
  return {
    state: 'waiting',
    details: `The record is visible; the CA is told in ${secondsLeft} seconds, as waitSeconds asks.`,
  }
}

/** Which solvers prove what, by the entries of `settings.challenges`: those that fit, in the order in which they stand. */
import type { Challenge } from '../domain/challenge.ts'
import { badParameter, VaultError } from '../domain/errors.ts'
import { dnsSolverKind } from './dns-01/dns-solver-kind.ts'
import type { DnsSolverTools } from './dns-01/dns-solver-tools.ts'
import { type HttpSolverTools, httpSolverKind } from './http-01/http-solver.ts'
import { readChoice, readDnsName } from './settings-members.ts'
import type { SolverKind, SolverSettings } from './solver-kind.ts'
import type { Solvers } from './solvers.ts'
import { type TlsAlpnSolverTools, tlsAlpnSolverKind } from './tls-alpn-01/tls-alpn-solver.ts'

/** What the ways to prove control work with. */
export interface SolverTools extends DnsSolverTools {
  readonly http: Omit<HttpSolverTools, 'openHttp'>
  readonly tlsAlpn: TlsAlpnSolverTools
}

/** Every way there is. Where an issuer object says nothing, those that are ready are used in this order. */
export function createSolvers(tools: SolverTools): Solvers {
  return solversOf([
    httpSolverKind({ ...tools, ...tools.http }),
    tlsAlpnSolverKind(tools.tlsAlpn),
    dnsSolverKind('dns-01', tools),
    dnsSolverKind('dns-account-01', tools),
  ])
}

const entriesMax = 50
const namesMax = 1000

/** The same over any list of ways. */
export function solversOf(kinds: readonly SolverKind[]): Solvers {
  return {
    checkSettings(settings) {
      readEntries(settings, kinds)
    },
    forIdentifier(vault, settings, identifier, wildcard) {
      const fitting = kinds.filter((kind) => kind.proves(identifier, wildcard))
      const entries = readEntries(settings, kinds)
      if (!entries) return fitting.filter(({ ready }) => ready).map((kind) => kind.connect({}, vault))
      return entries
        .filter((entry) => fitting.includes(entry.kind) && isFor(entry, identifier))
        .map(({ kind, members }) => kind.connect(members, vault))
    },
    forCleaning(settings, { type, identifier, vault, place }) {
      const kind = kinds.find((known) => known.type === type)
      if (!kind?.connectTo) return kind?.connect({}, vault)
      const solver = place === undefined ? undefined : kind.connectTo(place, vault)
      if (solver) return solver
      const entry = readEntries(settings, kinds)?.find(
        (candidate) => candidate.kind === kind && isFor(candidate, identifier),
      )
      if (entry) return kind.connect(entry.members, vault)
      return needsMembers(kind) ? undefined : kind.connect({}, vault)
    },
  }
}

function needsMembers(kind: SolverKind): boolean {
  try {
    kind.checkSettings({})
    return false
  } catch {
    return true
  }
}

interface Entry {
  readonly kind: SolverKind
  /** The name itself and all below it; absent: all. */
  readonly names?: readonly string[]
  readonly members: SolverSettings
}

/** @throws VaultError `BadParameter` that names the member. */
function readEntries(settings: unknown, kinds: readonly SolverKind[]): readonly Entry[] | undefined {
  if (settings === undefined) return undefined
  if (!Array.isArray(settings) || settings.length === 0 || settings.length > entriesMax)
    throw badParameter(
      `settings.challenges: send a list of 1 to ${entriesMax} objects, or leave it out for what needs no settings.`,
    )
  return settings.map((entry, index) => within(`settings.challenges.${index}`, () => readEntry(entry, kinds)))
}

function readEntry(entry: unknown, kinds: readonly SolverKind[]): Entry {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
    throw badParameter('type: send an object with a type.')
  const { type: _, names, ...members } = entry as Record<string, unknown>
  const chosen = readChoice(
    entry as Record<string, unknown>,
    'type',
    kinds.map(({ type }) => type),
  )
  const kind = kinds.find(({ type }) => type === chosen)!
  kind.checkSettings(members)
  return { kind, members, ...(names !== undefined && { names: readNames(names) }) }
}

function readNames(names: unknown): readonly string[] {
  if (!Array.isArray(names) || names.length === 0 || names.length > namesMax)
    throw badParameter(`names: send a list of 1 to ${namesMax} DNS names, or leave it out for all.`)
  return names.map((name, index) => readDnsName({ [`names.${index}`]: name }, `names.${index}`))
}

/** Says in which entry a member is wrong. */
function within<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof VaultError) throw badParameter(`${path}.${error.message}`, { cause: error })
    throw error
  }
}

/** Names of an entry are DNS names; an address is proved only by entries that are for all. */
function isFor({ names }: Entry, { type, value }: Challenge['identifier']): boolean {
  if (!names) return true
  return type === 'dns' && names.some((name) => value === name || value.endsWith(`.${name}`))
}

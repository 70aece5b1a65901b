/** The rules of ARCHITECTURE.md and docs/dependencies.md, and how a source file is held against them. */
import { posix } from 'node:path'
import { codeIn, tableOf } from './document.ts'
import { type Import, importsOf, occurrencesOf, type Token, tokensOf } from './source.ts'

/** Something that may be imported; a path that ends with a slash stands for all below it. */
interface Permission {
  readonly target: string
  readonly typesOnly: boolean
}

interface Room {
  /** Relative to `src/`. */
  readonly path: string
  readonly sources: readonly Permission[]
  readonly nodeModules: readonly Permission[]
}

/** Things that only few files may name. */
interface Privilege {
  readonly things: readonly { readonly code: string; readonly tokens: readonly Token[] }[]
  readonly files: readonly string[]
}

export interface Rules {
  readonly rooms: readonly Room[]
  readonly privileges: readonly Privilege[]
  /** By package: the files that may import it. */
  readonly packages: ReadonlyMap<string, readonly Permission[]>
  /** By file: how many lines it may have instead of `linesMax`. */
  readonly longFiles: ReadonlyMap<string, number>
}

export const linesMax = 300
const forbiddenWords = /util|helper|common|misc|manager/i

export function readRules(architecture: string, dependencies: string): Rules {
  return {
    rooms: tableOf(architecture, 'Files').flatMap(([files, sources, nodeModules]) =>
      codeIn(files!).map(({ code }) => ({
        path: code,
        sources: permissions(sources!),
        nodeModules: permissions(nodeModules!),
      })),
    ),
    privileges: tableOf(architecture, 'Only here').map(([what, files]) => ({
      things: codesIn(what!).map((code) => ({ code, tokens: tokensOf(code) })),
      files: codesIn(files!),
    })),
    packages: new Map(
      tableOf(dependencies, 'Package').map(([name, files]) => [codesIn(name!)[0]!, permissions(files!)]),
    ),
    longFiles: new Map(
      tableOf(architecture, 'Long file').map(([file, lines]) => [codesIn(file!)[0]!, Number(lines)]),
    ),
  }
}

function permissions(cell: string): Permission[] {
  return codeIn(cell).map(({ code, typesOnly }) => ({ target: code, typesOnly }))
}

function codesIn(cell: string): string[] {
  return codeIn(cell).map(({ code }) => code)
}

/** @param path relative to `src/`. @returns one line for each breach. */
export function breachesOf(path: string, text: string, rules: Rules): string[] {
  const tokens = tokensOf(text)
  const room = roomOf(path, rules)
  if (!room) return [`${path}: no row of the import table stands for this file`]
  return [
    ...importsOf(tokens).flatMap((found) => refusal(path, found, room, rules) ?? []),
    ...rules.privileges.flatMap((privilege) => trespasses(path, tokens, privilege)),
    ...lengthBreach(path, text, rules),
  ]
}

/** The row whose path says most about the file. */
function roomOf(path: string, { rooms }: Rules): Room | undefined {
  return rooms
    .filter((room) => covers(room.path, path))
    .toSorted((left, right) => right.path.length - left.path.length)[0]
}

function covers(pattern: string, path: string): boolean {
  return pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern
}

function refusal(path: string, found: Import, room: Room, { packages }: Rules): string | undefined {
  const { specifier } = found
  const at = `${path}:${found.line}`
  if (specifier === '') return `${at}: an import must name its module, not compute it`
  if (specifier.startsWith('node:')) {
    const name = specifier.slice('node:'.length)
    return judgement(`${at}: ${room.path}`, specifier, permissionFor(room.nodeModules, name), found)
  }
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier)
    return judgement(`${at}: ${room.path}`, target, permissionFor(room.sources, target), found)
  }
  const name = packageOf(specifier)
  const importers = packages.get(name)
  if (!importers) return `${at}: docs/dependencies.md names no package ${name}`
  return judgement(`${at}: this file`, name, permissionFor(importers, path), found)
}

/** The permission that gives most of those that speak of `wanted`. */
function permissionFor(permitted: readonly Permission[], wanted: string): Permission | undefined {
  const speaking = permitted.filter(({ target }) => covers(target, wanted))
  return speaking.find(({ typesOnly }) => !typesOnly) ?? speaking[0]
}

function judgement(
  who: string,
  what: string,
  permission: Permission | undefined,
  { typesOnly }: Import,
): string | undefined {
  if (!permission) return `${who} may not import ${what}`
  return permission.typesOnly && !typesOnly ? `${who} may import only types of ${what}` : undefined
}

function packageOf(specifier: string): string {
  const parts = specifier.startsWith('@') ? 2 : 1
  return specifier.split('/').slice(0, parts).join('/')
}

function trespasses(path: string, tokens: readonly Token[], { things, files }: Privilege): string[] {
  if (files.some((file) => covers(file, path))) return []
  return things.flatMap(({ code, tokens: wanted }) =>
    occurrencesOf(wanted, tokens).map((line) => `${path}:${line}: ${code} may not be used here`),
  )
}

function lengthBreach(path: string, text: string, { longFiles }: Rules): string[] {
  const lines = text.trimEnd().split('\n').length
  const allowed = longFiles.get(path) ?? linesMax
  return lines > allowed ? [`${path}: ${lines} lines, ${allowed} are allowed; split it by idea`] : []
}

/** Names that say nothing, or too much. @param path relative to the repository. */
export function nameBreach(path: string): string | undefined {
  const word = forbiddenWords.exec(path)?.[0]
  return word === undefined ? undefined : `${path}: '${word}' names no idea; say what it is about`
}

/** Permissions that no file needs any more. @param files by their path relative to `src/`. */
export function unusedPermissions(files: ReadonlyMap<string, string>, rules: Rules): string[] {
  const used = new Map([...files].map(([path, text]) => [path, tokensOf(text)]))
  const unused: string[] = []
  for (const { path } of rules.rooms)
    if (![...files.keys()].some((file) => covers(path, file))) unused.push(`import table: ${path}`)
  for (const { things, files: permitted } of rules.privileges)
    for (const file of permitted) {
      const owners = [...used].filter(([path]) => covers(file, path))
      const needed = owners.some(([, text]) =>
        things.some(({ tokens }) => occurrencesOf(tokens, text).length > 0),
      )
      if (!needed) unused.push(`${things.map(({ code }) => code).join(', ')}: ${file}`)
    }
  for (const file of rules.longFiles.keys()) if (!files.has(file)) unused.push(`long file: ${file}`)
  return unused
}

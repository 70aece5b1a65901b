/** Bodies held to the documents of Key Vault: every member documented, of its type, and none missing that is required. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../architecture/document.ts'

export interface Shape {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly enum?: readonly unknown[]
  readonly items?: Shape
  readonly additionalProperties?: Shape
  /** Answered only. */
  readonly readOnly?: boolean
  /** Members that the real service is recorded to send beside the documented ones. */
  readonly 'x-undocumented'?: readonly string[]
}

interface Operation {
  readonly collection: string
  /** Names of definitions. */
  readonly body?: string
  readonly answers: Readonly<Record<string, string | null>>
}

const documents = JSON.parse(readFileSync(join(root, 'test/vectors/openapi/shapes.json'), 'utf8')) as {
  readonly operations: Readonly<Record<string, Operation>>
  readonly definitions: Readonly<Record<string, Readonly<Record<string, Shape>>>>
}

export const documentedOperations = documents.operations

/** What an answer has that no document says, or lacks; empty when it is as documented, or of an operation of our own. */
export function answerDeviations(id: string, status: number, answer: unknown): string[] {
  const operation = documents.operations[id]
  if (!operation) return []
  const { collection, answers } = operation
  const name = answers[status]
  if (name === undefined) return [`${status} is not documented`]
  if (name === null) return answer === undefined ? [] : ['a body is not documented']
  return deviations(documents.definitions[collection]![name]!, answer, collection, '')
}

/** The shape of the body of a request, with everything that it refers to in its place. */
export function documentedBody(id: string): Shape | undefined {
  const { collection, body } = documents.operations[id] ?? {}
  return !collection || body === undefined
    ? undefined
    : resolved({ $ref: `#/definitions/${body}` }, collection)
}

function resolved(shape: Shape, collection: string): Shape {
  const { $ref, ...own } = shape
  const target = $ref
    ? resolved(documents.definitions[collection]![$ref.split('/').at(-1)!]!, collection)
    : {}
  const { properties, items } = own
  return {
    ...target,
    ...own,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, resolved(member, collection)]),
      ),
    }),
    ...(items && { items: resolved(items, collection) }),
  }
}

function deviations(unresolved: Shape, value: unknown, collection: string, path: string): string[] {
  const shape = unresolved.$ref ? resolved(unresolved, collection) : unresolved
  const where = path === '' ? 'the body' : path
  if (shape.enum && !shape.enum.includes(value))
    return [`${where}: ${JSON.stringify(value)} is no documented word`]
  if (Array.isArray(value)) {
    if (shape.type !== 'array') return [`${where}: an array`]
    return value.flatMap((item, index) =>
      deviations(shape.items ?? {}, item, collection, `${path}[${index}]`),
    )
  }
  if (typeof value !== 'object' || value === null) return typeDeviation(shape, value, where)
  if (shape.properties === undefined)
    return shape.additionalProperties || shape.type === 'object' ? [] : [`${where}: an object`]
  const missing = (shape.required ?? [])
    .filter((name) => !(name in value))
    .map((name) => `${where}: no ${name}`)
  const members = Object.entries(value).flatMap(([name, member]) => {
    const place = path === '' ? name : `${path}.${name}`
    const documented = shape.properties![name]
    if (documented) return deviations(documented, member, collection, place)
    return shape['x-undocumented']?.includes(name) ? [] : [`${place} is not documented`]
  })
  return [...missing, ...members]
}

/** `null` is how an absent text is written, e.g. `nextLink`. */
function typeDeviation({ type }: Shape, value: unknown, where: string): string[] {
  const actual = Number.isInteger(value) ? 'integer' : typeof value
  if (type === undefined || type === actual || (type === 'string' && value === null)) return []
  return [`${where}: ${actual} instead of ${type}`]
}

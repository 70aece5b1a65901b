/** Request bodies: from bytes to a value of the declared schema, or an error that names the member at fault. */
import type { Static, TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { badParameter } from '../../domain/errors.ts'
import { findDuplicateMember } from './duplicate-member.ts'

/** Deeper than any body that Key Vault knows. */
const depthMax = 16

/**
 * The body as JSON. Members that are `null` count as absent, for some clients write them so. Duplicate members are
 * refused: two readers of such a text may disagree on what it says (RFC 8259 4).
 * @throws VaultError `BadParameter`.
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length === 0) return undefined
  const text = decode(bytes)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw badParameter('The body is not valid JSON; send a JSON object as application/json.')
  }
  const duplicate = findDuplicateMember(text)
  if (duplicate !== undefined)
    throw badParameter(`The body has the member '${shortened(duplicate)}' twice in one object; send it once.`)
  return withoutNulls(value, depthMax)
}

/** A reader of one kind of body; compiled when first used, so that starting costs nothing. */
export function bodyReader<Schema extends TSchema>(schema: Schema): (value: unknown) => Static<Schema> {
  let validator: Validator | undefined
  return (value) => {
    const sent = value ?? {}
    validator ??= Compile(schema)
    if (!validator.Check(sent)) throw badParameter(complaint(validator.Errors(sent)))
    return sent as Static<Schema>
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw badParameter('The body is not UTF-8 text; send a JSON object as application/json.')
  }
}

function withoutNulls(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth === 0) throw badParameter(`The body is nested deeper than ${depthMax} levels.`)
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth - 1))
  const kept: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value))
    if (member !== null) kept[name] = withoutNulls(member, depth - 1)
  return kept
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** The first error that says something: a failed choice is reported by its alternatives first. */
function complaint(errors: readonly SchemaError[]): string {
  const choice = errors.find(({ keyword }) => keyword === 'anyOf' || keyword === 'enum')
  const error = choice ?? errors[0]
  if (!error) return 'The body is not what this operation expects.'
  const path = error.instancePath.slice(1).replaceAll('/', '.')
  const where = path === '' ? 'The body' : shortened(path)
  const allowed = errors.filter((other) => other.instancePath === error.instancePath).flatMap(allowedBy)
  if (allowed.length > 0) return `${where}: send one of ${allowed.join(', ')}.`
  if (error.keyword === 'required' && 'requiredProperties' in error.params) {
    const missing = (error.params.requiredProperties as readonly string[]).join(', ')
    return path === ''
      ? `${missing}: required, but missing from the body.`
      : `${where}: ${missing} is required.`
  }
  return `${where}: ${error.message}.`
}

function allowedBy({ params }: SchemaError): string[] {
  if ('allowedValues' in params) return (params.allowedValues as unknown[]).map(String)
  return 'allowedValue' in params ? [String(params.allowedValue)] : []
}

function shortened(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100)
}

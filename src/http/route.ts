/**
 * How a route is declared. The declaration is the API's documentation: `openapi.ts` prints it, a test calls each one
 * without a token, without permission and with it, and a handler hands parsed input to a verb.
 */
import type { Static, TSchema } from 'typebox'
import type { VerbName } from '../access/verbs.ts'
import type { Caller, Vault } from '../vault/vault.ts'
import { bodyReader } from './wire/body.ts'
import type { Place } from './wire/certificate.ts'

export interface RouteRequest<Body = unknown> {
  readonly caller: Caller
  readonly vault: Vault
  /** Path parameters, percent-decoded. An absent version is the empty string. */
  readonly params: Readonly<Record<string, string>>
  /** Query parameters by their names in lower case. */
  readonly query: ReadonlyMap<string, string>
  readonly header: (name: string) => string | undefined
  readonly body: Body
  readonly place: Place
}

export interface RouteAnswer {
  readonly status: number
  /** JSON-able; text with a `content-type` among the headers goes out as it is; absent for 204. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type QueryParameter = 'maxresults' | '$skiptoken' | 'includePending' | 'request_id' | 'outContentType'

export interface RouteDeclaration<Body extends TSchema> {
  /** The operation id of Key Vault's specification, e.g. `CreateCertificate`. */
  readonly id: string
  /** One sentence for `openapi.json`. */
  readonly summary: string
  /** What it leads to. The verb says which permission it takes; doors without one are declared elsewhere, by name. */
  readonly verb: VerbName
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Like `/certificates/:name/create`. A `:version` may be empty or absent: the current one is meant then. */
  readonly path: string
  readonly query?: readonly QueryParameter[]
  readonly body?: Body
  /** The largest body that is read, where it is more than a request usually has. */
  readonly bodyOctetsMax?: number
  readonly answers: Readonly<Record<number, TSchema | null>>
  readonly handle: (request: RouteRequest<Static<Body>>) => Promise<RouteAnswer>
}

/** A declared route; its handler takes the body as it was sent. */
export type Route = Omit<RouteDeclaration<TSchema>, 'handle'> & {
  readonly handle: (request: RouteRequest) => Promise<RouteAnswer>
}

/** The handler gets the body as its schema says, or is not called. */
export function route<Body extends TSchema>(declaration: RouteDeclaration<Body>): Route {
  const { body, handle } = declaration
  if (!body) return declaration as unknown as Route
  const read = bodyReader(body)
  return { ...declaration, body, handle: (request) => handle({ ...request, body: read(request.body) }) }
}

/** The paths under which a route stands: clients leave an empty version in the path, or its segment out. */
export function pathsOf({ path }: Pick<Route, 'path'>): string[] {
  return path.includes('/:version') ? [path.replace('/:version', ''), path] : [path]
}

export function ok(body: unknown): RouteAnswer {
  return { status: 200, body }
}

/**
 * How a route is declared. The declaration is the API's documentation: `openapi.ts` prints it, a test calls each one
 * without a token, without permission and with it, and a handler is one line that hands parsed input to a verb.
 */
import type { TSchema } from 'typebox'
import type { DataAction } from '../access/roles.ts'
import type { Caller, Vault } from '../vault/vault.ts'

export interface RouteRequest {
  readonly caller: Caller
  readonly vault: Vault
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  /** Query parameters; names without regard to case. */
  readonly query: ReadonlyMap<string, string>
  readonly header: (name: string) => string | undefined
  /** The parsed JSON body, already of the declared schema. */
  readonly body: unknown
  /** `https://host[:port]` under which the caller addressed the vault: what ids are made of. */
  readonly baseUrl: string
}

export interface RouteAnswer {
  readonly status: number
  /** JSON-able; a string with a `contentType` header goes out as it is; absent for 204. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Route {
  /** The operation id of Key Vault's specification, e.g. `CreateCertificate`. */
  readonly id: string
  /** One sentence for `openapi.json`. */
  readonly summary: string
  /** The name in the audit, e.g. `CertificateCreate`. */
  readonly operation: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Like `/certificates/:name/create`. A last `:version` may be empty or absent where `versionOptional`. */
  readonly path: string
  /** Required by the type; doors without a token are declared elsewhere, by name. */
  readonly permission: DataAction
  readonly query?: readonly (
    | 'maxresults'
    | '$skiptoken'
    | 'includePending'
    | 'request_id'
    | 'outContentType'
  )[]
  readonly body?: TSchema
  readonly answers: Readonly<Record<number, TSchema | null>>
  handle(request: RouteRequest): Promise<RouteAnswer>
}

/** Routes that answer lists, page by page: all alike but for what they list. */
import type { TSchema } from 'typebox'
import type { VerbName } from '../access/verbs.ts'
import type { Page } from '../vault/vault.ts'
import { readPage, withOneMore, writePage } from './paging.ts'
import { ok, type QueryParameter, type Route, type RouteRequest, route } from './route.ts'
import type { Place } from './wire/certificate.ts'

export interface ListDeclaration<Item> {
  readonly id: string
  readonly summary: string
  readonly verb: VerbName
  readonly path: string
  readonly query?: readonly QueryParameter[]
  readonly answer: TSchema
  /** Asks the verb for the page. */
  readonly list: (request: RouteRequest, page: Page) => Promise<readonly Item[]>
  /** @param name the `:name` of the path; empty where there is none. */
  readonly write: (item: Item, place: Place, name: string) => object
  /** By which the list is ordered. */
  readonly keyOf: (item: Item) => string
}

export function listRoute<Item>(declaration: ListDeclaration<Item>): Route {
  const { id, summary, verb, path, query = [], answer, list, write, keyOf } = declaration
  return route({
    id,
    summary,
    verb,
    method: 'GET',
    path,
    query: ['maxresults', '$skiptoken', ...query],
    answers: { 200: answer },
    async handle(request) {
      const { query, params, place } = request
      const { name = '' } = params
      const page = readPage(query)
      const items = await list(request, withOneMore(page))
      const url = `${place.baseUrl}${path.replace(':name', name)}`
      return ok(writePage(items, page, (item) => write(item, place, name), keyOf, { url, query }))
    },
  })
}

export const byName = ({ name }: { readonly name: string }): string => name
export const byVersion = ({ version }: { readonly version: string }): string => version

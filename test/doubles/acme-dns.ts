/** acme-dns after its documentation: accounts with one name each, which show the two newest of their values. */
import type { TestContext } from 'node:test'
import { type MoodyServer, moodyServer } from './moody-server.ts'

export interface AcmeDnsAccount {
  readonly username: string
  readonly password: string
  readonly fulldomain: string
  readonly subdomain: string
  readonly allowfrom: readonly string[]
}

export interface AcmeDns extends MoodyServer {
  readonly account: AcmeDnsAccount
  /** Of the account, the older first. */
  readonly values: string[]
}

const valuesMax = 2

export async function acmeDns(t: TestContext): Promise<AcmeDns> {
  const account: AcmeDnsAccount = {
    username: 'c36f50e8-4632-44f0-83fe-e070fef28a10',
    password: 'htB9mR9DYgcu9bX_afHF62erXaH2TS7bg9KW3F7Z',
    fulldomain: '8e5700ea-a4bf-41c7-8a77-e990661dcc6a.auth.example.org',
    subdomain: '8e5700ea-a4bf-41c7-8a77-e990661dcc6a',
    allowfrom: [],
  }
  const values: string[] = []
  const server = await moodyServer(t, ({ method, url, headers }, body) => {
    if (method !== 'POST' || url !== '/update') return { status: 404 }
    const { subdomain, txt } = JSON.parse(body) as { subdomain: string; txt: string }
    const known =
      headers['x-api-user'] === account.username &&
      headers['x-api-key'] === account.password &&
      subdomain === account.subdomain
    if (!known) return { status: 401, body: '{"error": "forbidden"}' }
    if (!/^[A-Za-z0-9_-]{43}$/.test(txt)) return { status: 400, body: '{"error": "bad_txt"}' }
    values.push(txt)
    values.splice(0, values.length - valuesMax)
    return { status: 200, body: JSON.stringify({ txt }) }
  })
  return Object.assign(server, { account, values })
}

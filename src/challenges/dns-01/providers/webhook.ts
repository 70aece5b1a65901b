/**
 * `webhook`: a service of the operator's own that changes the DNS. It is sent `POST {url}/present` and `POST {url}/cleanup` with
 * `{"fqdn": "_acme-challenge.example.org.", "value": "…"}`, as lego's `httpreq` does, and answers with any 2xx when it is done.
 */
import { badParameter } from '../../../domain/errors.ts'
import {
  readHttpsUrl,
  readOptionalText,
  readSecretName,
  rejectUnknownMembers,
} from '../../settings-members.ts'
import type { DnsProviderKind, DnsProviderSettings, DnsProviderTools, TxtRecord } from '../dns-provider.ts'
import { ask, readTrustRoots, refusal } from '../http-api.ts'

interface Settings {
  readonly url: string
  /** Basic authentication (RFC 7617), if the service asks for it. */
  readonly login?: { readonly username: string; readonly secret: string }
  readonly peer: { readonly trustRoots?: readonly string[] }
}

/** No answer is read, so none has to be long. */
const limits = { octetsMax: 65_536, secondsMax: 30 }

export const webhook: DnsProviderKind = {
  name: 'webhook',
  checkSettings: readSettings,
  connect(tools, given) {
    const settings = readSettings(given)
    return {
      async add(record) {
        await call(tools, settings, 'present', record)
        return undefined
      },
      remove: (record) => call(tools, settings, 'cleanup', record),
    }
  },
}

function readSettings(settings: DnsProviderSettings): Settings {
  rejectUnknownMembers(settings, ['url', 'username', 'secret', 'trustRoots'])
  const username = readOptionalText(settings, 'username')
  if (username?.includes(':')) throw badParameter('username: send one without a colon.')
  if (username === undefined && settings.secret !== undefined)
    throw badParameter('username: send it together with secret, or neither.')
  return {
    url: readHttpsUrl(settings, 'url'),
    ...(username !== undefined && { login: { username, secret: readSecretName(settings, 'secret') } }),
    peer: readTrustRoots(settings) ?? {},
  }
}

async function call(
  tools: DnsProviderTools,
  { url, login, peer }: Settings,
  verb: 'present' | 'cleanup',
  { name, value }: TxtRecord,
): Promise<void> {
  const answer = await ask(tools.openHttp({ ...peer, ...limits }), {
    method: 'POST',
    url: `${url}/${verb}`,
    headers: { 'content-type': 'application/json', ...(login && (await authorization(tools, login))) },
    body: JSON.stringify({ fqdn: `${name}.`, value }),
  })
  if (answer.status < 200 || answer.status > 299)
    throw refusal(answer, `The webhook at ${new URL(url).host}`, 'username and secret in settings.challenges')
}

async function authorization(
  tools: DnsProviderTools,
  { username, secret }: NonNullable<Settings['login']>,
): Promise<{ readonly authorization: string }> {
  const password = (await tools.secret(secret)).reveal()
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

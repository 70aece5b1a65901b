/**
 * Going out over HTTP/1.1 with undici: no redirect is followed, an answer is read to its bound and no further, and one
 * deadline stands over the whole exchange. Proxies come from the environment that is given.
 */
import type { Dispatcher } from 'undici'
import { isLinkLocal, isLoopback } from './addresses.ts'
import { exchange } from './exchange.ts'
import { type HttpPeer, NetworkFailure, type OpenHttpClient } from './http-client.ts'
import { type Connections, openPeers } from './peers.ts'
import { proxiesOf } from './proxies.ts'

export interface HttpClientSettings {
  /** Of the program: `User-Agent` names it. */
  readonly version: string
  /** `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are read from it. Without it nothing goes through a proxy. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

const octetsMax = 1024 * 1024
const secondsMax = 30

/** @throws VaultError `BadParameter` when a proxy of the environment is no URL. */
export function openHttpClients({ version, environment = {} }: HttpClientSettings): OpenHttpClient {
  const connectionsOf = openPeers(proxiesOf(environment))
  return (peer) => {
    connectionsOf(peer)
    const limits = { octetsMax: peer.octetsMax ?? octetsMax, secondsMax: peer.secondsMax ?? secondsMax }
    return {
      async send(request) {
        const url = destination(request.url, peer)
        const dispatcher = dispatcherFor(url, connectionsOf(peer))
        const headers = { 'user-agent': `certkeep/${version}`, ...request.headers }
        return exchange(dispatcher, url, { ...request, headers }, limits)
      },
    }
  }
}

/** What is at hand is reached without a proxy, whatever the environment says: to a proxy it is something else. */
function dispatcherFor({ protocol, hostname }: URL, { direct, secure, plain }: Connections): Dispatcher {
  if (isLoopback(hostname) || isLinkLocal(hostname)) return direct
  return protocol === 'https:' ? secure : plain
}

/** Where a request may go. The whole URL is not repeated: paths and queries may tell what nobody else should know. */
function destination(text: string, { plain }: HttpPeer): URL {
  const url = URL.parse(text)
  if (!url) throw notSent('The address to ask is no URL.')
  if (url.username !== '' || url.password !== '')
    throw notSent(`The URL for ${url.hostname} must not hold a user name or password.`)
  if (url.protocol === 'https:') return url
  if (url.protocol !== 'http:') throw notSent(`The URL for ${url.hostname} must begin with https:.`)
  if (plain === 'everywhere' || (plain === 'loopback' && isLoopback(url.hostname))) return url
  throw notSent(
    plain === 'loopback'
      ? `${url.hostname} is another machine: its URL must begin with https:.`
      : `The URL for ${url.hostname} must begin with https:.`,
  )
}

function notSent(message: string): NetworkFailure {
  return new NetworkFailure(message, { mayHaveArrived: false })
}

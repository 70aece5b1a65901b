/** Connections, kept open for the next request and shared by whoever trusts the same roots and shows the same identity. */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici'
import { badParameter } from '../domain/errors.ts'
import type { HttpPeer } from './http-client.ts'
import type { Proxies } from './proxies.ts'

export interface Connections {
  /** To whatever is reached without a proxy. */
  readonly direct: Dispatcher
  /** For `https:`. */
  readonly secure: Dispatcher
  /** For `http:`. */
  readonly plain: Dispatcher
}

type TrustAndIdentity = Pick<HttpPeer, 'trustRoots' | 'identity'>

/** How many keep their connections; the one that was wanted longest ago makes room. */
const peersMax = 64
const connectMilliseconds = 10_000

/**
 * Finds the connections for a peer, or makes them.
 * @throws VaultError `BadParameter`, from what is returned, when trust roots or identity cannot be read.
 */
export function openPeers(proxies: Proxies): (peer: TrustAndIdentity) => Connections {
  const peers = new Map<string, Connections>()
  return (peer) => {
    const digest = digestOf(peer)
    const connections = peers.get(digest) ?? connect(peer, proxies)
    peers.delete(digest)
    peers.set(digest, connections)
    if (peers.size > peersMax) forgetOldest(peers)
    return connections
  }
}

/** The private key counts as well: nobody may use what another's key has opened by showing the same certificate. */
function digestOf({ trustRoots = [], identity }: TrustAndIdentity): string {
  const parts = [trustRoots, identity ? [identity.certificate, identity.privateKey.reveal()] : []]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function connect({ trustRoots, identity }: TrustAndIdentity, proxies: Proxies): Connections {
  for (const root of trustRoots ?? []) checkCertificate(root, 'A trust root')
  const tls = {
    ...(trustRoots && { ca: [...trustRoots] }),
    ...(identity && identityOptions(identity)),
  }
  const options = {
    // HTTP/1.1 alone: what is slow or broken there has one meaning.
    allowH2: false,
    connectTimeout: connectMilliseconds,
    // The exchange has one deadline of its own.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, timeout: connectMilliseconds },
  }
  const requestTls = { ...tls, timeout: connectMilliseconds, allowH2: false }
  const proxied = { ...options, requestTls, noProxy: proxies.except }
  // Two, since undici would send what goes to `https:` to the proxy for `http:` where there is no other.
  return {
    direct: new Agent(options),
    secure: new EnvHttpProxyAgent({ ...proxied, httpProxy: '', httpsProxy: proxies.secure }),
    plain: new EnvHttpProxyAgent({ ...proxied, httpProxy: proxies.plain, httpsProxy: '' }),
  }
}

function checkCertificate(pem: string, what: string): void {
  try {
    new X509Certificate(pem)
  } catch (cause) {
    throw badParameter(`${what} must be a certificate in PEM.`, { cause })
  }
}

function identityOptions({ certificate, privateKey }: NonNullable<HttpPeer['identity']>) {
  checkCertificate(certificate, 'The client certificate')
  const options = { cert: certificate, key: privateKey.reveal() }
  try {
    createPrivateKey(options.key)
    createSecureContext(options)
  } catch {
    // The cause is left out: it may quote the key.
    throw badParameter('The private key of the client certificate must be its own, in PEM and not encrypted.')
  }
  return options
}

/** What it has begun is brought to its end. */
function forgetOldest(peers: Map<string, Connections>): void {
  for (const [digest, connections] of peers) {
    peers.delete(digest)
    for (const dispatcher of Object.values<Dispatcher>({ ...connections })) void dispatcher.close()
    return
  }
}

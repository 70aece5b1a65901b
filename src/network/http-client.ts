/**
 * The contract of going out over HTTP: one request, one answer, with bounds on both. Redirects are answers like any other,
 * so that nobody is led to a place that was not asked for.
 */
import type { Secret } from '../domain/secret.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute, with `https:` unless the peer has `plain`; without a user name. */
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case; several lines of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** Decoded, where it came compressed. */
  readonly body: Uint8Array
}

export interface HttpClient {
  /** @throws NetworkFailure whenever there is no whole answer. */
  send(request: HttpRequest): Promise<HttpAnswer>
}

/** What is peculiar to the other side. */
export interface HttpPeer {
  /** How far `http:` may go: to this machine, or everywhere. Nowhere unless told. */
  readonly plain?: 'loopback' | 'everywhere'
  /** PEM certificates that are trusted in place of the public CAs, for CAs of one's own. */
  readonly trustRoots?: readonly string[]
  /** What to show a server that asks who calls: PEM. */
  readonly identity?: { readonly certificate: string; readonly privateKey: Secret<string> }
  /** Of an answer, decoded; 1 MiB unless told. */
  readonly octetsMax?: number
  /** For the whole exchange; 30 unless told. */
  readonly secondsMax?: number
}

/**
 * Clients share connections to the same peer.
 * @throws VaultError `BadParameter` when trust roots or identity cannot be read.
 */
export type OpenHttpClient = (peer: HttpPeer) => HttpClient

/** There is no answer. The message is one sentence for people; it names the host, and never what was sent. */
export class NetworkFailure extends Error {
  /** Whether the request may have reached the other side, and had its effect. False is certain, true is not. */
  readonly mayHaveArrived: boolean

  constructor(message: string, options: { readonly mayHaveArrived: boolean; readonly cause?: unknown }) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = 'NetworkFailure'
    this.mayHaveArrived = options.mayHaveArrived
  }
}

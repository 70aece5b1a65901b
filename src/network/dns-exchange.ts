/** The contract of sending a name server one message as it is, and taking its answer (RFC 1035 4.2). */

export interface NameServer {
  /** A host name or an address. */
  readonly host: string
  readonly port: number
}

/**
 * What comes back are the octets of one message; whether it is the answer is for the caller to judge.
 * @param over `udp` is sent again while there is no answer, and given up after some seconds.
 * @param isAnswer what does not pass over UDP is passed by, since anyone can send a datagram.
 * @throws DnsFailure that names the server.
 */
export type DnsExchange = (
  server: NameServer,
  message: Uint8Array,
  over: 'udp' | 'tcp',
  isAnswer: (answer: Uint8Array) => boolean,
) => Promise<Uint8Array>

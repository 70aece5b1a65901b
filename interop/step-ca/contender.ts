/** What both CAs are to the race: an address, the call that has a request signed, and where the certificate is in the answer. */
import type { Call, Target } from '../../bench/load.ts'
import type { Request } from './requests.ts'

export const caKinds = ['P-256', 'RSA-2048'] as const
export type CaKind = (typeof caKinds)[number]

export interface Contender {
  readonly name: string
  readonly target: Target
  /** The status of an answer with a certificate. */
  readonly expect: number
  /** Made before the clock runs, with whatever each request needs of its own. */
  prepare(requests: readonly Request[]): Promise<readonly Call[]>
  /** The certificate alone, PEM. */
  certificateIn(answer: string): string
  /** PEM. */
  readonly root: string
  readonly intermediate: string
  stop(): Promise<unknown>
}

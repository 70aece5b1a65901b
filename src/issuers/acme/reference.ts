/** What is remembered of an order between two calls: where it is at the CA. Everything else is asked of the CA. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { AcmeSettings } from './settings.ts'

export interface OrderReference {
  /** URL of the directory: an issuer object may lead elsewhere by now. */
  readonly directory: string
  /** URL of the order. */
  readonly order: string
}

export function writeReference({ directory, order }: OrderReference): string {
  return JSON.stringify({ directory, order })
}

/** @throws IssuerFailure `permanent` when the order is at another CA. */
export function readReference(text: string, { directory }: AcmeSettings): string {
  const reference = JSON.parse(text) as OrderReference
  if (reference.directory === directory) return reference.order
  throw new IssuerFailure(
    'permanent',
    `The order was placed at ${new URL(reference.directory).host}, and the issuer leads to ${new URL(directory).host} now. Create the certificate again.`,
  )
}

/** What the DNS does not tell now it may tell later. */
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import { DnsFailure } from '../../network/dns-client.ts'

/** @throws IssuerFailure `transient` in place of a DnsFailure. */
export async function askingTheDns<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DnsFailure) throw new IssuerFailure('transient', error.message, { cause: error })
    throw error
  }
}

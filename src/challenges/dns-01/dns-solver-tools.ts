/** What proving control by the DNS works with. */
import type { Secret } from '../../domain/secret.ts'
import type { DnsProviderTools } from './dns-provider.ts'

export interface DnsSolverTools extends Omit<DnsProviderTools, 'secret'> {
  /** The value of a secret of a vault. @throws IssuerFailure `user-action` if there is none. */
  secretOf(vault: string, name: string): Promise<Secret<string>>
}

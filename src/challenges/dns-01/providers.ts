/** The list of DNS providers. */
import type { DnsProviderKind } from './dns-provider.ts'
import { acmeDns } from './providers/acme-dns.ts'
import { exec } from './providers/exec.ts'
import { rfc2136 } from './providers/rfc2136.ts'
import { webhook } from './providers/webhook.ts'

export const dnsProviders: readonly DnsProviderKind[] = [
  // In the order of the alphabet.
  acmeDns,
  exec,
  rfc2136,
  webhook,
]

/** The list of DNS providers. */
import type { DnsProviderKind } from './dns-provider.ts'
import { acmeDns } from './providers/acme-dns.ts'
import { azureDns } from './providers/azure-dns.ts'
import { cloudflare } from './providers/cloudflare.ts'
import { exec } from './providers/exec.ts'
import { googleCloudDns } from './providers/google-cloud-dns.ts'
import { rfc2136 } from './providers/rfc2136.ts'
import { route53 } from './providers/route53.ts'
import { webhook } from './providers/webhook.ts'

export const dnsProviders: readonly DnsProviderKind[] = [
  // In the order of the alphabet.
  acmeDns,
  azureDns,
  cloudflare,
  exec,
  googleCloudDns,
  rfc2136,
  route53,
  webhook,
]

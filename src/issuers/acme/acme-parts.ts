/** What the ACME issuers are made of. */
import type { Solvers } from '../../challenges/solvers.ts'
import type { DnsClient } from '../../network/dns-client.ts'
import type { OpenHttpClient } from '../../network/http-client.ts'
import type { AcmeRegister } from './register.ts'

export interface AcmeParts {
  readonly register: AcmeRegister
  readonly openHttp: OpenHttpClient
  readonly dns: DnsClient
  readonly solvers: Solvers
}

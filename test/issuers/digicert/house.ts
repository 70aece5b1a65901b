/** The DigiCert issuer in a vault, before a CertCentral account over a real socket. */
import type { TestContext } from 'node:test'
import { Secret } from '../../../src/domain/secret.ts'
import { digicertProvider } from '../../../src/issuers/digicert/digicert-provider.ts'
import type { IssuerProvider } from '../../../src/issuers/issuer.ts'
import type { RecordedExchange } from '../../../src/network/record-exchanges.ts'
import { openHttpClients } from '../../../src/network/undici-client.ts'
import { apiKey, type DigiCertCa, digicertCa } from '../../cas/digicert/server.ts'
import { settableClock } from '../../doubles/clock.ts'
import { openTestVault, type TestVault, type TestVaultOptions } from '../../doubles/vault.ts'

export const openHttp = openHttpClients({ version: 'test' })

export interface DigiCertHouse extends TestVault {
  readonly ca: DigiCertCa
  readonly provider: IssuerProvider
  readonly recorded: readonly RecordedExchange[]
  /** Sets the issuer anew, with these settings beside the way to the double. */
  set(settings?: Record<string, unknown>): Promise<void>
  create(name?: string, policy?: PolicyWish): Promise<void>
  /** Takes due steps, moving the clock on by so much each time, until the operation ends. */
  settle(name?: string, options?: { bySeconds?: number; steps?: number }): Promise<void>
  operation(name?: string): ReturnType<TestVault['vault']['readOperation']>
}

export interface PolicyWish {
  readonly names?: readonly string[]
  readonly cty?: string
  readonly months?: number
  readonly reuseKey?: boolean
  readonly keyType?: 'EC' | 'RSA'
}

export const credentials = { accountId: '123456', password: new Secret(apiKey) }
export const organization = { id: '204060' }

export async function openDigiCertHouse(
  t: TestContext,
  options: { vault?: TestVaultOptions; settings?: Record<string, unknown> } = {},
): Promise<DigiCertHouse> {
  const clock = options.vault?.clock ?? settableClock()
  const ca = await digicertCa(t, clock)
  const recorded: RecordedExchange[] = []
  const provider = digicertProvider({ openHttp, clock, record: (exchange) => recorded.push(exchange) })
  const house = await openTestVault({ ...options.vault, clock, providers: [provider] })
  t.after(() => house.close())
  const { vault, officer } = house
  const operation = (name = 'web') => vault.readOperation(officer, name)
  const set = async (settings: Record<string, unknown> = {}) => {
    await vault.setIssuer(officer, 'digicert', {
      provider: 'DigiCert',
      credentials,
      organization,
      settings: { baseUrl: ca.url, trustRoots: [ca.trustRoot], ...settings },
    })
  }
  await set(options.settings)
  return {
    ...house,
    ca,
    provider,
    recorded,
    set,
    operation,
    async create(name = 'web', wish = {}) {
      const {
        names = ['www.example.com', 'example.com'],
        cty,
        months = 12,
        reuseKey = false,
        keyType = 'EC',
      } = wish
      await vault.createCertificate(officer, name, {
        policy: {
          key: { keyType, reuseKey },
          x509: { subject: `CN="${names[0]}"`, sans: { dnsNames: names }, validityMonths: months },
          issuer: { name: 'digicert', ...(cty !== undefined && { certificateType: cty }) },
        },
      })
    },
    async settle(name = 'web', { bySeconds = 310, steps = 40 } = {}) {
      for (let count = 0; count < steps; count++) {
        await house.recover()
        if ((await operation(name)).status !== 'inProgress') return
        clock.move(bySeconds)
      }
    },
  }
}

/** DigiCert is held to the contract of issuers, with certificates at once and after a while. */
import { digicertProvider } from '../../../src/issuers/digicert/digicert-provider.ts'
import type { Issuer } from '../../../src/issuers/issuer.ts'
import { apiKey, digicertCa } from '../../cas/digicert/server.ts'
import { issuerConformance } from '../../conformance/issuer.ts'
import { type SettableClock, settableClock } from '../../doubles/clock.ts'
import { credentials, openHttp, organization } from './house.ts'

for (const [name, processingSeconds] of [
  ['DigiCert, at once', 0],
  ['DigiCert, after a while', 90],
] as const)
  issuerConformance(name, async () => {
    const clock = settableClock()
    const ends: (() => void)[] = []
    const after = (end: () => void) => void ends.push(end)
    const ca = await digicertCa({ after } as unknown as Parameters<typeof digicertCa>[0], clock)
    ca.processingSeconds = processingSeconds
    const issuer = digicertProvider({ openHttp, clock }).connect({
      vault: 'default',
      name: 'digicert',
      ...credentials,
      organization,
      settings: { baseUrl: ca.url, trustRoots: [ca.trustRoot] },
    })
    return {
      issuer: lookedAtLater(issuer, clock),
      ends: 'certificate',
      get now() {
        return clock.now()
      },
      password: apiKey,
      ordersOf: (orderKey) =>
        ca.orders.filter(({ requests }) => requests.some(({ comments }) => comments.includes(orderKey)))
          .length,
      loseNextAnswer: () => ca.meet(/^POST \/order/, 'lose'),
      close: async () => {
        for (const end of ends) end()
      },
    }
  })

/** Each look comes a minute after the one before. */
function lookedAtLater(issuer: Issuer, clock: SettableClock): Issuer {
  return {
    ...issuer,
    check(order, reference) {
      clock.move(60)
      return issuer.check(order, reference)
    },
  }
}

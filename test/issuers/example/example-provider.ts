/** `Example`: a CA that bills each order, takes a while, and is asked over HTTPS. The worked example of docs/adding-a-ca.md. */
import { badParameter } from '../../../src/domain/errors.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import type {
  CertificateOrder,
  IssuerAccount,
  IssuerProvider,
  OrderAnswer,
} from '../../../src/issuers/issuer.ts'

/** One call to the CA. It is an argument, so that a double can stand in; rejects when no answer came. */
export type Call = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  headers: Record<string, string>,
  body?: unknown,
) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>

export function exampleProvider(call: Call): IssuerProvider {
  return {
    name: 'Example',
    checkSettings({ product }) {
      if (typeof product !== 'string' || !/^[a-z-]{1,40}$/.test(product))
        throw badParameter('settings.product: send the name of a product of the CA, such as ov-ssl.')
    },
    connect: (account) => connect(call, account),
  }
}

function connect(call: Call, { password, settings }: IssuerAccount) {
  const headers = { authorization: `Bearer ${password?.reveal() ?? ''}` }

  /** @param sends whether something may have happened at the CA if no answer came. */
  async function ask(sends: boolean, method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) {
    const answer = await call(method, path, headers, body).catch((cause) => {
      throw new IssuerFailure(sends ? 'ambiguous' : 'transient', 'Example did not answer.', { cause })
    })
    const { status } = answer
    if (status === 401) throw new IssuerFailure('auth', 'Example does not accept the API key.')
    if (status === 429) throw new IssuerFailure('throttled', 'Example was asked too often.')
    if (status >= 500)
      throw new IssuerFailure(sends ? 'ambiguous' : 'transient', 'Example has a fault of its own.')
    return answer
  }

  async function check(_order: CertificateOrder, reference: string) {
    return answerOf((await ask(false, 'GET', `/orders/${reference}`)).body)
  }

  return {
    capabilities: { idempotentOrders: false, caCertificates: false },

    async order({ request, policy }: CertificateOrder): Promise<OrderAnswer> {
      const { status, body } = await ask(true, 'POST', '/orders', {
        product: settings.product,
        csr: Buffer.from(request).toString('base64'),
        names: policy.x509.sans?.dnsNames ?? [],
      })
      return status === 422 ? { state: 'refused', reason: String(body.message) } : answerOf(body)
    },

    check,

    async reconcile({ request }: CertificateOrder) {
      const csr = encodeURIComponent(Buffer.from(request).toString('base64'))
      const { status, body } = await ask(false, 'GET', `/orders?csr=${csr}`)
      return status === 404 ? ('not-ordered' as const) : answerOf(body)
    },

    async cancel(_order: CertificateOrder, reference: string) {
      const { status } = await ask(false, 'DELETE', `/orders/${reference}`)
      return { state: status === 409 ? ('too-late' as const) : ('cancelled' as const) }
    },

    async verifyAccount() {
      const said = await ask(false, 'GET', '/me').then(
        () => undefined,
        (error: Error) => error.message,
      )
      const details = said ?? 'Example accepts the API key.'
      return [{ subject: 'credentials' as const, inOrder: said === undefined, details }]
    },
  }
}

function answerOf({ id, state, chain }: Record<string, unknown>): OrderAnswer {
  if (state === 'issued')
    return { state, chain: (chain as string[]).map((der) => Buffer.from(der, 'base64')) }
  if (state === 'cancelled') return { state: 'refused', reason: 'The order was cancelled at Example.' }
  return {
    state: 'pending',
    reference: String(id),
    checkAgainAfterSeconds: 60,
    needs: 'approval',
    details: 'The order waits for approval at Example.',
  }
}

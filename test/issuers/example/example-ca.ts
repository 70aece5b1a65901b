/** A double of the CA `Example`: it speaks its protocol, signs with a CA of its own, and can lose an answer. */
import { printDistinguishedName } from '../../../src/domain/subject.ts'
import { subjectAltNameExtension } from '../../../src/x509/extensions.ts'
import { parseRequest } from '../../../src/x509/request.ts'
import { ca, issue } from '../../x509/authority.ts'
import type { Call } from './example-provider.ts'

export const apiKey = 'key-of-the-example-account'

interface Order {
  readonly id: string
  readonly csr: string
  state: 'pending' | 'issued' | 'cancelled'
  chain?: string[]
}

export interface ExampleCa {
  readonly call: Call
  readonly orders: readonly Order[]
  /** The next call arrives and has its effect, and nobody hears of it. */
  loseNextAnswer(): void
}

const root = issue('CN=Example Root', ca)

export function exampleCa(): ExampleCa {
  const orders: Order[] = []
  let losing = false

  function place(csr: string): Order {
    const order: Order = { id: `${orders.length + 1}`, csr, state: 'pending' }
    orders.push(order)
    return order
  }

  /** Whoever looks at an order finds it filled. */
  function fill(order: Order): Order {
    if (order.state !== 'pending') return order
    const { subject, sans, spki } = parseRequest(Buffer.from(order.csr, 'base64'))
    const extensions = sans ? [subjectAltNameExtension(sans, false)] : []
    const key = { privateKey: root.key.privateKey, spki }
    const leaf = issue(printDistinguishedName(subject), { issuer: root, key, extensions })
    order.state = 'issued'
    order.chain = [leaf, root].map(({ certificate }) => Buffer.from(certificate.der).toString('base64'))
    return order
  }

  function answer(method: string, path: string, body: unknown) {
    const { pathname, searchParams } = new URL(path, 'https://ca.example')
    if (pathname === '/me') return { status: 200, body: {} }
    if (method === 'POST') return { status: 201, body: { ...place((body as { csr: string }).csr) } }
    const csr = searchParams.get('csr')
    const order = orders.find(({ id, csr: own }) =>
      csr === null ? pathname === `/orders/${id}` : own === csr,
    )
    if (!order) return { status: 404, body: {} }
    if (method === 'DELETE' && order.state === 'issued') return { status: 409, body: {} }
    if (method === 'DELETE') order.state = 'cancelled'
    return { status: 200, body: { ...(method === 'GET' && csr === null ? fill(order) : order) } }
  }

  return {
    orders,
    loseNextAnswer() {
      losing = true
    },
    async call(method, path, { authorization }, body) {
      if (authorization !== `Bearer ${apiKey}`) return { status: 401, body: {} }
      const given = answer(method, path, body)
      const lost = losing
      losing = false
      if (lost) throw new Error('socket hang up')
      return given
    },
  }
}

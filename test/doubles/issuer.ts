/** A certification authority that answers what the test wrote down for it, and keeps what it was asked. */
import { emptyNames } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import type { CertificateOrder, Issuer, OrderAnswer } from '../../src/issuers/issuer.ts'
import type { Der } from '../../src/x509/der.ts'
import { subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { ca, issue, type Party } from '../x509/authority.ts'

export interface Asked {
  readonly kind: 'order' | 'check'
  readonly order: CertificateOrder
  /** Of a check. */
  readonly reference?: string
}

/** What the authority does when it is asked: answers, throws, or lets something happen first. */
export type Answer = (order: CertificateOrder) => OrderAnswer | Promise<OrderAnswer>

export interface ScriptedIssuer extends Issuer {
  /** The next answers, one for each time it is asked; afterwards it issues. */
  answer(...answers: readonly Answer[]): void
  readonly asked: readonly Asked[]
  /** How many different operations asked for a certificate. */
  readonly orders: number
}

const root = issue('CN=Scripted Root', ca)

/** The certificate that was ordered, with the authority's own behind it. */
export function issued(order: CertificateOrder, change: { spki?: Der; notAfter?: number } = {}): OrderAnswer {
  const key: Party['key'] = { privateKey: root.key.privateKey, spki: change.spki ?? order.publicKey }
  const notAfter = seconds(change.notAfter ?? order.created + 30 * 86_400)
  const { subject, sans } = order.policy.x509
  const extensions = sans ? [subjectAltNameExtension({ ...emptyNames, ...sans }, subject === '')] : []
  const { certificate } = issue(subject, { issuer: root, key, notAfter, extensions })
  return { state: 'issued', chain: [certificate.der, root.certificate.der] }
}

export const refused =
  (reason: string): Answer =>
  () => ({ state: 'refused', reason })

export const pending =
  (reference: string, checkAgainAfterSeconds?: number): Answer =>
  () => ({
    state: 'pending',
    reference,
    ...(checkAgainAfterSeconds !== undefined && { checkAgainAfterSeconds }),
  })

/** The network, or whoever is on its other side, fails. */
export const unreachable: Answer = () => {
  throw new Error('connect ECONNREFUSED')
}

export function scriptedIssuer(): ScriptedIssuer {
  const script: Answer[] = []
  const asked: Asked[] = []
  const answered = new Map<string, OrderAnswer>()
  function issuedOnce(order: CertificateOrder): OrderAnswer {
    const answer = answered.get(order.orderKey) ?? issued(order)
    answered.set(order.orderKey, answer)
    return answer
  }
  async function ask(entry: Asked): Promise<OrderAnswer> {
    asked.push(entry)
    return (script.shift() ?? issuedOnce)(entry.order)
  }
  return {
    capabilities: { idempotentOrders: true, caCertificates: false },
    order: (order) => ask({ kind: 'order', order }),
    check: (order, reference) => ask({ kind: 'check', order, reference }),
    answer: (...answers) => void script.push(...answers),
    asked,
    get orders() {
      return new Set(asked.map(({ order }) => order.orderKey)).size
    },
  }
}

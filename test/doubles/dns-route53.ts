/** Amazon Route 53, as its API of 2013-04-01 is documented: it checks signatures, and a batch is done as a whole or not at all. */
import type { IncomingMessage } from 'node:http'
import type { TestContext } from 'node:test'
import { type AwsKey, isSigned } from './aws-signature.ts'
import { type MoodyServer, moodyServer, type Reply } from './moody-server.ts'

interface RecordSet {
  readonly ttl: number
  /** In quotes, as the API has them. */
  readonly values: readonly string[]
  readonly setIdentifier?: string
}

export interface Route53 {
  readonly server: MoodyServer
  readonly zones: { id: string; name: string; private: boolean }[]
  /** Of TXT records, by name with a dot at the end. */
  readonly sets: Map<string, RecordSet>
  /** How often a change is still said to be on its way. */
  pendingAnswers: number
  readonly batches: string[]
  /** Called when a batch has come, before it is looked at. */
  beforeBatch?: () => void
  fault: 'throttled' | 'denied' | 'unfinished' | 'expired' | 'never' | undefined
}

const xml = (status: number, body: string): Reply => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<?xml version="1.0"?>\n${body}`,
})
const encoded = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
const decoded = (text: string) =>
  text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll('&amp;', '&')
const refused = (status: number, code: string, message: string) =>
  xml(
    status,
    `<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${encoded(message)}</Message></Error><RequestId>b25f48e8-84fd-11e6-80d9-574e0c4664cb</RequestId></ErrorResponse>`,
  )

export async function route53Double(
  t: TestContext,
  { key, region = 'us-east-1' }: { key: AwsKey; region?: string },
): Promise<Route53> {
  let changes = 0
  const reply = (request: IncomingMessage, body: string): Reply => {
    const { method = '', headers } = request
    if (headers['x-amz-security-token'] !== key.sessionToken)
      return refused(
        403,
        'InvalidClientTokenId',
        `The security token ${headers['x-amz-security-token']} is invalid.`,
      )
    if (!isSigned(request, body, key, { region, service: 'route53' }))
      return refused(403, 'SignatureDoesNotMatch', `The signature ${headers.authorization} does not match.`)
    if (route53.fault === 'throttled') return refused(400, 'Throttling', 'Rate exceeded')
    if (route53.fault === 'denied')
      return refused(403, 'AccessDenied', 'User: arn:aws:iam::1:user/x is not authorized')
    if (route53.fault === 'expired') return refused(403, 'ExpiredToken', 'The security token is expired')
    const { pathname, searchParams: query } = new URL(request.url!, 'https://double')
    const path = pathname.replace('/2013-04-01', '')
    if (path === '/hostedzonesbyname') return zonesFrom(query)
    const [, change] = /^\/change\/(C\w+)$/.exec(path) ?? []
    if (change !== undefined) return changeState(change)
    // With a slash at the end where it is written to, as documented.
    const end = method === 'GET' ? '' : '/'
    const [, zone] = new RegExp(`^/hostedzone/(Z\\w+)/rrset${end}$`).exec(path) ?? []
    if (!route53.zones.some(({ id }) => id === zone)) return refused(404, 'NoSuchHostedZone', 'none')
    return method === 'GET' ? setsFrom(query) : batch(body)
  }
  const zonesFrom = (query: URLSearchParams): Reply => {
    // In the order of their names read from the right.
    const reversed = (name: string) => name.split('.').reverse().join('.')
    const from = reversed(query.get('dnsname')!.replace(/\.?$/, '.'))
    const shown = route53.zones
      .filter(({ name }) => reversed(`${name}.`) >= from)
      .map(
        (zone) =>
          `<HostedZone><Id>/hostedzone/${zone.id}</Id><Name>${zone.name}.</Name><CallerReference>x</CallerReference><Config><Comment>a &amp; b</Comment><PrivateZone>${zone.private}</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount></HostedZone>`,
      )
    return xml(
      200,
      `<ListHostedZonesByNameResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZones>${shown.join('\n')}</HostedZones><DNSName>x</DNSName><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListHostedZonesByNameResponse>`,
    )
  }
  const setsFrom = (query: URLSearchParams): Reply => {
    const shown = [...route53.sets]
      .filter(([name]) => name >= query.get('name')!)
      .map(([name, { ttl, values, setIdentifier }]) => {
        const records = values.map(
          (value) => `<ResourceRecord><Value>${encoded(value)}</Value></ResourceRecord>`,
        )
        const identifier =
          setIdentifier === undefined ? '' : `<SetIdentifier>${setIdentifier}</SetIdentifier>`
        return `<ResourceRecordSet><Name>${name}</Name><Type>TXT</Type>${identifier}<TTL>${ttl}</TTL><ResourceRecords>${records.join('')}</ResourceRecords></ResourceRecordSet>`
      })
    return xml(
      200,
      `<ListResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ResourceRecordSets>${shown.join('')}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListResourceRecordSetsResponse>`,
    )
  }
  const batch = (body: string): Reply => {
    route53.beforeBatch?.()
    route53.batches.push(body)
    if (route53.fault === 'unfinished')
      return refused(
        400,
        'PriorRequestNotComplete',
        'The request was rejected because Route 53 was still processing',
      )
    if (route53.fault === 'never')
      return refused(400, 'InvalidChangeBatch', 'RRSet of type TXT conflicts with RRSet of type CNAME')
    const working = new Map(route53.sets)
    for (const [, action, set] of body.matchAll(/<Change><Action>(\w+)<\/Action>(.*?)<\/Change>/gs)) {
      const name = decoded(/<Name>(.*?)<\/Name>/.exec(set!)![1]!)
      const ttl = Number(/<TTL>(\d+)<\/TTL>/.exec(set!)![1])
      const values = [...set!.matchAll(/<Value>(.*?)<\/Value>/g)].map(([, value]) => decoded(value!))
      const known = working.get(name)
      if (action === 'CREATE') {
        if (known)
          return refused(
            400,
            'InvalidChangeBatch',
            `Tried to create resource record set [name='${name}', type='TXT'] but it already exists`,
          )
        working.set(name, { ttl, values })
      } else {
        if (!known)
          return refused(
            400,
            'InvalidChangeBatch',
            `Tried to delete resource record set [name='${name}', type='TXT'] but it was not found`,
          )
        const same = known.ttl === ttl && String([...known.values].sort()) === String([...values].sort())
        if (!same) return unlike('but the values provided do not match the current values')
        working.delete(name)
      }
    }
    route53.sets.clear()
    for (const [name, set] of working) route53.sets.set(name, set)
    changes += 1
    return xml(
      200,
      `<ChangeResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/">${changeInfo(`C${changes}`, 'PENDING')}</ChangeResourceRecordSetsResponse>`,
    )
  }
  /** The real one has two forms for it. */
  const unlike = (message: string) =>
    xml(
      400,
      `<InvalidChangeBatch xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Messages><Message>${encoded(message)}</Message></Messages><RequestId>x</RequestId></InvalidChangeBatch>`,
    )
  const changeInfo = (id: string, status: string) =>
    `<ChangeInfo><Id>/change/${id}</Id><Status>${status}</Status><SubmittedAt>2027-01-01T00:00:00Z</SubmittedAt></ChangeInfo>`
  const changeState = (id: string): Reply => {
    if (Number(id.slice(1)) > changes) return refused(404, 'NoSuchChange', 'none')
    const pending = route53.pendingAnswers-- > 0
    return xml(
      200,
      `<GetChangeResponse>${changeInfo(id, pending ? 'PENDING' : 'INSYNC')}</GetChangeResponse>`,
    )
  }
  const server = await moodyServer(t, reply)
  const route53: Route53 = {
    server,
    zones: [
      { id: 'ZPRIVATE', name: 'example.org', private: true },
      { id: 'ZPUBLIC1', name: 'example.org', private: false },
      { id: 'ZOTHER12', name: 'shop.example.org', private: false },
    ],
    sets: new Map(),
    pendingAnswers: 0,
    batches: [],
    fault: undefined,
  }
  return route53
}

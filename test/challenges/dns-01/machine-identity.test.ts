/** Clouds that know the machine: what it asks where, and what it does when nobody knows it. */
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import { describe, type TestContext, test } from 'node:test'
import { azureDns } from '../../../src/challenges/dns-01/providers/azure-dns.ts'
import { googleCloudDns } from '../../../src/challenges/dns-01/providers/google-cloud-dns.ts'
import { route53 } from '../../../src/challenges/dns-01/providers/route53.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { stsDouble } from '../../doubles/aws-sts.ts'
import { azureDouble } from '../../doubles/dns-azure.ts'
import { googleDouble } from '../../doubles/dns-google.ts'
import { route53Double } from '../../doubles/dns-route53.ts'
import { listening } from '../../doubles/sockets.ts'
import { failing, machineTools, machineWith, record, toolsFor } from './cloud-house.ts'

type Answer = readonly [status: number, body: string | object, headers?: Readonly<Record<string, string>>]

/** Plain HTTP, as all metadata services are. @returns its origin. */
async function metadata(
  t: TestContext,
  answer: (request: IncomingMessage, url: URL) => Answer,
): Promise<string> {
  const server = createServer((request, response) => {
    const [status, body, headers = {}] = answer(request, new URL(request.url!, 'http://metadata'))
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  return `http://127.0.0.1:${await listening(t, server)}`
}

const notFound: Answer = [404, 'Not Found']
const session = {
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'secret/of/the/session/0123456789',
  sessionToken: 'IQoJb3JpZ2luX2Vj//token',
}
const temporary = {
  Code: 'Success',
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  Token: session.sessionToken,
  Expiration: '2027-01-15T14:00:00Z',
}

describe('at AWS the machine', () => {
  /** IMDSv2: a session is needed for everything. */
  const imds = (t: TestContext, role = true) =>
    metadata(t, ({ method, headers }, { pathname }) => {
      if (method === 'PUT' && pathname === '/latest/api/token')
        return headers['x-aws-ec2-metadata-token-ttl-seconds'] ? [200, 'imds-session=='] : [400, '']
      if (headers['x-aws-ec2-metadata-token'] !== 'imds-session==') return [401, '']
      if (!role) return notFound
      if (pathname === '/latest/meta-data/iam/security-credentials/') return [200, 'dns-role\n']
      return pathname.endsWith('/security-credentials/dns-role') ? [200, temporary] : notFound
    })
  const open = async (t: TestContext) => {
    const double = await route53Double(t, { key: session })
    return { double, origins: { 'https://route53.amazonaws.com': double.server.url } }
  }

  test('is an instance with a role', async (t) => {
    const { double, origins } = await open(t)
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': await imds(t) })
    await route53.connect(tools, {}).add(record)
    assert.equal(double.sets.size, 1)
  })

  test('is an instance without one', async (t) => {
    const { double, origins } = await open(t)
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': await imds(t, false) })
    await assert.rejects(
      route53.connect(tools, {}).add(record),
      failing('user-action', /no credentials \(404; is an instance role/),
    )
  })

  const containers = {
    'a task of ECS': [
      'http://169.254.170.2',
      { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' },
      undefined,
    ],
    'a pod of EKS': [
      'http://169.254.170.23',
      {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/token',
      },
      'pod-token',
    ],
  } as const
  for (const [what, [origin, variables, token]] of Object.entries(containers))
    test(`is ${what}`, async (t) => {
      const { double, origins } = await open(t)
      const service = await metadata(t, ({ headers }) =>
        headers.authorization === token ? [200, temporary] : [401, String(headers.authorization)],
      )
      const machine = machineWith(variables, { '/var/run/token': 'pod-token\n' })
      const tools = machineTools(double.server, { ...origins, [origin]: service }, machine)
      await route53.connect(tools, {}).add(record)
      assert.equal(double.sets.size, 1)
    })

  const webIdentity = { AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/web', AWS_ROLE_ARN: 'arn:aws:iam::1:role/dns' }
  const openSts = async (t: TestContext, webToken: string) => {
    const { double, origins } = await open(t)
    const sts = await stsDouble(t, { role: webIdentity.AWS_ROLE_ARN, webToken }, session)
    return { double, origins, sts }
  }

  test('is a service account of Kubernetes', async (t) => {
    const { double, origins, sts } = await openSts(t, 'web-token')
    const machine = machineWith(
      { ...webIdentity, AWS_REGION: 'eu-central-1' },
      { '/var/run/web': 'web-token' },
    )
    const all = { ...origins, 'https://sts.eu-central-1.amazonaws.com': sts.url }
    await route53.connect(machineTools(double.server, all, machine), {}).add(record)
    assert.equal(double.sets.size, 1)
  })

  test('is a service account that nobody trusts', async (t) => {
    const { double, origins, sts } = await openSts(t, 'another-token')
    const machine = machineWith(webIdentity, { '/var/run/web': 'web-token' })
    const all = { ...origins, 'https://sts.us-east-1.amazonaws.com': sts.url }
    await assert.rejects(
      route53.connect(machineTools(double.server, all, machine), {}).add(record),
      failing(
        'user-action',
        /^AWS STS does not let .*400 InvalidIdentityToken.*Let it assume the role of the machine/,
      ),
    )
  })

  test('assumes a role of another account, as the instance or as a secret', async (t) => {
    const role = 'arn:aws:iam::123456789012:role/dns'
    const theirs = {
      accessKeyId: 'ASIAROLE000000000000',
      secretAccessKey: 'key/of/the/role',
      sessionToken: 'role-token',
    }
    const double = await route53Double(t, { key: theirs })
    const sts = await stsDouble(t, { role, key: session, externalId: 'word' }, theirs)
    const origins = {
      'https://route53.amazonaws.com': double.server.url,
      'https://sts.us-east-1.amazonaws.com': sts.url,
      'http://169.254.169.254': await imds(t),
    }
    const tools = machineTools(double.server, origins)
    await route53.connect(tools, { role, externalId: 'word' }).add(record)
    const stored = { ...tools, secret: async () => new Secret(JSON.stringify(session)) }
    await route53.connect(stored, { secret: 'key', role, externalId: 'word' }).remove(record, undefined)
    assert.deepEqual([double.batches.length, double.sets.size], [2, 0])
    await assert.rejects(
      route53.connect(tools, { role }).add(record),
      failing(
        'user-action',
        /AWS STS .*403 AccessDenied.*Let it assume the role arn:aws:iam::123456789012:role\/dns/,
      ),
    )
  })

  test('is sent nowhere else by a variable', async (t) => {
    const { double, origins } = await open(t)
    const machine = machineWith({ AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://192.0.2.1/credentials' })
    await assert.rejects(
      route53.connect(machineTools(double.server, origins, machine), {}).add(record),
      failing('user-action', /must lead to this machine/),
    )
  })

  test('has a token that can be read, or says so', async (t) => {
    const { double, origins } = await open(t)
    const [, variables] = containers['a pod of EKS']
    const tools = machineTools(double.server, origins, machineWith(variables))
    await assert.rejects(
      route53.connect(tools, {}).add(record),
      failing('user-action', /token of the machine cannot be read/),
    )
  })
})

const subscription = '11111111-2222-3333-4444-555555555555'
const application = {
  tenant: 'directory.example',
  client: '99999999-8888-7777-6666-555555555555',
  secret: 'workload-token',
}

describe('at Azure the machine', () => {
  const open = async (t: TestContext) => {
    const double = await azureDouble(t, subscription, application)
    const origins = {
      'https://management.azure.com': double.server.url,
      'https://login.microsoftonline.com': double.server.url,
    }
    const giveToken = (wanted: Readonly<Record<string, string>>): Answer => {
      const { resource, ...rest } = wanted
      if (resource !== 'https://management.azure.com') return [400, { error: 'invalid_resource' }]
      double.tokens.add(`token ${Object.keys(rest).length}`.replace(' ', '-'))
      return [
        200,
        { access_token: `token-${Object.keys(rest).length}`, expires_in: '3599', token_type: 'Bearer' },
      ]
    }
    // A list of one zone is one page.
    double.zones.splice(0, 2)
    const client = (change: object = {}) => ({ subscription, ...change })
    return { double, origins, giveToken, client }
  }

  test('is an instance with an identity, or one of several', async (t) => {
    const { double, origins, giveToken, client } = await open(t)
    const asked: (string | null)[] = []
    const service = await metadata(t, ({ headers }, { pathname, searchParams }) => {
      if (headers.metadata !== 'true' || pathname !== '/metadata/identity/oauth2/token') return notFound
      if (searchParams.get('api-version') !== '2018-02-01') return notFound
      asked.push(searchParams.get('client_id'))
      return giveToken(Object.fromEntries(searchParams))
    })
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': service })
    await azureDns.connect(tools, client()).add(record)
    await azureDns.connect(tools, client({ client: application.client })).remove(record, undefined)
    assert.deepEqual([double.sets.size, asked], [0, [null, application.client]])
  })

  test('is an instance without an identity', async (t) => {
    const { double, origins, client } = await open(t)
    const none = await metadata(t, () => [
      400,
      { error: 'invalid_request', error_description: 'Identity not found' },
    ])
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': none })
    await assert.rejects(
      azureDns.connect(tools, client()).add(record),
      failing('user-action', /gives the machine no token \(400\)/),
    )
    const busy = await metadata(t, () => [429, '', { 'retry-after': '5' }])
    const later = machineTools(double.server, { ...origins, 'http://169.254.169.254': busy })
    await assert.rejects(
      azureDns.connect(later, client()).add(record),
      failing('transient', /metadata service of Azure/, 5),
    )
  })

  test('is a container app', async (t) => {
    const { double, origins, giveToken, client } = await open(t)
    const service = await metadata(t, ({ headers }, { searchParams }) =>
      headers['x-identity-header'] === 'header-secret' && searchParams.get('api-version') === '2019-08-01'
        ? giveToken(Object.fromEntries(searchParams))
        : [401, ''],
    )
    const machine = machineWith({
      IDENTITY_ENDPOINT: 'http://localhost:42356/msi/token',
      IDENTITY_HEADER: 'header-secret',
    })
    const tools = machineTools(double.server, { ...origins, 'http://localhost:42356': service }, machine)
    await azureDns.connect(tools, client()).add(record)
    assert.equal(double.sets.size, 1)
  })

  test('is a workload of Kubernetes', async (t) => {
    const { double, origins, client } = await open(t)
    const variables = {
      AZURE_FEDERATED_TOKEN_FILE: '/var/run/azure',
      AZURE_TENANT_ID: application.tenant,
      AZURE_CLIENT_ID: application.client,
    }
    const machine = machineWith(variables, { '/var/run/azure': 'workload-token' })
    await azureDns.connect(machineTools(double.server, origins, machine), client()).add(record)
    assert.equal(double.sets.size, 1)
    assert.equal(double.forms[0]?.get('client_assertion'), 'workload-token')
    assert.equal(double.forms[0]?.get('scope'), 'https://management.azure.com/.default')
  })
})

describe('at Google the machine', () => {
  const open = async (t: TestContext) => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const double = await googleDouble(t, { email: '', publicKey, project: 'machine-project', now: () => 0 })
    double.tokens.add('machine-token')
    return { double, origins: { 'https://dns.googleapis.com': double.server.url } }
  }
  const flavour = { 'metadata-flavor': 'Google' }

  test('runs as a service account', async (t) => {
    const { double, origins } = await open(t)
    const service = await metadata(t, ({ headers }, { pathname }) => {
      if (headers['metadata-flavor'] !== 'Google') return [403, '']
      if (pathname === '/computeMetadata/v1/project/project-id') return [200, 'machine-project', flavour]
      if (pathname === '/computeMetadata/v1/instance/service-accounts/default/token')
        return [200, { access_token: 'machine-token', expires_in: 3599, token_type: 'Bearer' }, flavour]
      return notFound
    })
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': service })
    await googleCloudDns.connect(tools, {}).add(record)
    assert.equal(double.sets.length, 1)
  })

  test('runs at another cloud', async (t) => {
    const { double, origins } = await open(t)
    const other = await metadata(t, () => [200, 'machine-project'])
    const tools = machineTools(double.server, { ...origins, 'http://169.254.169.254': other })
    await assert.rejects(
      googleCloudDns.connect(tools, {}).add(record),
      failing('user-action', /runs elsewhere/),
    )
  })
})

test('nobody is the machine unless the operator lets them', async (t) => {
  const { server } = await route53Double(t, { key: session })
  for (const [kind, settings] of [
    [route53, {}],
    [azureDns, { subscription }],
    [googleCloudDns, {}],
  ] as const)
    await assert.rejects(
      kind.connect(toolsFor(server, ''), settings).add(record),
      failing(
        'user-action',
        /Name a secret .* only if the operator starts the service with --acme-machine-identity/,
      ),
    )
})

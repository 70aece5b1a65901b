/** What the private CA does not sign: the rule is named, no serial number is given out, and nothing is signed. */
import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { parseDistinguishedName, type SubjectAlternativeNames } from '../../src/domain/subject.ts'
import type { AuthorityInput, SignRequestInput } from '../../src/vault/vault.ts'
import { assembleSigned, parseCertificate } from '../../src/x509/certificate.ts'
import type { Der } from '../../src/x509/der.ts'
import {
  basicConstraintsExtension,
  keyUsageExtension,
  subjectAltNameExtension,
} from '../../src/x509/extensions.ts'
import { encodeName } from '../../src/x509/name.ts'
import { noSubtrees } from '../../src/x509/name-constraints.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { buildRequestInfo } from '../../src/x509/request.ts'
import { signatureAlgorithm } from '../../src/x509/signature-algorithm.ts'
import { asked, below, enroll, root, verifyWithOpenSsl } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'

let house: TestVault
const issuedOf = (name: string) =>
  house.parts.storage.read((reader) =>
    reader.authorities.listIssued({ vault: 'default', name }, { limit: 99 }),
  )
const year = 365 * 86_400

describe('orders', () => {
  beforeEach(async () => {
    house = await openTestVault()
    const { vault, officer } = house
    await vault.createAuthority(officer, 'root', root)
    await vault.createAuthority(officer, 'bound', {
      ...below('root', 'CN=Bound'),
      nameConstraints: {
        permitted: { ...noSubtrees, dnsNames: ['example.org'], ipRanges: ['192.0.2.0/24'] },
        excluded: { ...noSubtrees, dnsNames: ['secret.example.org'] },
      },
      ekus: ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1'],
      pathLength: 1,
    })
  })
  afterEach(() => house.close())

  const dns = (...dnsNames: string[]) => ({ sans: { dnsNames } })
  const cases: [string, RegExp, Parameters<typeof enroll>[2]][] = [
    [
      'a name that is not permitted',
      /name-constraints: .*example\.com is not permitted/,
      { x509: dns('www.example.com') },
    ],
    ['a name that is excluded', /name-constraints: .*is excluded/, { x509: dns('a.secret.example.org') }],
    [
      'a wildcard that reaches what is excluded',
      /name-constraints: .*is excluded/,
      { x509: dns('*.example.org', 'ok.example.org') },
    ],
    [
      'an address outside',
      /name-constraints: .*198\.51\.100\.1/,
      { x509: { sans: { ipAddresses: ['198.51.100.1'] } } },
    ],
    ['a purpose that its CA does not have', /eku-nested: .*7\.3\.4/, { profile: 'smime' }],
    [
      'a purpose of another profile',
      /ekus does not fit the profile tls-server/,
      { x509: { ekus: ['1.3.6.1.5.5.7.3.2'] } },
    ],
    ['no purpose', /ekus does not fit the profile tls-server: send one or more/, { x509: { ekus: [] } }],
    [
      'a usage of another profile',
      /key_usage does not fit the profile tls-server: dataEncipherment/,
      { key: 'RSA', x509: { keyUsage: ['digitalSignature', 'dataEncipherment'] } },
    ],
    [
      'a usage that is missing',
      /key_usage .*digitalSignature is needed/,
      { key: 'RSA', x509: { keyUsage: ['keyEncipherment'] } },
    ],
    [
      'the usage of a CA',
      /key_usage does not fit the profile tls-server: keyCertSign/,
      { x509: { keyUsage: ['digitalSignature', 'keyCertSign'] } },
    ],
    [
      'no name for a server',
      /sans does not fit the profile tls-server: send dns_names or ipAddresses/,
      { x509: { sans: {} } },
    ],
    [
      'a kind of name that a server does not have',
      /sans .*emails cannot be in it/,
      { x509: { sans: { dnsNames: ['a.example.org'], emails: ['a@example.org'] } } },
    ],
    ['a host name that is none', /dns-syntax/, { x509: dns('-.example.org') }],
    [
      'a CA that would not be one',
      /ca-basic: cA is not true/,
      { profile: 'subordinate-ca', x509: { basicConstraints: { ca: false } } },
    ],
    [
      'CAs deeper than the path length',
      /ca-pathlen-exceeded/,
      {
        profile: 'subordinate-ca',
        settings: { pathLength: 1 },
        x509: { basicConstraints: { ca: true, pathLength: 1 } },
      },
    ],
    [
      'CAs deeper than the issuer object gives',
      /path_len_constraint of 0 at most/,
      { profile: 'subordinate-ca', x509: { basicConstraints: { ca: true, pathLength: 1 } } },
    ],
  ]
  for (const [what, message, options] of cases)
    test(`${what} is refused`, async () => {
      const { error } = await enroll(house, 'bound', { name: 'refused', ...options })
      assert.match(error ?? 'issued', message)
      assert.deepEqual(await issuedOf('bound'), [])
    })

  test('a CA by a profile that makes none is refused at once', async () => {
    const ca = { x509: { basicConstraints: { ca: true } } }
    await assert.rejects(enroll(house, 'root', { profile: 'tls-server', ...ca }), {
      code: 'BadParameter',
      message: /basic_constraints: the issuer root-tls-server makes no CA certificates/,
    })
    const { chain } = await enroll(house, 'root', { profile: 'tls-server', name: 'later' })
    assert.equal(chain.length, 2)
    const change = house.vault.updatePolicy(house.officer, 'later', ca)
    await assert.rejects(change, { code: 'BadParameter', message: /makes no CA certificates/ })
    assert.equal((await issuedOf('root')).filter(({ subject }) => subject === 'CN=www.example.org').length, 1)
  })

  test('an authority that is past its end, retired, not there or not certified is not asked', async () => {
    const { vault, officer, clock } = house
    const reasons: [string, RegExp][] = [
      ['none', /There is no authority none/],
      ['waiting', /waits for its certificate/],
      ['retired', /is retired/],
      ['below-short', /past its end, or a CA above it is/],
    ]
    await vault.createAuthority(officer, 'waiting', { kind: 'requested', subject: 'CN=Waiting' })
    await vault.createAuthority(officer, 'retired', { ...root, subject: 'CN=Retired' })
    await vault.updateAuthority(officer, 'retired', { retired: true })
    await vault.createAuthority(officer, 'short', { ...root, subject: 'CN=Short', validityYears: 1 })
    await vault.createAuthority(officer, 'below-short', below('short'))
    clock.move(year + 86_400)
    for (const [name, message] of reasons) {
      const { error } = await enroll(house, name)
      assert.match(error ?? 'issued', message)
      assert.deepEqual(await issuedOf(name), [])
    }
  })

  test('an order on record is not signed once the authority is retired', async () => {
    const { vault, officer, parts } = house
    await vault.setIssuer(officer, 'own', {
      provider: 'PrivateCA',
      settings: { authority: 'root', profile: 'tls-server' },
    })
    await vault.createCertificate(officer, 'web', {
      policy: {
        key: { keyType: 'EC' },
        x509: { subject: 'CN=a', ...asked['tls-server'] },
        issuer: { name: 'own' },
      },
    })
    const { requestId } = (await parts.storage.read((reader) => reader.operations.find('default', 'web')))!
    await parts.storage.transact((writer) =>
      writer.authorities.recordIssued({
        vault: 'default',
        authority: 'root',
        serialNumber: Uint8Array.of(7, ...Array(19).fill(1)),
        orderKey: requestId,
        partition: 0,
        recorded: parts.clock.now(),
        notBefore: parts.clock.now(),
        notAfter: (parts.clock.now() + 86_400) as never,
        subject: 'CN=a',
      }),
    )
    await vault.updateAuthority(officer, 'root', { retired: true })
    await house.recover()
    assert.match((await vault.readOperation(officer, 'web')).error!.message, /is retired/)
    const issued = await issuedOf('root')
    assert.equal(issued.filter(({ orderKey }) => orderKey === requestId)[0]!.certificate, undefined)
  })
})

describe('authorities', () => {
  before(async () => {
    house = await openTestVault()
    await house.vault.createAuthority(house.officer, 'root', root)
  })
  after(() => house.close())

  const cases: [string, RegExp, Partial<AuthorityInput>][] = [
    ['no subject', /subject: an authority needs a name/, { subject: '' }],
    [
      'an RSA key that is short',
      /key_size: an RSA key has 2048, 3072, 4096/,
      { key: { keyType: 'RSA', keySize: 1024 } },
    ],
    [
      'a curve that verifiers do not know',
      /crv: send one of P-256, P-384, P-521/,
      { key: { keyType: 'EC', curve: 'P-256K' } },
    ],
    ['a life without end', /validity_years: send a whole number from 1 to 30/, { validityYears: 31 }],
    ['a life of nothing', /validity_years/, { validityYears: 0 }],
    ['a path length below zero', /path_len_constraint/, { pathLength: -1 }],
    ['a root with a parent', /parent: only an intermediate has one/, { parent: 'root' }],
    ['an intermediate without one', /parent: an intermediate needs/, { kind: 'intermediate' }],
    ['a root with purposes', /ekus: a root is not bound/, { ekus: ['1.3.6.1.5.5.7.3.1'] }],
    [
      'a purpose that no encoding has',
      /ekus: '1\.40' is not an object identifier/,
      { kind: 'intermediate', parent: 'root', ekus: ['1.40'] },
    ],
    [
      'a purpose that is none',
      /ekus: 'web' is not an object identifier/,
      { kind: 'intermediate', parent: 'root', ekus: ['web'] },
    ],
    [
      'constraints that say nothing',
      /have to permit or exclude something/,
      { nameConstraints: { permitted: noSubtrees, excluded: noSubtrees } },
    ],
    ['rules without partitions', /rules\.partitions/, { rules: { partitions: 0 } }],
    [
      'a delta list that outlives the full one',
      /rules\.delta_hours: send a whole number from 1 to 168/,
      { rules: { deltaHours: 169 } },
    ],
    ['an address with TLS', /rules\.base_url/, { rules: { baseUrl: 'https://pki.example.org' } }],
    ['an address with a path', /rules\.base_url/, { rules: { baseUrl: 'http://pki.example.org/ca' } }],
  ]
  for (const [what, message, input] of cases)
    test(`${what} is refused`, async () => {
      const creation = house.vault.createAuthority(house.officer, 'other', { ...root, ...input })
      await assert.rejects(creation, { code: 'BadParameter', message })
      await assert.rejects(house.vault.readAuthority(house.officer, 'other'), { code: 'NotFound' })
    })

  test('a name that is taken or unusable is refused', async () => {
    const { vault, officer } = house
    await assert.rejects(vault.createAuthority(officer, 'ROOT', root), { code: 'Conflict' })
    await assert.rejects(vault.createAuthority(officer, 'a/b', root), { code: 'BadParameter' })
    await assert.rejects(vault.createAuthority(officer, 'sub', below('none')), { code: 'NotFound' })
  })
})

interface Outsider {
  readonly privateKey: KeyObject
  readonly spki: Der
  readonly hash: 'sha256'
  readonly algorithm: Der
}

function outsider(kind: 'ec' | 'rsa' = 'ec', modulusLength = 2048): Outsider {
  const { privateKey, publicKey } =
    kind === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : generateKeyPairSync('rsa', { modulusLength })
  const spec = kind === 'ec' ? ({ kty: 'EC', curve: 'P-256' } as const) : ({ kty: 'RSA' } as const)
  const algorithm = signatureAlgorithm(spec).identifier
  return { privateKey, spki: publicKey.export({ type: 'spki', format: 'der' }), hash: 'sha256', algorithm }
}

function csrOf(
  who: Outsider,
  { subject = 'CN=www.example.org', extensions = [] as Der[], signer = who } = {},
): Der {
  const info = buildRequestInfo({
    subject: encodeName(parseDistinguishedName(subject)),
    spki: who.spki,
    extensions,
  })
  return assembleSigned(info, who.algorithm, sign(who.hash, info, signer.privateKey))
}

describe('requests of others', () => {
  const server = subjectAltNameExtension(
    {
      dnsNames: ['www.example.org'],
      emails: [],
      upns: [],
      uris: [],
      ipAddresses: [],
    } satisfies SubjectAlternativeNames,
    false,
  )
  const base64 = (der: Der) => Buffer.from(der).toString('base64')
  const signed = (input: SignRequestInput, issuer = 'own') =>
    house.vault.signRequest(house.officer, issuer, input)
  before(async () => {
    house = await openTestVault()
    const { vault, officer } = house
    await vault.createAuthority(officer, 'root', root)
    const own = (profile: string) => ({ provider: 'PrivateCA', settings: { authority: 'root', profile } })
    await vault.setIssuer(officer, 'own', own('tls-server'))
    await vault.setIssuer(officer, 'cas', own('subordinate-ca'))
    await vault.setIssuer(officer, 'off', { ...own('tls-server'), enabled: false })
    await vault.setIssuer(officer, 'test', { provider: 'Test' })
  })
  after(() => house.close())

  for (const kind of ['ec', 'rsa'] as const)
    test(`a request with an ${kind} key is signed, as DER and as PEM`, async () => {
      const csr = csrOf(outsider(kind), { extensions: [server] })
      for (const text of [base64(csr), formatPem('CERTIFICATE REQUEST', csr)]) {
        const { chain, serialNumber } = await signed({ csr: text, validityMonths: 2 })
        const certificates = chain.map(parseCertificate)
        assert.deepEqual(certificates[0]!.sans?.dnsNames, ['www.example.org'])
        assert.equal(Buffer.from(serialNumber).length, 20)
        await verifyWithOpenSsl(certificates, house.clock.now(), '-purpose', 'sslserver')
      }
    })

  test('a policy goes before what the request asks for', async () => {
    const csr = base64(csrOf(outsider(), { subject: 'CN=whatever', extensions: [server] }))
    const x509 = { subject: 'CN=chosen.example.org', sans: { dnsNames: ['chosen.example.org'] } }
    const { chain } = await signed({ csr, policy: { x509 }, validityMonths: 1 })
    const { subject, sans } = parseCertificate(chain[0]!)
    assert.deepEqual([subject[0]![0]!.value, sans!.dnsNames], ['chosen.example.org', ['chosen.example.org']])
  })

  test('the same request under the same id is signed once; otherwise each is its own', async () => {
    const csr = base64(csrOf(outsider(), { extensions: [server] }))
    const first = await signed({ csr, requestId: '7' })
    house.clock.move(60)
    assert.deepEqual(
      (await signed({ csr, requestId: '7' })).chain.map((der) => Buffer.from(der)),
      first.chain.map((der) => Buffer.from(der)),
    )
    const others = await Promise.all([
      signed({ csr, requestId: '8' }),
      signed({ csr, requestId: '7', validityMonths: 3 }),
      signed({ csr }),
      signed({ csr }),
    ])
    const serials = [first, ...others].map(({ serialNumber }) => Buffer.from(serialNumber).toString('hex'))
    assert.equal(new Set(serials).size, 5)
  })

  test('two who ask for the same at once get the same certificate, and it is the one that is kept', async () => {
    const csr = base64(csrOf(outsider(), { extensions: [server] }))
    const answers = await Promise.all([1, 2, 3].map(() => signed({ csr, requestId: 'at once' })))
    const leaves = new Set(answers.map(({ chain }) => Buffer.from(chain[0]!).toString('hex')))
    assert.equal(leaves.size, 1)
    const [{ serialNumber }] = answers as [(typeof answers)[0]]
    const place = { vault: 'default', name: 'root' }
    const { certificate } = (await house.parts.storage.read((reader) =>
      reader.authorities.findIssued(place, serialNumber),
    ))!
    assert.deepEqual(new Set([Buffer.from(certificate!).toString('hex')]), leaves)
  })

  test('a CA is signed under the profile for it', async () => {
    const extensions = [
      basicConstraintsExtension({ ca: true, pathLength: 0 }, true),
      keyUsageExtension(['keyCertSign', 'cRLSign']),
    ]
    const { chain } = await signed(
      { csr: base64(csrOf(outsider(), { subject: 'CN=Department CA', extensions })) },
      'cas',
    )
    const certificate = parseCertificate(chain[0]!)
    assert.deepEqual(certificate.basicConstraints, { ca: true, pathLength: 0 })
    await verifyWithOpenSsl(chain.map(parseCertificate), house.clock.now())
  })

  const someone = outsider()
  const refusals: [string, RegExp, SignRequestInput, string?][] = [
    [
      'what another key signed',
      /csr: it is not signed by the key in it/,
      { csr: base64(csrOf(someone, { extensions: [server], signer: outsider() })) },
    ],
    [
      'the wish to be a CA',
      /csr: it asks for the rights of a CA/,
      {
        csr: base64(csrOf(someone, { extensions: [server, basicConstraintsExtension({ ca: true }, true)] })),
      },
    ],
    [
      'the wish to sign certificates',
      /csr: it asks for the rights of a CA/,
      {
        csr: base64(
          csrOf(someone, { extensions: [server, keyUsageExtension(['digitalSignature', 'keyCertSign'])] }),
        ),
      },
    ],
    [
      'a policy that asks for a CA',
      /basic_constraints does not fit the profile tls-server/,
      {
        csr: base64(csrOf(someone, { extensions: [server] })),
        policy: { x509: { basicConstraints: { ca: true } } },
      },
    ],
    [
      'a weak key',
      /1024 bits|rsa-size/,
      { csr: base64(csrOf(outsider('rsa', 1024), { extensions: [server] })) },
    ],
    ['a request without names', /sans does not fit/, { csr: base64(csrOf(someone)) }],
    ['what is no request', /csr: send the base64 of a PKCS#10 request/, { csr: 'not base64!' }],
    [
      'what is PEM of something else',
      /csr: send the base64/,
      { csr: formatPem('CERTIFICATE', Buffer.from([0x30, 0])) },
    ],
    ['damaged DER', /./, { csr: base64(csrOf(someone)).slice(0, 40) }],
    [
      'an issuer of another provider',
      /signed by issuers of PrivateCA only/,
      { csr: base64(csrOf(someone)) },
      'test',
    ],
  ]
  for (const [what, message, input, issuer] of refusals)
    test(`${what} is refused`, async () => {
      const count = (await issuedOf('root')).length
      await assert.rejects(signed(input, issuer), { code: 'BadParameter', message })
      assert.equal((await issuedOf('root')).length, count)
    })

  test('the key of an authority gets no certificate of its own', async () => {
    const { vault, officer, parts } = house
    await vault.createAuthority(officer, 'asking', {
      kind: 'requested',
      subject: 'CN=Asking',
      key: { keyType: 'EC', curve: 'P-256' },
    })
    const request = await vault.readAuthorityRequest(officer, 'asking')
    const order = signed({
      csr: base64(request),
      policy: { x509: { sans: { dnsNames: ['a.example.org'] } } },
    })
    await assert.rejects(order, { code: 'BadParameter', message: /rights of a CA/ })
    const { publicKey } = (await parts.storage.read((reader) =>
      reader.authorities.find('default', 'asking'),
    ))!
    const settings = { authority: 'root', profile: 'tls-server' }
    const issuer = parts.issuers.provider('PrivateCA')!.connect({ vault: 'default', name: 'own', settings })
    await enroll(house, 'root', { name: 'web' })
    const { policy } = (await vault.readCertificate(officer, 'web')).certificate
    const answer = await issuer.order({
      orderKey: 'reuse',
      request,
      publicKey,
      policy,
      serialNumber: new Uint8Array(16),
      created: parts.clock.now(),
      attempt: 0,
      sign: () => Promise.reject(new Error('not asked')),
    })
    assert.ok(answer.state === 'refused')
    assert.match(answer.reason, /ca-key-reused/)
  })

  test('an issuer that is disabled or missing is not asked', async () => {
    const csr = base64(csrOf(someone, { extensions: [server] }))
    await assert.rejects(signed({ csr }, 'off'), { code: 'Forbidden' })
    await assert.rejects(signed({ csr }, 'none'), { code: 'CertificateIssuerNotFound' })
  })
})

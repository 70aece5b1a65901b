/** Authorities of a vault, and what is issued under them; OpenSSL verifies every chain. */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Secret } from '../../src/domain/secret.ts'
import { type ProfileName, profileNames } from '../../src/issuers/private-ca/profiles.ts'
import { authorityBinding } from '../../src/vault/authorities/authority-key.ts'
import { importing } from '../../src/vault/authorities/import-authority.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { crlDistributionPoints, freshestCrl } from '../../src/x509/distribution-points.ts'
import { keyUsageExtension } from '../../src/x509/extensions.ts'
import { noSubtrees } from '../../src/x509/name-constraints.ts'
import { extensionOid } from '../../src/x509/object-identifiers.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { parseRequest } from '../../src/x509/request.ts'
import { below, enroll, root, verifyWithOpenSsl } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { ca, issue } from '../x509/authority.ts'

const day = 86_400
const purposes: Partial<Record<ProfileName, string>> = {
  'tls-server': 'sslserver',
  'tls-client': 'sslclient',
  'tls-both': 'sslserver',
  smime: 'smimesign',
  device: 'sslclient',
}
const keys = {
  rsa: { keyType: 'RSA', keySize: 2048 },
  p256: { keyType: 'EC', curve: 'P-256' },
  p521: { keyType: 'EC', curve: 'P-521' },
} as const
const hex = (octets: Uint8Array | undefined) => Buffer.from(octets!).toString('hex')
const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64')

describe('every profile under every kind of CA', () => {
  let house: TestVault
  const authorities = [
    ['rsa', 'p256'],
    ['p256', 'rsa'],
    ['p521', 'p521'],
    ['rsa', 'rsa'],
  ] as const
  before(async () => {
    house = await openTestVault()
    const { vault, officer } = house
    for (const [name, key] of Object.entries(keys))
      await vault.createAuthority(officer, `root-${name}`, { ...root, key, subject: `CN=Root ${name}` })
    for (const [above, own] of authorities)
      await vault.createAuthority(officer, `${above}-${own}`, {
        ...below(`root-${above}`, `CN=Issuing ${own}`),
        key: keys[own],
        pathLength: 1,
        rules: { baseUrl: 'http://pki.example.org', deltaHours: 24 },
      })
  })
  after(() => house.close())

  for (const [above, own] of authorities)
    for (const profile of profileNames)
      for (const key of ['EC', 'RSA'] as const)
        test(`${profile}, ${key}, under ${own} under ${above}`, async () => {
          const authority = `${above}-${own}`
          const { chain, error } = await enroll(house, authority, {
            profile,
            name: `${authority}-${profile}-${key}`,
            key,
          })
          assert.equal(error, undefined)
          assert.equal(chain.length, 3)
          const purpose = purposes[profile]
          await verifyWithOpenSsl(chain, house.clock.now(), ...(purpose ? ['-purpose', purpose] : []))
        })
})

describe('what stands in the certificates', () => {
  let house: TestVault
  before(async () => {
    house = await openTestVault()
    await house.vault.createAuthority(house.officer, 'root', root)
  })
  after(() => house.close())

  /** Every extension by its identifier, with whether it is critical. */
  const extensionsOf = (der: Uint8Array) =>
    Object.fromEntries(parseCertificate(der).extensions.map(({ oid, critical }) => [oid, critical]))

  test('a root has what RFC 5280 wants of one, and no more', async () => {
    const { authority, certificate } = await house.vault.readAuthority(house.officer, 'ROOT')
    const facts = parseCertificate(authority.certificate!)
    assert.deepEqual(extensionsOf(facts.der), {
      [extensionOid.basicConstraints]: true,
      [extensionOid.keyUsage]: true,
      [extensionOid.subjectKeyIdentifier]: false,
    })
    assert.deepEqual(facts.basicConstraints, { ca: true })
    assert.deepEqual(facts.keyUsage, ['keyCertSign', 'cRLSign'])
    assert.equal(facts.serialNumber.length, 20)
    assert.ok(facts.serialNumber[0]! < 0x80)
    assert.equal(certificate!.issuer, 'CN=Example Root, O=Example')
    assert.deepEqual(authority.chain, [])
  })

  test('an intermediate says whose it is, where lists are, and for which names it may issue', async () => {
    const { vault, officer } = house
    await vault.updateAuthority(officer, 'root', { rules: { baseUrl: 'http://pki.example.org' } })
    const { authority } = await vault.createAuthority(officer, 'bound', {
      ...below('root', 'CN=Bound'),
      ekus: ['1.3.6.1.5.5.7.3.1'],
      nameConstraints: {
        permitted: { ...noSubtrees, dnsNames: ['example.org'] },
        excluded: { ...noSubtrees, dnsNames: ['secret.example.org'] },
      },
    })
    assert.deepEqual(extensionsOf(authority.certificate!), {
      [extensionOid.basicConstraints]: true,
      [extensionOid.keyUsage]: true,
      [extensionOid.extendedKeyUsage]: false,
      [extensionOid.nameConstraints]: true,
      [extensionOid.certificatePolicies]: false,
      [extensionOid.subjectKeyIdentifier]: false,
      [extensionOid.authorityKeyIdentifier]: false,
      [extensionOid.crlDistributionPoints]: false,
      [extensionOid.authorityInformationAccess]: false,
    })
    assert.deepEqual(parseCertificate(authority.certificate!).basicConstraints, { ca: true, pathLength: 0 })
    const { outstanding } = await vault.readAuthority(officer, 'root')
    assert.equal(outstanding.count, 1, 'its certificate is on record as issued by the root')
    const { chain } = await enroll(house, 'bound')
    await verifyWithOpenSsl(chain, house.clock.now(), '-purpose', 'sslserver')
    const refused = await enroll(house, 'bound', {
      name: 'secret',
      x509: { sans: { dnsNames: ['a.secret.example.org'] } },
    })
    assert.match(refused.error!, /name-constraints: The DNS name a\.secret\.example\.org is excluded/)
  })

  test('a leaf is found in the list of its partition, and by the identifiers of its issuer', async () => {
    const { vault, officer, parts } = house
    await vault.createAuthority(officer, 'parted', {
      ...below('root', 'CN=Parted'),
      rules: { baseUrl: 'http://pki.example.org:8080', partitions: 4, deltaHours: 12 },
    })
    for (let count = 0; count < 5; count++) {
      const { chain } = await enroll(house, 'parted', { name: `parted-${count}` })
      const [leaf, issuer] = chain
      const issued = await parts.storage.read((reader) =>
        reader.authorities.findIssued({ vault: 'default', name: 'parted' }, leaf!.serialNumber),
      )
      const place = 'http://pki.example.org:8080/crl/default/parted'
      const { partition } = issued!
      const first = partition === 0
      assert.deepEqual(crlDistributionPoints(leaf!), [first ? `${place}.crl` : `${place}/${partition}.crl`])
      assert.deepEqual(freshestCrl(leaf!), [first ? `${place}/delta.crl` : `${place}/${partition}-delta.crl`])
      assert.deepEqual(hex(leaf!.authorityKeyIdentifier), hex(issuer!.subjectKeyIdentifier))
      assert.equal(hex(leaf!.issuerDer), hex(issuer!.subjectDer))
      assert.equal(hex(issued!.certificate), hex(leaf!.der))
      assert.equal(issued!.notAfter, leaf!.notAfter)
    }
  })

  test('alternative names are critical where there is no subject', async () => {
    const { chain } = await enroll(house, 'root', { name: 'nameless', x509: { subject: '' } })
    assert.equal(extensionsOf(chain[0]!.der)[extensionOid.subjectAltName], true)
    await verifyWithOpenSsl(chain, house.clock.now(), '-purpose', 'sslserver')
  })
})

describe('how long certificates live', () => {
  test('not beyond what the issuer object, the authority or its own end allows', async () => {
    const house = await openTestVault()
    const { vault, officer, clock } = house
    await vault.createAuthority(officer, 'root', { ...root, validityYears: 1 })
    const end = (await vault.readAuthority(officer, 'root')).certificate!.notAfter
    await vault.createAuthority(officer, 'issuing', { ...below('root'), validityYears: 5 })
    assert.equal((await vault.readAuthority(officer, 'issuing')).certificate!.notAfter, end)
    const months = { validityMonths: 36 }
    const now = clock.now()
    const object = await enroll(house, 'issuing', {
      name: 'a',
      x509: months,
      settings: { validityDaysMax: 7 },
    })
    assert.equal(object.chain[0]!.notAfter, now + 7 * day)
    await vault.updateAuthority(officer, 'issuing', { rules: { validityDaysMax: 30 } })
    const own = await enroll(house, 'issuing', { name: 'b', x509: months })
    assert.equal(own.chain[0]!.notAfter, now + 30 * day)
    await vault.updateAuthority(officer, 'issuing', { rules: { validityDaysMax: 3650 } })
    const last = await enroll(house, 'issuing', { name: 'c', x509: months })
    assert.equal(last.chain[0]!.notAfter, end)
    const { version } = await vault.readCertificate(officer, 'c')
    assert.equal(version!.notAfter, end, 'the version records what was granted')
    await house.close()
  })

  test('beyond 2049 the dates are written as RFC 5280 wants them', async () => {
    const house = await openTestVault()
    await house.vault.createAuthority(house.officer, 'root', { ...root, validityYears: 30 })
    const { chain } = await enroll(house, 'root')
    const text = Buffer.from(chain[1]!.der).toString('latin1')
    assert.match(text, /20570115\d{6}Z/)
    await verifyWithOpenSsl(chain, house.clock.now())
    await house.close()
  })
})

describe('authorities that come from elsewhere', () => {
  const offline = issue('CN=Offline Root', { ...ca, notAfter: 1_900_000_000 as never })

  test('a request is certified by an offline root, installed, and the CA issues', async () => {
    const house = await openTestVault()
    const { vault, officer } = house
    const made = await vault.createAuthority(officer, 'sub', {
      kind: 'requested',
      subject: 'CN=Sub, O=Example',
      pathLength: 0,
    })
    assert.deepEqual([made.authority.state, made.subject], ['requested', 'CN=Sub, O=Example'])
    const waiting = await enroll(house, 'sub', { name: 'early' })
    assert.match(waiting.error!, /waits for its certificate/)
    const request = parseRequest(await vault.readAuthorityRequest(officer, 'sub'))
    assert.deepEqual(request.basicConstraints, { ca: true, pathLength: 0 })
    const certified = (constraints: object, issuer = offline) =>
      issue('CN=Sub, O=Example', {
        issuer,
        key: { ...offline.key, spki: request.spki },
        notAfter: 1_890_000_000 as never,
        constraints: { ca: true, ...constraints },
        extensions: [keyUsageExtension(['keyCertSign', 'cRLSign'])],
      }).certificate
    const x5c = [base64(certified({ pathLength: 0 }).der), base64(offline.certificate.der)]
    const view = await vault.installAuthority(officer, 'sub', x5c)
    assert.deepEqual([view.authority.state, view.authority.chain.length], ['active', 1])
    const { chain } = await enroll(house, 'sub', { name: 'late' })
    assert.equal(chain.length, 3)
    await verifyWithOpenSsl(chain, house.clock.now(), '-purpose', 'sslserver')
    const deeper = vault.createAuthority(officer, 'deeper', below('sub'))
    await assert.rejects(deeper, { code: 'BadParameter', message: /ca-pathlen-exceeded/ })
    await house.close()
  })

  test('what does not make it a CA is not installed', async () => {
    const house = await openTestVault()
    const { vault, officer } = house
    await vault.createAuthority(officer, 'sub', { kind: 'requested', subject: 'CN=Sub' })
    const { spki } = parseRequest(await vault.readAuthorityRequest(officer, 'sub'))
    const key = { ...offline.key, spki }
    const later = 1_890_000_000 as never
    const narrow = issue('CN=Narrow', {
      issuer: offline,
      constraints: { ca: true, pathLength: 0 },
      certSign: true,
      notAfter: later,
    })
    const cases: [RegExp, ReturnType<typeof issue>, ...ReturnType<typeof issue>[]][] = [
      [
        /does not|none of the certificates/,
        issue('CN=Sub', { issuer: offline, ...ca, notAfter: later }),
        offline,
      ],
      [/not-a-ca/, issue('CN=Sub', { issuer: offline, key, notAfter: later }), offline],
      [
        /chain: .*expired/,
        issue('CN=Sub', {
          issuer: offline,
          key,
          constraints: { ca: true },
          notAfter: 1_790_000_000 as never,
        }),
        offline,
      ],
      [
        /does not end with a root/,
        issue('CN=Sub', { issuer: offline, key, constraints: { ca: true }, notAfter: later }),
      ],
      [
        /does not end with a root|signature/,
        issue('CN=Sub', { issuer: offline, key, constraints: { ca: true }, forged: true, notAfter: later }),
        offline,
      ],
      [
        /key-usage/,
        issue('CN=Sub', {
          issuer: offline,
          key,
          constraints: { ca: true },
          certSign: false,
          notAfter: later,
        }),
        offline,
      ],
      [
        /path-length/,
        issue('CN=Sub', { issuer: narrow, key, constraints: { ca: true }, notAfter: later }),
        narrow,
        offline,
      ],
    ]
    for (const [message, ...parties] of cases) {
      const x5c = parties.map(({ certificate }) => base64(certificate.der))
      await assert.rejects(vault.installAuthority(officer, 'sub', x5c), { code: 'BadParameter', message })
    }
    assert.equal((await vault.readAuthority(officer, 'sub')).authority.state, 'requested')
    await vault.createAuthority(officer, 'root', root)
    const own = vault.installAuthority(officer, 'root', [base64(offline.certificate.der)])
    await assert.rejects(own, { code: 'Conflict', message: /has no request/ })
    await assert.rejects(vault.readAuthorityRequest(officer, 'root'), { code: 'NotFound' })
    await house.close()
  })

  test('an existing CA is taken in with its key and issues on', async () => {
    const house = await openTestVault()
    const { parts, clock } = house
    const extensions = [keyUsageExtension(['keyCertSign', 'cRLSign'])]
    const old = issue('CN=Old CA', {
      constraints: { ca: true },
      extensions,
      notAfter: 1_900_000_000 as never,
    })
    const pkcs8 = old.key.privateKey.export({ format: 'der', type: 'pkcs8' })
    const pem = formatPem('PRIVATE KEY', pkcs8) + formatPem('CERTIFICATE', old.certificate.der)
    const act = importing(parts, 'default', 'old', { value: new Secret(pem) })
    const prepared = await act.prepare(await parts.storage.read((reader) => act.check(reader)))
    await parts.storage.transact((writer) => act.work(writer, prepared, {}))
    const { chain } = await enroll(house, 'old')
    assert.equal(hex(chain[1]!.der), hex(old.certificate.der))
    await verifyWithOpenSsl(chain, clock.now())
    await house.close()
  })
})

test('the key of an authority is kept under a binding that no object can have', async () => {
  const house = await openTestVault()
  const { vault, officer, parts } = house
  await vault.createAuthority(officer, 'Root', { ...root, key: { keyType: 'EC', curve: 'P-256' } })
  const stored = (await parts.storage.read((reader) => reader.authorities.findKey('default', 'root')))!
  const data = Buffer.from('data')
  const sign = (name: string) =>
    parts.keys.sign(stored, { vault: 'default', name, version: '' }, { hash: 'sha256' }, data)
  for (const name of ['Root', 'root', 'authorities', 'authorities/other'])
    await assert.rejects(sign(name), `${name} opens it`)
  await parts.keys.sign(
    stored,
    authorityBinding({ vault: 'default', name: 'root' }),
    { hash: 'sha256' },
    data,
  )
  for (const read of [
    vault.readKey(officer, 'Root'),
    vault.readSecret(officer, 'Root', {}),
    vault.readCertificate(officer, 'Root'),
  ])
    await assert.rejects(read, { message: /was not found/ })
  await house.close()
})

test('a successor takes over at its date, and orders that are on record stay where they are', async () => {
  const house = await openTestVault()
  const { vault, officer, clock } = house
  await vault.createAuthority(officer, 'root', root)
  await vault.createAuthority(officer, 'old', below('root', 'CN=Old'))
  await vault.createAuthority(officer, 'new', below('root', 'CN=New'))
  const from = (clock.now() + 10 * day) as never
  await vault.updateAuthority(officer, 'old', { successor: { name: 'new', from } })
  const commonNameOf = async (name: string) => {
    const { chain } = await enroll(house, 'old', { name })
    return chain[1]!.subject[0]![0]!.value
  }
  assert.equal(await commonNameOf('before'), 'Old')
  clock.move(10 * day)
  assert.equal(await commonNameOf('after'), 'New')
  await vault.updateAuthority(officer, 'old', { retired: true })
  assert.equal(await commonNameOf('retired'), 'New')
  const { authority, outstanding } = await vault.readAuthority(officer, 'old')
  assert.deepEqual([authority.state, outstanding.count], ['retired', 1])
  const circle = vault.updateAuthority(officer, 'new', { successor: { name: 'OLD', from } })
  await assert.rejects(circle, { code: 'BadParameter', message: /in a circle/ })
  await house.close()
})

test('whoever trusts the old root or the new one finds a way to what both issue', async () => {
  const house = await openTestVault()
  const { vault, officer, clock, parts } = house
  await vault.createAuthority(officer, 'old', {
    ...root,
    subject: 'CN=Root',
    key: keys.rsa,
    validityYears: 2,
  })
  const old = await enroll(house, 'old')
  await vault.createAuthority(officer, 'new', { ...root, subject: 'CN=New Root' })
  const fresh = await enroll(house, 'new')
  const crossed = async (name: string, by: string) => {
    const { authority } = await vault.crossCertifyAuthority(officer, name, by)
    assert.equal(authority.crossCertificates.length, 1)
    return parseCertificate(authority.crossCertificates[0]!)
  }
  const newWithOld = await crossed('new', 'old')
  const oldWithNew = await crossed('old', 'new')
  await verifyWithOpenSsl([fresh.chain[0]!, newWithOld, old.chain[1]!], clock.now())
  await verifyWithOpenSsl([old.chain[0]!, oldWithNew, fresh.chain[1]!], clock.now())
  assert.equal(newWithOld.notAfter, old.chain[1]!.notAfter, 'it ends with the older root')
  assert.deepEqual(await crossed('new', 'OLD'), newWithOld, 'certified once')
  const place = { vault: 'default', name: 'old' }
  const issued = await parts.storage.read((reader) => reader.authorities.listIssued(place, { limit: 9 }))
  assert.equal(issued.length, 2, 'the leaf, and the certificate of the new root')
  await assert.rejects(vault.crossCertifyAuthority(officer, 'new', 'NEW'), { code: 'BadParameter' })
  await assert.rejects(vault.crossCertifyAuthority(officer, 'new', 'none'), { code: 'NotFound' })
  await house.close()
})

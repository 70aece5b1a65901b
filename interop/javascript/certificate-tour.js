// Certificates: made, imported, merged, served over TLS, used for signatures, deleted, recovered, backed up.
import assert from 'node:assert/strict'
import { createHash, createVerify, verify, X509Certificate } from 'node:crypto'
import { derOf, makeLeaf, makeOutsideCa, openssl, read, sign, write } from './outside-ca.js'
import { collected, refused, step } from './steps.js'
import { certificateServed } from './tls-connection.js'

export const host = 'tour.example.org'
export const selfSigned = {
  issuerName: 'Self',
  subject: `CN=${host}`,
  subjectAlternativeNames: { dnsNames: [host] },
  keyType: 'EC',
  keyCurveName: 'P-256',
  keyUsage: ['digitalSignature'],
  validityInMonths: 12,
}
const waiting = { ...selfSigned, issuerName: 'Unknown' }
export const quick = { intervalInMs: 50 }
const bytes = (value) => Buffer.from(value)

export async function certificateTour(clients, powerless) {
  await making(clients)
  await changing(clients)
  await bringing(clients)
  await signing(clients)
  await removing(clients)
  await refusing(clients, powerless)
}

/** Creates a certificate and waits until it is there. */
export async function made({ certificates }, name, policy, options = {}) {
  const poller = await certificates.beginCreateCertificate(name, policy, { ...quick, ...options })
  return poller.pollUntilDone()
}

async function making(clients) {
  const { certificates, secrets } = clients

  await step('creates a self-signed EC certificate and polls until it is there', async () => {
    const created = await made(clients, 'ec', selfSigned, { tags: { made: 'by the tour' } })
    const certificate = new X509Certificate(created.cer)
    assert.equal(certificate.subject, `CN=${host}`)
    assert.equal(certificate.subjectAltName, `DNS:${host}`)
    assert.ok(certificate.verify(certificate.publicKey))
    assert.equal(certificate.publicKey.asymmetricKeyDetails.namedCurve, 'prime256v1')
    assert.deepEqual(
      bytes(created.properties.x509Thumbprint),
      createHash('sha1').update(created.cer).digest(),
    )
    assert.deepEqual(created.properties.tags, { made: 'by the tour' })
    const poller = await certificates.getCertificateOperation('ec')
    assert.equal(poller.getOperationState().certificateOperation.status, 'completed')
  })

  await step('creates a self-signed RSA certificate with a PEM secret', async () => {
    const wanted = {
      ...selfSigned,
      keyType: 'RSA',
      keyCurveName: undefined,
      keySize: 3072,
      contentType: 'application/x-pem-file',
    }
    const created = await made(clients, 'rsa', wanted)
    const { publicKey } = new X509Certificate(created.cer)
    assert.equal(publicKey.asymmetricKeyDetails.modulusLength, 3072)
    const { value, properties } = await secrets.getSecret('rsa')
    assert.equal(properties.contentType, 'application/x-pem-file')
    assert.match(value, /^-----BEGIN PRIVATE KEY-----/)
  })

  await step('reads the current version and a former one, and lists the versions', async () => {
    const first = await certificates.getCertificate('ec')
    const second = await made(clients, 'ec', selfSigned)
    assert.notEqual(first.properties.version, second.properties.version)
    assert.equal((await certificates.getCertificate('ec')).properties.version, second.properties.version)
    const former = await certificates.getCertificateVersion('ec', first.properties.version)
    assert.deepEqual(former.cer, first.cer)
    const listed = await collected(certificates.listPropertiesOfCertificateVersions('ec'))
    const versions = [first, second].map(({ properties }) => properties.version)
    assert.deepEqual(listed.map(({ version }) => version).sort(), versions.sort())
  })

  await step('lists certificates', async () => {
    const names = (await collected(certificates.listPropertiesOfCertificates())).map(({ name }) => name)
    assert.deepEqual(names, ['ec', 'rsa'])
  })
}

async function changing({ certificates, secrets }) {
  await step('reads a policy and updates it', async () => {
    const policy = await certificates.getCertificatePolicy('ec')
    assert.deepEqual([policy.issuerName, policy.keyType, policy.keyCurveName], ['Self', 'EC', 'P-256'])
    const lifetimeActions = [{ action: 'AutoRenew', daysBeforeExpiry: 30 }]
    await certificates.updateCertificatePolicy('ec', { ...policy, validityInMonths: 6, lifetimeActions })
    const changed = await certificates.getCertificatePolicy('ec')
    assert.deepEqual([changed.subject, changed.keyType, changed.validityInMonths], [policy.subject, 'EC', 6])
    assert.equal(changed.lifetimeActions[0].daysBeforeExpiry, 30)
  })

  await step('disables a version, whose secret is then not given out, and enables it', async () => {
    const change = { enabled: false, tags: { state: 'off' } }
    const { properties } = await certificates.updateCertificateProperties('ec', '', change)
    assert.deepEqual([properties.enabled, properties.tags], [false, { state: 'off' }])
    await refused(() => secrets.getSecret('ec'), 403, 'Forbidden', 'SecretDisabled')
    await certificates.updateCertificateProperties('ec', '', { enabled: true })
    assert.ok((await secrets.getSecret('ec')).value)
  })
}

async function bringing({ certificates, secrets }) {
  const chain = makeOutsideCa()
  const pfxOf = async (name) => Buffer.from((await secrets.getSecret(name)).value, 'base64')

  /** Certificates of a PFX without password, in its order, and its key. */
  const unpacked = (pfx) => {
    write('unpack.pfx', pfx)
    const text = openssl('pkcs12', '-in', 'unpack.pfx', '-passin', 'pass:', '-nodes').toString()
    const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    return { certificates: certificates.map(derOf), key: /-----BEGIN PRIVATE KEY-----[^-]+/.exec(text)[0] }
  }

  await step('imports a PFX with its chain, under a password', async () => {
    const { key, certificate } = makeLeaf(host)
    write('leaf.pem', certificate)
    write('chain.pem', chain.join(''))
    openssl(
      ...['pkcs12', '-export', '-in', 'leaf.pem', '-inkey', 'leaf.key', '-certfile', 'chain.pem'],
      ...['-passout', 'pass:pass word', '-out', 'leaf.pfx'],
    )
    const brought = await certificates.importCertificate('pfx', read('leaf.pfx'), { password: 'pass word' })
    assert.deepEqual(bytes(brought.cer), derOf(certificate))
    assert.equal(brought.policy.issuerName, 'Unknown')
    const content = unpacked(await pfxOf('pfx'))
    assert.deepEqual(content.certificates, [certificate, ...chain].map(derOf))
    assert.ok(key.startsWith(content.key))
    const wrong = () => certificates.importCertificate('wrong', read('leaf.pfx'), { password: 'wrong' })
    await refused(wrong, 400, 'BadParameter')
  })

  await step('imports PEM with its chain', async () => {
    const { key, certificate } = makeLeaf(host)
    const text = Buffer.from([key, certificate, ...chain].join(''))
    const policy = { issuerName: 'Unknown', contentType: 'application/x-pem-file', subject: `CN=${host}` }
    const brought = await certificates.importCertificate('pem', text, { policy })
    assert.deepEqual(bytes(brought.cer), derOf(certificate))
    const { value } = await secrets.getSecret('pem')
    const contained = value.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
    assert.deepEqual(contained.map(derOf), [certificate, ...chain].map(derOf))
  })

  await step('has an outside CA sign the request of an operation, and merges what it gives', async () => {
    const poller = await certificates.beginCreateCertificate('merged', waiting, quick)
    const { certificateOperation } = (
      await certificates.getCertificateOperation('merged')
    ).getOperationState()
    assert.equal(certificateOperation.status, 'inProgress')
    await refused(() => certificates.beginCreateCertificate('merged', selfSigned), 409, 'Forbidden')
    const leaf = sign(certificateOperation.csr)
    const merged = await certificates.mergeCertificate('merged', [leaf, ...chain].map(derOf))
    assert.deepEqual(bytes(merged.cer), derOf(leaf))
    const done = await poller.pollUntilDone()
    assert.equal(done.properties.version, merged.properties.version)
    assert.deepEqual(unpacked(await pfxOf('merged')).certificates, [leaf, ...chain].map(derOf))
  })

  await step('refuses to merge a certificate for another key', async () => {
    await certificates.beginCreateCertificate('mismatch', waiting, quick)
    const { certificate } = makeLeaf(host)
    await refused(() => certificates.mergeCertificate('mismatch', [derOf(certificate)]), 400, 'BadParameter')
  })

  await step('cancels an operation and deletes it', async () => {
    const poller = await certificates.beginCreateCertificate('cancelled', waiting, quick)
    await poller.cancelOperation()
    await certificates.deleteCertificateOperation('cancelled')
    const pending = () => certificates.getCertificateOperation('cancelled')
    await refused(pending, 404, 'PendingCertificateNotFound')
  })

  for (const name of ['pfx', 'merged'])
    await step(`serves TLS with the PFX of the secret '${name}'; who trusts the root connects`, async () => {
      const served = await certificateServed(await pfxOf(name), host, chain[1])
      assert.deepEqual(served, bytes((await certificates.getCertificate(name)).cer))
    })
}

async function signing({ certificates, keys, cryptography }) {
  const message = Buffer.from('what the tour signs')
  const digest = createHash('sha256').update(message).digest()
  const publicKeyOf = async (name) =>
    new X509Certificate((await certificates.getCertificate(name)).cer).publicKey

  await step('signs with the EC key of a certificate; service and certificate verify it', async () => {
    const key = await keys.getKey('ec')
    assert.equal(key.properties.managed, true)
    const client = cryptography(key.id)
    const { result } = await client.sign('ES256', digest)
    assert.equal((await client.verify('ES256', digest, result)).result, true)
    assert.equal((await client.verify('ES256', bytes(digest).reverse(), result)).result, false)
    const spoken = { key: await publicKeyOf('ec'), dsaEncoding: 'ieee-p1363' }
    assert.ok(verify('sha256', message, spoken, result))
  })

  await step('signs with the RSA key of a certificate', async () => {
    const { result } = await cryptography((await keys.getKey('rsa')).id).sign('RS256', digest)
    assert.ok(
      createVerify('sha256')
        .update(message)
        .verify(await publicKeyOf('rsa'), result),
    )
  })
}

async function removing(clients) {
  const { certificates, secrets } = clients
  const remove = async (name) => (await certificates.beginDeleteCertificate(name, quick)).pollUntilDone()

  await step('deletes a certificate, lists it among the deleted, and recovers it', async () => {
    const before = await certificates.getCertificate('pfx')
    const deleted = await remove('pfx')
    assert.ok(deleted.scheduledPurgeDate > deleted.deletedOn)
    await refused(() => certificates.getCertificate('pfx'), 404, 'CertificateNotFound')
    await refused(() => secrets.getSecret('pfx'), 404, 'SecretNotFound')
    const listed = await collected(certificates.listDeletedCertificates())
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['pfx'],
    )
    assert.equal((await certificates.getDeletedCertificate('pfx')).name, 'pfx')
    const again = () => certificates.beginCreateCertificate('pfx', selfSigned)
    await refused(again, 409, 'Conflict', 'ObjectIsDeletedButRecoverable')
    await (await certificates.beginRecoverDeletedCertificate('pfx', quick)).pollUntilDone()
    assert.deepEqual((await certificates.getCertificate('pfx')).cer, before.cer)
    assert.ok((await secrets.getSecret('pfx')).value)
  })

  await step('backs a certificate up, purges it, and restores it with all its versions', async () => {
    const versions = async () =>
      (await collected(certificates.listPropertiesOfCertificateVersions('ec'))).map(({ version }) => version)
    const before = await versions()
    const backup = await certificates.backupCertificate('ec')
    await refused(() => certificates.restoreCertificateBackup(backup), 409, 'Conflict')
    await remove('ec')
    await certificates.purgeDeletedCertificate('ec')
    await refused(() => certificates.getDeletedCertificate('ec'), 404, 'CertificateNotFound')
    assert.equal((await certificates.restoreCertificateBackup(backup)).name, 'ec')
    assert.deepEqual(await versions(), before)
    assert.ok((await secrets.getSecret('ec')).value)
  })
}

async function refusing({ certificates, secrets, keys }, powerless) {
  await step('says what is missing', async () => {
    const version = '0'.repeat(32)
    await refused(() => certificates.getCertificate('nothing'), 404, 'CertificateNotFound')
    await refused(() => certificates.getCertificateVersion('pfx', version), 404, 'CertificateNotFound')
    await refused(() => certificates.getDeletedCertificate('nothing'), 404, 'CertificateNotFound')
  })

  await step('gives nothing to a caller without a role', async () => {
    for (const call of [
      () => powerless.certificates.getCertificate('pfx'),
      () => powerless.certificates.beginCreateCertificate('other', selfSigned),
      () => powerless.secrets.getSecret('pfx'),
      () => powerless.keys.getKey('pfx'),
    ])
      await refused(call, 403, 'Forbidden', 'ForbiddenByRbac')
    const listing = () => collected(powerless.certificates.listPropertiesOfCertificates())
    await refused(listing, 403, 'Forbidden')
  })

  await step('refuses to change key and secret of a certificate by themselves', async () => {
    await refused(() => secrets.setSecret('pfx', 'other'), 403, 'Forbidden', 'SecretManagedByKeyVault')
    await refused(() => secrets.beginDeleteSecret('pfx'), 403, 'Forbidden', 'SecretManagedByKeyVault')
    await refused(() => keys.beginDeleteKey('pfx'), 403, 'Forbidden', 'KeyManagedByKeyVault')
  })
}

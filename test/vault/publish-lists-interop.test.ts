/** Published lists, of certificates that the private CA made, judged by OpenSSL. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import type { CrlFacts } from '../../src/x509/crl.ts'
import { crlDistributionPoints, freshestCrl } from '../../src/x509/distribution-points.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { below, enroll, root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { needs, run, workFolder } from '../x509/programs.ts'
import {
  baseUrl,
  day,
  leaf,
  place,
  publish,
  published,
  revoke,
  verdict,
  withRoot,
} from './revocation-lists.ts'

const folder = workFolder()
const revokedError = 23
const otherScope = 44
const extended = ['-crl_check', '-extended_crl']
const deltas = [...extended, '-use_deltas']

const caOf = async ({ parts }: TestVault) =>
  (await parts.storage.read(({ authorities }) => authorities.find('default', place.name)))!.certificate!

describe('OpenSSL', needs('openssl', 'version'), () => {
  for (const keyType of ['EC', 'RSA'] as const)
    test(`verifies full lists of an ${keyType} authority`, async () => {
      const house = await openTestVault()
      const key = keyType === 'RSA' ? { keyType, keySize: 2048 } : { keyType }
      await house.vault.createAuthority(house.officer, 'root', { ...root, key, rules: { baseUrl } })
      const [good, bad] = [await leaf(house, 'good'), await leaf(house, 'bad')]
      await revoke(house, bad, 'keyCompromise')
      await publish(house)
      const list = (await published(house))!
      const ca = await caOf(house)
      const caFile = folder.save('root.pem', formatPem('CERTIFICATE', ca))
      const file = folder.save('list.pem', formatPem('X509 CRL', list.der))
      assert.match(run('openssl', 'crl', '-in', file, '-noout', '-CAfile', caFile), /verify OK/)
      const at = house.clock.now()
      const judge = (certificate: CertificateFacts, when: number = at) =>
        verdict(folder, certificate, { ca, lists: [list], at: when }, '-crl_check')
      assert.equal(judge(good), 0)
      assert.equal(judge(bad), revokedError)
      const expired = 12
      assert.equal(judge(good, at + 8 * day), expired)
      await house.close()
    })

  test('applies deltas to their base: what is revoked, held and released since', async () => {
    const house = await openTestVault()
    await withRoot(house, { deltaHours: 24, baseUrl })
    const [good, bad, held] = [await leaf(house, 'good'), await leaf(house, 'bad'), await leaf(house, 'held')]
    assert.deepEqual(freshestCrl(good), [`${baseUrl}/crl/default/root/delta.crl`])
    await revoke(house, held, 'certificateHold')
    await publish(house)
    house.clock.move(60)
    await revoke(house, bad, 'superseded')
    await revoke(house, held)
    await publish(house)
    const ca = await caOf(house)
    const [full, delta] = [await published(house), await published(house, 'delta')]
    const judge = (
      certificate: CertificateFacts,
      lists: readonly (CrlFacts | undefined)[],
      ...flags: string[]
    ) => verdict(folder, certificate, { ca, lists, at: house.clock.now() }, ...flags)
    assert.equal(judge(bad, [full], ...extended), 0)
    assert.equal(judge(held, [full], ...extended), revokedError)
    assert.equal(judge(good, [full, delta], ...deltas), 0)
    assert.equal(judge(bad, [full, delta], ...deltas), revokedError)
    assert.equal(judge(held, [full, delta], ...deltas), 0)

    house.clock.move(4 * day)
    await publish(house)
    const next = await published(house)
    assert.equal(judge(bad, [next], ...extended), revokedError)
    assert.equal(judge(held, [next], ...extended), 0)
    house.clock.move(1)
    await publish(house)
    assert.equal(judge(held, [next, await published(house, 'delta')], ...deltas), 0)
    await house.close()
  })

  test('takes the list of the partition that the certificate names, and no other', async () => {
    const house = await openTestVault()
    await withRoot(house, { partitions: 3, deltaHours: 24, baseUrl })
    const certificates: CertificateFacts[] = []
    const seen = new Set<string>()
    // Serial numbers decide: until there are certificates in two partitions.
    for (let count = 0; seen.size < 2; count++) {
      const certificate = await leaf(house, `leaf-${count}`)
      certificates.push(certificate)
      seen.add(crlDistributionPoints(certificate)[0]!)
    }
    const [first, last] = [certificates[0]!, certificates.at(-1)!]
    await publish(house)
    house.clock.move(60)
    await revoke(house, last, 'cessationOfOperation')
    await publish(house)
    const ca = await caOf(house)
    const listsFor = async (certificate: CertificateFacts) => {
      const [uri] = crlDistributionPoints(certificate)
      for (const partition of [0, 1, 2]) {
        const full = await published(house, 'full', partition)
        if (full?.distributionPoint?.uris.includes(uri!))
          return [full, await published(house, 'delta', partition)]
      }
      throw new Error('no list says that it is the one')
    }
    const judge = async (certificate: CertificateFacts, lists: readonly (CrlFacts | undefined)[]) =>
      verdict(folder, certificate, { ca, lists, at: house.clock.now() }, ...deltas)
    assert.equal(await judge(first, await listsFor(first)), 0)
    assert.equal(await judge(last, await listsFor(last)), revokedError)
    assert.equal(await judge(first, await listsFor(last)), otherScope)

    // One list only from now on: the certificates of all partitions can be checked still.
    await house.vault.updateAuthority(house.officer, 'root', { rules: { partitions: 1 } })
    await publish(house)
    house.clock.move(1)
    await publish(house)
    assert.equal(await judge(first, await listsFor(first)), 0)
    assert.equal(await judge(last, await listsFor(last)), revokedError)
    await house.close()
  })

  test('checks a whole path, the CA below the root too', async () => {
    const house = await openTestVault()
    await withRoot(house, { baseUrl })
    await house.vault.createAuthority(house.officer, 'issuing', { ...below('root'), rules: { baseUrl } })
    const { chain } = await enroll(house, 'issuing')
    const [certificate, issuing] = chain as [CertificateFacts, CertificateFacts]
    const lists = async () => {
      const ofIssuing = await house.parts.storage.read(({ authorities }) =>
        authorities.findRevocationList({ vault: 'default', name: 'issuing' }, 0, 'full'),
      )
      return [await published(house), ofIssuing]
    }
    const judge = async () =>
      verdict(
        folder,
        certificate,
        { ca: await caOf(house), lists: await lists(), at: house.clock.now() },
        ...[
          '-crl_check_all',
          '-untrusted',
          folder.save('between.pem', formatPem('CERTIFICATE', issuing.der)),
        ],
      )
    await publish(house)
    assert.equal(await judge(), 0)
    await revoke(house, issuing, 'cACompromise')
    await publish(house)
    assert.equal(await judge(), revokedError)
    await house.close()
  })
})

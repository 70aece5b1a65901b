import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { emptyNames } from '../../src/domain/subject.ts'
import { seconds } from '../../src/domain/time.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { parseCertificate } from '../../src/x509/certificate.ts'
import { isSelfIssued, leafFor, orderChain } from '../../src/x509/chain.ts'
import { sequence } from '../../src/x509/der.ts'
import { extension, subjectAltNameExtension } from '../../src/x509/extensions.ts'
import { checkPath } from '../../src/x509/path.ts'
import { ca, ecKey, issue, type Party } from './authority.ts'
import { vector } from './vectors.ts'

const root = issue('CN=Root', ca)
const middle = issue('CN=Middle', { ...ca, issuer: root })
const low = issue('CN=Low', { ...ca, issuer: middle })
const leaf = issue('CN=leaf.example', { issuer: low })
const stranger = issue('CN=Stranger', ca)
const path = [leaf, low, middle, root].map(facts)
const at = seconds(1_800_000_000)

function facts(party: Party): CertificateFacts {
  return party.certificate
}

describe('a chain', () => {
  test('runs from the leaf to the root whatever the order of upload', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...path, facts(stranger)], { minLength: 5 }), (uploaded) => {
        const ordered = orderChain(facts(leaf), uploaded)
        assert.deepEqual(ordered.chain, path)
        assert.deepEqual(ordered.unrelated, [facts(stranger)])
      }),
    )
  })

  test('ends where the next issuer is missing', () => {
    const { chain, unrelated } = orderChain(facts(leaf), [facts(root), facts(low)])
    assert.deepEqual(chain, [facts(leaf), facts(low)])
    assert.deepEqual(unrelated, [facts(root)])
  })

  test('holds a certificate once that was uploaded twice', () => {
    const copy = parseCertificate(Uint8Array.from(facts(low).der))
    assert.deepEqual(orderChain(facts(leaf), [facts(low), copy, facts(leaf)]), {
      chain: path.slice(0, 2),
      unrelated: [],
    })
  })

  test('takes among issuers of one name the one that signed', () => {
    const bare = { ...ca, keyIdentifiers: false }
    const [old, current] = [issue('CN=Twin', bare), issue('CN=Twin', bare)]
    const child = issue('CN=child', { issuer: current, keyIdentifiers: false })
    for (const uploaded of [
      [old, current],
      [current, old],
    ])
      assert.deepEqual(orderChain(facts(child), uploaded.map(facts)), {
        chain: [facts(child), facts(current)],
        unrelated: [facts(old)],
      })
  })

  test('does not take a root for the issuer of another root of its name', () => {
    const bare = { ...ca, keyIdentifiers: false }
    const [one, other] = [issue('CN=Twin', bare), issue('CN=Twin', bare)]
    assert.deepEqual(orderChain(facts(one), [facts(other)]).chain, [facts(one)])
  })

  test('follows a cross-certificate of its name', () => {
    const crossed = issue('CN=Root', { ...ca, issuer: stranger, key: root.key })
    const { chain } = orderChain(facts(middle), [facts(stranger), facts(crossed)])
    assert.deepEqual(chain, [facts(middle), facts(crossed), facts(stranger)])
  })

  test('ends where certificates issue one another', () => {
    const keys = { one: ecKey(), other: ecKey() }
    const one = issue('CN=One', { ...ca, key: keys.one })
    const other = issue('CN=Other', { ...ca, key: keys.other, issuer: one })
    const back = issue('CN=One', { ...ca, key: keys.one, issuer: other })
    assert.deepEqual(orderChain(facts(back), [facts(other), facts(back)]).chain, [facts(back), facts(other)])
  })

  test('of absurd length is refused', () => {
    assert.throws(() => orderChain(facts(leaf), Array(101).fill(facts(root))), { code: 'BadParameter' })
  })

  test('tells a self-issued certificate', () => {
    assert.equal(isSelfIssued(facts(root)), true)
    assert.equal(isSelfIssued(facts(middle)), false)
  })
})

test('the leaf is the certificate of the key', () => {
  assert.equal(leafFor(leaf.key.spki, path.toReversed()), facts(leaf))
  assert.equal(leafFor(ecKey().spki, path), undefined)
  assert.equal(leafFor(leaf.key.spki, [parseCertificate(vector('x509/ed25519')), facts(leaf)]), facts(leaf))
})

describe('a path', () => {
  /** `rule@index` of each problem. */
  const problems = (parties: readonly Party[], when = at) =>
    checkPath(parties.map(facts), when).map(({ rule, index }) => `${rule}@${index}`)

  test('that is sound has no problems', () => {
    assert.deepEqual(problems([leaf, low, middle, root]), [])
    assert.deepEqual(problems([leaf, low]), [])
    assert.deepEqual(problems([root]), [])
    assert.deepEqual(
      checkPath([parseCertificate(vector('keyvault/self-signed-sans'))], seconds(1_700_000_000)),
      [],
    )
  })

  test('is held against the instant given, ends included', () => {
    const short = issue('CN=short', { notBefore: seconds(1000), notAfter: seconds(2000) })
    assert.deepEqual(problems([short], seconds(999)), ['not-yet-valid@0'])
    assert.deepEqual(problems([short], seconds(1000)), [])
    assert.deepEqual(problems([short], seconds(2000)), [])
    assert.deepEqual(problems([short], seconds(2001)), ['expired@0'])
  })

  test('with a forged signature is noticed, also on the root', () => {
    const forged = issue('CN=x', { issuer: low, forged: true })
    assert.deepEqual(problems([forged, low, middle, root]), ['signature@0'])
    assert.deepEqual(problems([issue('CN=y', { forged: true })]), ['signature@0'])
  })

  test('with a link of another name or key identifier is noticed', () => {
    assert.deepEqual(problems([leaf, middle, root]), ['issuer-name@0'])
    const twin = issue('CN=Low', { ...ca, issuer: middle })
    assert.deepEqual(problems([leaf, twin, middle, root]), ['issuer-name@0'])
  })

  test('needs CAs above the leaf', () => {
    const plain = issue('CN=Plain', { issuer: root, constraints: { ca: false }, certSign: true })
    const unmarked = issue('CN=Unmarked', { issuer: root })
    const unable = issue('CN=Unable', { issuer: root, constraints: { ca: true }, certSign: false })
    assert.deepEqual(problems([issue('CN=x', { issuer: plain }), plain, root]), ['not-a-ca@1'])
    assert.deepEqual(problems([issue('CN=x', { issuer: unmarked }), unmarked, root]), ['not-a-ca@1'])
    assert.deepEqual(problems([issue('CN=x', { issuer: unable }), unable, root]), ['key-usage@1'])
  })

  test('keeps the path length, self-issued certificates not counted', () => {
    const narrow = issue('CN=Narrow', { constraints: { ca: true, pathLength: 0 }, certSign: true })
    const below = issue('CN=Below', { ...ca, issuer: narrow })
    assert.deepEqual(problems([issue('CN=x', { issuer: narrow }), narrow]), [])
    assert.deepEqual(problems([issue('CN=x', { issuer: below }), below, narrow]), ['path-length@2'])
    const renewed = issue('CN=Narrow', { ...ca, issuer: narrow })
    assert.deepEqual(problems([issue('CN=x', { issuer: renewed }), renewed, narrow]), [])
  })

  test('with a critical extension that nobody here understands is noticed', () => {
    const strange = issue('CN=x', { issuer: low, extensions: [extension('1.2.3.4', true, sequence())] })
    assert.deepEqual(problems([strange, low]), ['critical-extension@0'])
    const known = issue('', {
      issuer: low,
      extensions: [subjectAltNameExtension({ ...emptyNames, dnsNames: ['x'] }, true)],
    })
    assert.deepEqual(problems([known, low]), [])
    const tolerable = issue('CN=x', { issuer: low, extensions: [extension('1.2.3.4', false, sequence())] })
    assert.deepEqual(problems([tolerable, low]), [])
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { seconds } from '../../../../src/domain/time.ts'
import { parseLinkHeader } from '../../../../src/issuers/acme/protocol/link-header.ts'
import {
  type Problem,
  problemClass,
  problemText,
  readProblem,
} from '../../../../src/issuers/acme/protocol/problem.ts'
import { parseRetryAfter } from '../../../../src/issuers/acme/protocol/retry-after.ts'
import { formatDateTime, parseDateTime } from '../../../../src/issuers/acme/protocol/rfc3339.ts'

const urn = 'urn:ietf:params:acme:error:'
const now = seconds(1_800_000_000)

describe('links', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/)
  const target = fc.webUrl().filter((url) => !/[<>]/.test(url))
  const noise = fc.oneof(
    fc.constant(''),
    token.map((name) => `;${name}=1`),
    fc.string({ maxLength: 9 }).map((text) => `;title="${text.replaceAll(/["\\]/g, (each) => `\\${each}`)}"`),
  )

  test('are read as they were written, among whatever other parameters', () => {
    const link = fc.record({
      target,
      relations: fc.array(token, { minLength: 1, maxLength: 3 }),
      before: noise,
      behind: noise,
    })
    fc.assert(
      fc.property(fc.array(link, { maxLength: 10 }), fc.constantFrom(',', ' , ', ',,'), (links, comma) => {
        const text = links.map(
          ({ target, relations, before, behind }) =>
            `<${target}>${before} ; REL="${relations.join(' ')}"${behind}`,
        )
        assert.deepEqual(
          parseLinkHeader(text.join(comma)),
          links.map(({ target, relations }) => ({ target, relations })),
        )
      }),
    )
  })

  test('take nothing amiss', () => {
    const piece = fc.constantFrom('<', '>', ';', ',', '"', '\\', 'rel', '=', ' ', 'a', '\u00e4')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const { target } of parseLinkHeader(pieces.join(''))) assert.doesNotMatch(target, /[<>]/)
      }),
    )
    assert.deepEqual(parseLinkHeader('<a>;rel=up;rel=next, <b>;rel="alternate Up",junk, <c>;rel=x'), [
      { target: 'a', relations: ['up'] },
      { target: 'b', relations: ['alternate', 'up'] },
    ])
    assert.equal(parseLinkHeader('<a>;rel=up,'.repeat(1000)).length, 50)
  })
})

describe('Retry-After', () => {
  test('is a number of seconds, or a date by the clock that is given', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (wait) => {
        assert.equal(parseRetryAfter(` ${wait} `, now), wait)
        assert.equal(parseRetryAfter(new Date((now + wait) * 1000).toUTCString(), now), wait)
        assert.equal(parseRetryAfter(new Date((now - wait) * 1000).toUTCString(), now), 0)
      }),
    )
  })

  test('says nothing when it is neither, and never more than a year', () => {
    for (const text of ['', 'soon', '-1', '1.5', '1e3', 'Fri, 15 Foo 2027 08:00:00 GMT', undefined])
      assert.equal(parseRetryAfter(text, now), undefined)
    assert.equal(parseRetryAfter('999999999999', now), 366 * 86_400)
    assert.equal(parseRetryAfter('Fri, 15 Jan 9999 08:00:00 GMT', now), 366 * 86_400)
    fc.assert(
      fc.property(fc.string(), (text) => {
        const wait = parseRetryAfter(text, now)
        assert.ok(wait === undefined || (Number.isInteger(wait) && wait >= 0))
      }),
    )
  })
})

describe('dates', () => {
  test('are read as they were written, in any zone', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4_000_000_000 }),
        fc.integer({ min: -720, max: 840 }),
        (time, offset) => {
          assert.equal(parseDateTime(formatDateTime(seconds(time))), time)
          const there = formatDateTime(seconds(Math.max(0, time + offset * 60))).slice(0, -1)
          const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60]
          const zone = `${offset < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`
          if (time + offset * 60 >= 0) assert.equal(parseDateTime(`${there}.999${zone}`), time)
        },
      ),
    )
  })

  test('of no calendar are none', () => {
    for (const text of [
      '2027-02-29T00:00:00Z',
      '2027-13-01T00:00:00Z',
      '2027-01-01T24:00:00Z',
      '2027-01-01',
      '',
      '2027-01-01T00:00:00',
    ])
      assert.equal(parseDateTime(text), undefined, text)
  })
})

describe('problems', () => {
  const read = (value: object) => readProblem(value) as Problem

  test('are told in words, with their parts', () => {
    const problem = read({
      type: `${urn}rejectedIdentifier`,
      detail: 'Policy forbids\n this.',
      subproblems: [
        { type: `${urn}caa`, detail: 'CAA says no', identifier: { type: 'dns', value: 'a.example' } },
        { type: `${urn}dns`, identifier: { value: 'b.example' } },
        7,
      ],
      instance: 'https://ca.example/help',
    })
    assert.equal(
      problemText(problem, 'request'),
      'The CA says that it does not issue for the name: Policy forbids this; for a.example: CAA says no; for b.example: it could not look the name up in the DNS. See https://ca.example/help',
    )
  })

  test('are of the class of their type and place; of several the worst', () => {
    const types = (place: 'request' | 'validation', ...names: string[]) =>
      problemClass(
        read({
          type: `${urn}${names.length === 1 ? names[0] : 'compound'}`,
          detail: '',
          subproblems: names.map((name) => ({ type: `${urn}${name}`, detail: '' })),
        }),
        place,
      )
    assert.equal(types('request', 'unauthorized'), 'auth')
    assert.equal(types('validation', 'unauthorized'), 'user-action')
    assert.equal(types('request', 'rateLimited'), 'throttled')
    assert.equal(types('request', 'serverInternal', 'caa', 'rateLimited'), 'user-action')
    assert.equal(types('request', 'caa', 'badCSR'), 'permanent')
    assert.equal(types('request', 'toString'), undefined)
  })

  test('hold only what may be shown: one line, within bounds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ maxLength: 2000 }), fc.jsonValue(), (type, detail, rest) => {
        const problem = readProblem({
          type,
          detail,
          subproblems: [{ detail, identifier: rest }, rest],
          instance: rest,
        })
        assert.ok(problem)
        const text = problemText(problem, 'request')
        assert.ok(text.length < 8000)
        assert.doesNotMatch(text, /[\p{Cc}\p{Cf}\u2028\u2029]/u)
      }),
    )
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        readProblem(value)
      }),
    )
    assert.equal(read({ type: 'x', instance: 'javascript:alert(1)' }).instance, undefined)
  })
})

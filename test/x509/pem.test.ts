import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatPem, parsePem } from '../../src/x509/pem.ts'

const block = '-----BEGIN CERTIFICATE-----\nAAECAw==\n-----END CERTIFICATE-----\n'
const der = Uint8Array.of(0, 1, 2, 3)
const refused = { name: 'VaultError', code: 'BadParameter' }

function read(text: string): { label: string; der: Uint8Array }[] {
  return parsePem(text).map((found) => ({ label: found.label, der: Uint8Array.from(found.der) }))
}

describe('PEM', () => {
  test('has lines of 64 characters', () => {
    const text = formatPem('PRIVATE KEY', new Uint8Array(97))
    assert.deepEqual(
      text.split('\n').map((line) => line.length),
      [27, 64, 64, 4, 25, 0],
    )
    assert.equal(formatPem('CERTIFICATE', der), block)
  })

  test('survives writing and reading', () => {
    const blocks = fc.array(
      fc.tuple(
        fc.constantFrom('CERTIFICATE', 'PRIVATE KEY', 'X509 CRL', 'RSA PRIVATE KEY', 'PKCS7'),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
      ),
      { maxLength: 5 },
    )
    const separators = fc.constantFrom(
      '',
      '\n',
      'text\n',
      'Bag Attributes\n    localKeyID: 01 00\nsubject=CN = x\n',
    )
    fc.assert(
      fc.property(blocks, separators, fc.boolean(), (list, separator, crlf) => {
        const text = list.map(([label, octets]) => separator + formatPem(label, octets)).join('')
        assert.deepEqual(
          read(crlf ? text.replaceAll('\n', '\r\n') : text),
          list.map(([label, octets]) => ({ label, der: octets })),
        )
      }),
    )
  })

  test('may stand in text, behind a byte order mark, on one line, with blanks at line ends', () => {
    const expected = [{ label: 'CERTIFICATE', der }]
    assert.deepEqual(read(`\ufeff${block}`), expected)
    assert.deepEqual(read(`subject=/CN=x\n\n${block}\nThe end.`), expected)
    assert.deepEqual(read(block.replaceAll('\n', '  \r\n')), expected)
    assert.deepEqual(read(block.replaceAll('\n', '\r')), expected)
    assert.deepEqual(read(block.trimEnd()), expected)
    assert.deepEqual(read('-----BEGIN CERTIFICATE-----\nAA\nECAw\n==\n-----END CERTIFICATE-----'), expected)
    assert.deepEqual(read('no PEM here'), [])
    assert.deepEqual(read(''), [])
  })

  test('keeps the headers of RFC 1421', () => {
    const headers = 'Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00FF\n\n'
    const [found] = parsePem(block.replace('AAEC', `${headers}AAEC`))
    assert.deepEqual(
      [...(found?.headers ?? [])],
      [
        ['Proc-Type', '4,ENCRYPTED'],
        ['DEK-Info', 'AES-256-CBC,00FF'],
      ],
    )
    assert.equal(parsePem(block)[0]?.headers, undefined)
  })

  test('is refused when damaged', () => {
    const damaged: [string, RegExp][] = [
      [block.replace('==', '='), /not valid base64/],
      [block.replace('AAEC', 'AA*C'), /not valid base64/],
      [block.replace('AAEC', 'AA-_'), /not valid base64/],
      [block.replace('AAECAw==', 'AAECAx=='), /not valid base64/],
      [block.replace('AAECAw==', ''), /not valid base64/],
      [block.replace('AAECAw==', 'AAECAw==AAEC'), /not valid base64/],
      [block.replace('END CERTIFICATE', 'END PRIVATE KEY'), /no matching END/],
      [block.replace('-----END CERTIFICATE-----', ''), /no matching END/],
      [block.replace('-----END CERTIFICATE-----', '-----BEGIN CERTIFICATE-----'), /no matching END/],
      [block.replace('BEGIN CERTIFICATE-----', 'BEGIN CERTIFICATE----'), /damaged/],
      [block.replace('-----BEGIN CERTIFICATE-----\n', ''), /damaged/],
      [` ${block}`, /damaged/],
      [block.replace('CERTIFICATE', 'certificate'), /damaged/],
    ]
    for (const [text, message] of damaged) assert.throws(() => parsePem(text), { ...refused, message }, text)
  })

  test('is refused when it is too much', () => {
    assert.throws(() => parsePem('x'.repeat(4 * 1024 * 1024 + 1)), { ...refused, message: /too long/ })
    assert.throws(() => parsePem(block.repeat(1001)), { ...refused, message: /1000 blocks/ })
    assert.equal(parsePem(block.repeat(1000)).length, 1000)
  })
})

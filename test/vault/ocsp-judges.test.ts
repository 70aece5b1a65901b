/** OpenSSL and GnuTLS ask the responder of a real authority, and judge what it says. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createOcspResponder, type OcspResponder } from '../../src/vault/revocation/ocsp-responder.ts'
import type { AuthorityInput } from '../../src/vault/vault.ts'
import type { CertificateFacts } from '../../src/x509/certificate.ts'
import { formatPem } from '../../src/x509/pem.ts'
import { settableClock } from '../doubles/clock.ts'
import { placeOf, read, setRevocation } from '../doubles/ocsp.ts'
import { below, enroll, root } from '../doubles/private-ca.ts'
import { openTestVault, type TestVault } from '../doubles/vault.ts'
import { attempt, needs, run, workFolder } from '../x509/programs.ts'

const { path, save } = workFolder()
/** Both programs judge the times of a response by the clock of the machine. */
const clock = settableClock(Math.floor(Date.now() / 1000))
const keys = { rsa: { keyType: 'RSA', keySize: 2048 }, ec: { curve: 'P-384' } } as const
/** An intermediate that is bound to TLS has no responder: its own key answers. */
const authorities: Readonly<Record<string, Partial<AuthorityInput>>> = {
  ec: { key: keys.ec },
  rsa: { key: keys.rsa },
  bound: { ekus: ['1.3.6.1.5.5.7.3.1'] },
}

let house: TestVault
let responder: OcspResponder
const pem = (...certificates: readonly CertificateFacts[]) =>
  certificates.map(({ der }) => formatPem('CERTIFICATE', der)).join('')
before(async () => {
  house = await openTestVault({ clock })
  responder = createOcspResponder(house.parts)
  await house.vault.createAuthority(house.officer, 'root', { ...root, key: keys.rsa })
  for (const [name, input] of Object.entries(authorities)) {
    await house.vault.createAuthority(house.officer, name, {
      ...below('root', `CN=Issuing ${name}, O=Example`),
      ...input,
    })
    for (const fate of ['good', 'revoked', 'held', 'foreign']) {
      const from = fate === 'foreign' ? 'root' : name
      const { chain } = await enroll(house, from, { name: `${name}-${fate}` })
      save(`${name}-${fate}.pem`, pem(chain[0]!))
      if (from === name) save(`${name}-ca.pem`, pem(chain[1]!))
      save('root.pem', pem(chain.at(-1)!))
      const at = clock.now()
      if (fate === 'revoked') await setRevocation(house, name, chain[0]!, { at, reason: 'keyCompromise' })
      if (fate === 'held') await setRevocation(house, name, chain[0]!, { at, reason: 'certificateHold' })
    }
  }
})
after(() => house.close())

async function answerFile(name: string, request: string): Promise<string> {
  const { der } = await responder.answer(placeOf(name), readFileSync(request))
  return save('response.der', der)
}

for (const name of Object.keys(authorities))
  describe(`what the authority ${name} answers`, () => {
    const fileOf = (fate: string) => path(`${name}-${fate}.pem`)

    describe('convinces OpenSSL', needs('openssl', 'version'), () => {
      const trust = () => ['-CAfile', path('root.pem'), '-verify_other', fileOf('ca')]
      const question = (...more: string[]) => ['ocsp', '-issuer', fileOf('ca'), ...more]
      async function judged(...asked: string[]): Promise<string> {
        run('openssl', ...question(...asked), '-reqout', path('request.der'))
        const response = await answerFile(name, path('request.der'))
        return run('openssl', ...question(...asked), '-respin', response, ...trust())
      }

      for (const hash of ['-sha1', '-sha256'])
        test(`by ${hash}: good, revoked with its reason, on hold, and what was never issued`, async () => {
          for (const [fate, said] of [
            ['good', /: good\n/],
            ['revoked', /: revoked\n[\s\S]*Reason: keyCompromise\n\s+Revocation Time: /],
            ['held', /: revoked\n[\s\S]*Reason: certificateHold\n/],
          ] as const) {
            const text = await judged('-no_nonce', hash, '-cert', fileOf(fate))
            assert.match(text, /Response verify OK/)
            assert.match(text, said)
            assert.match(text, /Next Update: /)
            assert.doesNotMatch(text, /WARNING/)
          }
          const text = await judged('-no_nonce', hash, '-serial', '0x1234567890abcdef')
          assert.match(text, /: unknown\n/)
        })

      test('with its nonce, and with several questions', async () => {
        const asked = ['-nonce', '-cert', fileOf('good'), '-cert', fileOf('revoked'), '-serial', '5']
        run('openssl', ...question(...asked), '-reqout', path('request.der'))
        const response = await answerFile(name, path('request.der'))
        const seen = ['ocsp', '-issuer', fileOf('ca'), '-reqin', path('request.der'), '-respin', response]
        const { text } = attempt('openssl', ...seen, ...trust())
        assert.match(text, /Response verify OK/)
        assert.doesNotMatch(text, /nonce/i, 'neither an error nor a warning about it')
        const shown = run('openssl', ...seen, ...trust(), '-resp_text')
        assert.deepEqual(shown.match(/Cert Status: \w+/g), [
          'Cert Status: good',
          'Cert Status: revoked',
          'Cert Status: unknown',
        ])
      })

      test('that it knows nothing of certificates of another CA', async () => {
        const foreign = ['ocsp', '-issuer', path('root.pem'), '-cert', fileOf('foreign')]
        run('openssl', ...foreign, '-reqout', path('request.der'))
        const response = await answerFile(name, path('request.der'))
        const { text } = attempt('openssl', 'ocsp', '-respin', response, '-noverify')
        assert.match(text, /Responder Error: unauthorized/)
      })

      test('and nobody else is believed in its place', async () => {
        const asked = ['-no_nonce', '-cert', fileOf('good')]
        run('openssl', ...question(...asked), '-reqout', path('request.der'))
        const other = name === 'ec' ? 'rsa' : 'ec'
        assert.equal(
          read(await responder.answer(placeOf(other), readFileSync(path('request.der')))).status,
          6,
        )
        run(
          'openssl',
          'ocsp',
          '-issuer',
          path(`${other}-ca.pem`),
          '-cert',
          path(`${other}-good.pem`),
          '-no_nonce',
          '-reqout',
          path('other.der'),
        )
        const response = await answerFile(other, path('other.der'))
        const { text } = attempt('openssl', ...question(...asked), '-respin', response, ...trust())
        assert.match(text, /No Status found|Verify Failure/i)
        assert.doesNotMatch(text, /: good/)
      })
    })

    test('convinces GnuTLS', needs('ocsptool', '--version'), async () => {
      const request = path('gnutls.der')
      const asked = ['--load-issuer', fileOf('ca'), '--load-cert', fileOf('revoked'), '--outfile', request]
      run('ocsptool', '--generate-request', ...asked)
      const response = await answerFile(name, request)
      assert.match(
        run('ocsptool', '--response-info', '--infile', response),
        /Response Status: Successful[\s\S]*Certificate Status: revoked/,
      )
      // It finds a delegate in the answer, and has to be told of a CA that signs itself.
      const trust = name === 'bound' ? '--load-signer' : '--load-trust'
      const trusted = ['--load-response', response, '--load-issuer', fileOf('ca'), trust, fileOf('ca')]
      assert.match(run('ocsptool', '--verify-response', ...trusted), /Success/)
    })
  })

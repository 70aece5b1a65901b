/** The life of an authority that is certified outside, and a request that is signed under it. */
import { sign } from 'node:crypto'
import { parseDistinguishedName } from '../../../src/domain/subject.ts'
import { seconds } from '../../../src/domain/time.ts'
import { assembleSigned } from '../../../src/x509/certificate.ts'
import { keyUsageExtension } from '../../../src/x509/extensions.ts'
import { encodeName } from '../../../src/x509/name.ts'
import { formatPem } from '../../../src/x509/pem.ts'
import { buildRequestInfo, parseRequest } from '../../../src/x509/request.ts'
import { signatureAlgorithm } from '../../../src/x509/signature-algorithm.ts'
import { ca, ecKey, issue } from '../../x509/authority.ts'
import type { Tour } from './tour.ts'

const base64 = (der: Uint8Array) => Buffer.from(der).toString('base64')
const end = seconds(Math.floor(Date.now() / 1000) + 365 * 86_400)

/** What an offline root makes of a request. */
function certified(csr: string): string[] {
  const root = issue('CN=Offline Root', { ...ca, notAfter: end })
  const { spki } = parseRequest(Buffer.from(csr, 'base64'))
  const key = { privateKey: root.key.privateKey, spki }
  const { certificate } = issue('CN=Door CA', {
    issuer: root,
    key,
    notAfter: end,
    constraints: { ca: true },
    extensions: [],
  })
  return [certificate, root.certificate].map(({ der }) => base64(der))
}

function request(): string {
  const { privateKey, spki } = ecKey()
  const info = buildRequestInfo({
    subject: encodeName(parseDistinguishedName('CN=www.example.org')),
    spki,
    extensions: [],
  })
  const { identifier, hash } = signatureAlgorithm({ kty: 'EC', curve: 'P-256' })
  return base64(assembleSigned(info, identifier, sign(hash, info, privateKey)))
}

/** Another root, which certifies the first one across. */
export const otherAuthority: Tour = {
  bodies: {},
  keep: { CreateAuthority: ({ id }) => ['other authority', nameIn(id)] },
  life: [['CreateAuthority', 200, { subject: 'CN=Other Root' }]],
}

/** One that was kept elsewhere, with its private key. */
export const importedAuthority: Tour = {
  bodies: {
    ImportAuthority() {
      const { key, certificate } = issue('CN=Moved Root', {
        constraints: { ca: true },
        notAfter: end,
        extensions: [keyUsageExtension(['keyCertSign', 'cRLSign'])],
      })
      const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
      const value = formatPem('CERTIFICATE', certificate.der) + formatPem('PRIVATE KEY', pkcs8)
      return { value, rules: { crl_hours: 24 } }
    },
  },
  life: [
    ['ImportAuthority', 200],
    ['ImportAuthority', 409],
    ['GetAuthority', 200],
  ],
}

const nameIn = (id?: string) => id!.split('/').at(-1)!

export const authorities: Tour = {
  bodies: {
    CreateAuthority: () => ({
      kind: 'requested',
      subject: 'CN=Door CA',
      key_props: { kty: 'EC', crv: 'P-256' },
      rules: { base_url: 'http://pki.example.org', delta_hours: 24 },
    }),
    InstallAuthority: (kept) => ({ x5c: certified(kept.get('authority request') ?? request()) }),
    CrossCertifyAuthority: () => ({ by: 'door' }),
    UpdateAuthority: () => ({ state: 'retired' }),
    SignCertificateRequest: () => ({
      csr: request(),
      policy: { x509_props: { sans: { dns_names: ['www.example.org'] } } },
      validity_months: 3,
      request_id: '1',
    }),
  },
  keep: {
    CreateAuthority: ({ id }) => ['authority', nameIn(id)],
    GetAuthorityRequest: ({ csr }) => ['authority request', csr!],
  },
  life: [
    ['CreateAuthority', 200],
    ['CreateAuthority', 409],
    ['GetAuthorityRequest', 200],
    ['InstallAuthority', 200],
    ['GetAuthorities', 200],
    ['GetAuthority', 200],
    [
      'SetCertificateIssuer',
      200,
      (kept) => ({ provider: 'PrivateCA', settings: { authority: kept.get('authority') } }),
    ],
    ['SignCertificateRequest', 200],
    ['CrossCertifyAuthority', 400, (kept) => ({ by: kept.get('authority') })],
    ['CrossCertifyAuthority', 200, (kept) => ({ by: kept.get('other authority') })],
    ['UpdateAuthority', 200],
    ['SignCertificateRequest', 409],
    ['DeleteCertificateIssuer', 200],
  ],
}

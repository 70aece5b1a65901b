/** Vectors of AWS's own test suite (aws-sig-v4-test-suite). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AwsRequest, signedHeaders } from '../../../../src/challenges/dns-01/clouds/aws-signature.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { seconds } from '../../../../src/domain/time.ts'

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'),
}
const sessionToken = new Secret(
  'AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA==',
)
const scope = { region: 'us-east-1', service: 'service' }
const now = seconds(Date.UTC(2015, 7, 30, 12, 36) / 1000)
const unreserved = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const vectors: Readonly<
  Record<string, readonly [request: Omit<AwsRequest, 'url'> & { path: string }, signature: string]>
> = {
  'get-vanilla': [
    { method: 'GET', path: '/' },
    '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  ],
  'get-header-value-trim': [
    { method: 'GET', path: '/', headers: { 'My-Header1': ' value1', 'My-Header2': ' "a   b   c"' } },
    'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
  ],
  'get-unreserved': [
    { method: 'GET', path: `/${unreserved}` },
    '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
  ],
  'get-vanilla-empty-query-key': [
    { method: 'GET', path: '/?Param1=value1' },
    'a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb',
  ],
  'get-vanilla-query-order-key-case': [
    { method: 'GET', path: '/?Param2=value2&Param1=value1' },
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  'get-vanilla-query-order-value': [
    { method: 'GET', path: '/?Param1=value2&Param1=value1' },
    '5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694',
  ],
  'get-vanilla-query-order-encoded': [
    { method: 'GET', path: '/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1' },
    '371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac',
  ],
  'get-vanilla-query-unreserved': [
    { method: 'GET', path: `/?${unreserved}=${unreserved}` },
    '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
  ],
  'get-vanilla-utf8-query': [
    { method: 'GET', path: '/?ሴ=bar' },
    '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
  ],
  'post-vanilla': [
    { method: 'POST', path: '/' },
    '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  ],
  'post-header-key-sort': [
    { method: 'POST', path: '/', headers: { 'My-Header1': 'value1' } },
    'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
  ],
  'post-vanilla-query': [
    { method: 'POST', path: '/?Param1=value1' },
    '28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11',
  ],
  'post-vanilla-query-nonunreserved': [
    { method: 'POST', path: `/?${new URLSearchParams({ '@#$%^': '', '+': '/,?><`";:\\|][{}' })}` },
    '66c82657c86e26fb25238d0e69f011edc4c6df5ae71119d7cb98ed9b87393c1e',
  ],
  'post-x-www-form-urlencoded': [
    { method: 'POST', path: '/', headers: form, body: 'Param1=value1' },
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
}

for (const [name, [{ path, ...request }, signature]] of Object.entries(vectors))
  test(name, () => {
    const url = `https://example.amazonaws.com${path}`
    const { authorization } = signedHeaders({ ...request, url }, credentials, scope, now)
    const names = [
      'host',
      'x-amz-date',
      ...Object.keys(request.headers ?? {}).map((header) => header.toLowerCase()),
    ]
    assert.equal(
      authorization,
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names.sort().join(';')}, Signature=${signature}`,
    )
  })

test('post-sts-header-before', () => {
  const request = { method: 'POST', url: 'https://example.amazonaws.com/' }
  const headers = signedHeaders(request, { ...credentials, sessionToken }, scope, now)
  assert.equal(headers['x-amz-security-token'], sessionToken.reveal())
  assert.match(
    headers.authorization!,
    /SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead$/,
  )
})

test('a request to Route 53 is signed as botocore signs it', () => {
  const request = {
    method: 'POST',
    url: 'https://route53.amazonaws.com/2013-04-01/hostedzone/Z1/rrset?name=_acme-challenge.x~y.example.org.&type=TXT&b=a+c%2F*',
    headers: { 'content-type': 'text/xml' },
    body: '<a>ä</a>',
  }
  const key = {
    accessKeyId: 'AKIDEXAMPLE000000',
    secretAccessKey: new Secret('abc'),
    sessionToken: new Secret('tok==/+'),
  }
  const route53 = { region: 'us-east-1', service: 'route53' }
  const { authorization } = signedHeaders(request, key, route53, seconds(1_800_000_000))
  assert.match(authorization!, /Signature=d12675e2327fe3ebe542414533e6de73951137f7a0d732f9ba0c16e5e9239222$/)
})

test('a path is encoded once more than it is sent', () => {
  const sign = (path: string) =>
    signedHeaders({ method: 'GET', url: `https://example.amazonaws.com${path}` }, credentials, scope, now)
      .authorization
  assert.notEqual(sign('/a%20b'), sign('/a%2520b'))
  assert.equal(sign('/a b'), sign('/a%20b'))
})

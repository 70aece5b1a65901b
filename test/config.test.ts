/** Settings from the command line and the environment. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readServeConfig } from '../src/config.ts'

test('without any setting there are limits, except where things are tried out', () => {
  assert.equal(readServeConfig([], {}).limits, 'generous')
  assert.equal(readServeConfig(['--dev'], {}).limits, 'off')
  assert.equal(readServeConfig([], { CERTKEEP_DEV: '1' }).limits, 'off')
  assert.equal(readServeConfig(['--dev', '--limits', 'key-vault'], {}).limits, 'key-vault')
})

test('the command line goes before the environment', () => {
  const environment = {
    CERTKEEP_DATA: 'there',
    CERTKEEP_PORT: '9000',
    CERTKEEP_HOST: '0.0.0.0',
    CERTKEEP_SUFFIX: 'Vault.Example.ORG',
    CERTKEEP_LIMITS: 'off',
  }
  assert.deepEqual(readServeConfig([], environment), {
    dataFolder: 'there',
    port: 9000,
    host: '0.0.0.0',
    suffix: 'vault.example.org',
    dev: false,
    limits: 'off',
  })
  const args = ['--data', 'here', '--port', '443', '--host', '::', '--suffix', 'kv.example.org']
  assert.deepEqual(readServeConfig([...args, '--limits', 'generous'], environment), {
    dataFolder: 'here',
    port: 443,
    host: '::',
    suffix: 'kv.example.org',
    dev: false,
    limits: 'generous',
  })
})

test('nothing is published in plain HTTP unless its port is named', () => {
  assert.equal(readServeConfig(['--host', '0.0.0.0'], {}).publicHttp, undefined)
  const published = (args: string[], environment = {}) => readServeConfig(args, environment).publicHttp
  assert.deepEqual(published(['--public-http-port', '80', '--host', '::1']), { port: 80, host: '::1' })
  assert.deepEqual(published(['--public-http-port', '8080', '--public-http-host', '192.0.2.1']), {
    port: 8080,
    host: '192.0.2.1',
  })
  const environment = { CERTKEEP_PUBLIC_HTTP_PORT: '8081', CERTKEEP_PUBLIC_HTTP_HOST: '0.0.0.0' }
  assert.deepEqual(published([], environment), { port: 8081, host: '0.0.0.0' })
  assert.deepEqual(published(['--public-http-port', '8082'], environment), { port: 8082, host: '0.0.0.0' })
  for (const port of ['0', '65536', 'http', '', '-1'])
    assert.throws(() => published([`--public-http-port=${port}`]), /--public-http-port .*from 1 to 65535/)
  assert.throws(
    () => published(['--public-http-host', '0.0.0.0']),
    /--public-http-host 0\.0\.0\.0: --public-http-port is needed too/,
  )
})

test('tls-alpn-01 is answered where its port is named', () => {
  const answered = (args: string[], environment = {}) => readServeConfig(args, environment).tlsAlpn
  assert.equal(answered(['--host', '0.0.0.0']), undefined)
  assert.deepEqual(answered(['--tls-alpn-port', '443', '--host', '::']), { port: 443, host: '::' })
  const environment = { CERTKEEP_TLS_ALPN_PORT: '8444', CERTKEEP_TLS_ALPN_HOST: '0.0.0.0' }
  assert.deepEqual(answered([], environment), { port: 8444, host: '0.0.0.0' })
  assert.deepEqual(answered(['--tls-alpn-host', '192.0.2.1'], environment), { port: 8444, host: '192.0.2.1' })
  assert.throws(() => answered(['--tls-alpn-port', '0']), /--tls-alpn-port 0: a number from 1 to 65535/)
  assert.throws(
    () => answered(['--tls-alpn-host', '::']),
    /--tls-alpn-host ::: --tls-alpn-port is needed too/,
  )
})

test('folders for http-01 have names, each its own', () => {
  const folders = (args: string[], environment = {}) => readServeConfig(args, environment).acmeWebroots
  assert.equal(folders([]), undefined)
  const two = ['--acme-webroot', 'www=/var/www', '--acme-webroot', 'other=C:\\web=root']
  assert.deepEqual(folders(two), { www: '/var/www', other: 'C:\\web=root' })
  const environment = { CERTKEEP_ACME_WEBROOT: 'www=/srv/www\n\n other=/srv/other' }
  assert.deepEqual(folders([], { CERTKEEP_ACME_WEBROOT: 'www=/srv/www\n\nother=/srv/other\n' }), {
    www: '/srv/www',
    other: '/srv/other',
  })
  assert.throws(() => folders([], environment), /NAME=PATH is needed/)
  assert.deepEqual(folders(two.slice(0, 2), environment), { www: '/var/www' })
  for (const text of ['/var/www', 'www=', '=/var/www', 'a b=/var/www', '../x=/var/www', '-x=/var/www'])
    assert.throws(() => folders([`--acme-webroot=${text}`]), /--acme-webroot .*: NAME=PATH is needed/)
  assert.throws(() => folders(['--acme-webroot=a=/x', '--acme-webroot=a=/y']), /a is named twice/)
})

test('issuer objects do not act as the machine unless the operator says so', () => {
  const allowed = (args: string[], environment = {}) => readServeConfig(args, environment).acmeMachineIdentity
  assert.equal(allowed([]), undefined)
  assert.equal(allowed([], { CERTKEEP_ACME_MACHINE_IDENTITY: 'no' }), undefined)
  assert.equal(allowed([], { CERTKEEP_ACME_MACHINE_IDENTITY: '1' }), true)
  assert.equal(allowed(['--acme-machine-identity']), true)
})

test('limits have names', () => {
  for (const text of ['', 'none', 'Off', '100'])
    assert.throws(() => readServeConfig([], { CERTKEEP_LIMITS: text }), /generous, key-vault, off is needed/)
})

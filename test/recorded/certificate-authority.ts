/** Certificates for the scenes: OpenSSL plays the client who brings one, and the CA outside that signs a request. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'certkeep-recorded-'))
const at = (file: string) => join(folder, file)
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })

/** What `openssl req -x509` makes by default: a CA certificate without key usage. Base64 of key and certificate as PEM. */
export function importedPem(passphrase?: string): string {
  const config = at('req.cnf')
  writeFileSync(config, '[req]\ndistinguished_name=name\n[name]\n')
  const encryption = passphrase === undefined ? ['-nodes'] : ['-passout', `pass:${passphrase}`]
  const subject = '/C=AU/ST=Some-State/O=Internet Widgits Pty Ltd'
  openssl(
    ...[
      'req',
      '-config',
      config,
      '-x509',
      '-newkey',
      'rsa:2048',
      ...encryption,
      '-days',
      '3650',
      '-subj',
      subject,
    ],
    ...['-addext', 'basicConstraints=critical,CA:TRUE', '-keyout', at('key.pem'), '-out', at('cert.pem')],
  )
  return Buffer.concat([readFileSync(at('key.pem')), readFileSync(at('cert.pem'))]).toString('base64')
}

/** A PFX like the one that the SDKs' tests import: `CN=KeyVaultTest`, no extensions, 297 months. */
export function importedPfx(password: string): string {
  const config = at('bare.cnf')
  writeFileSync(config, '[req]\ndistinguished_name=name\n[name]\n[none]\n')
  const [key, request, cert] = [at('pfx-key.pem'), at('pfx.csr'), at('pfx-cert.pem')]
  openssl(
    ...['req', '-config', config, '-new', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=KeyVaultTest'],
    ...['-keyout', key, '-out', request],
  )
  openssl(
    ...['x509', '-req', '-in', request, '-signkey', key, '-out', cert, '-days', '9010'],
    ...['-extfile', config, '-extensions', 'none'],
  )
  return openssl(
    ...['pkcs12', '-export', '-inkey', key, '-in', cert, '-passout', `pass:${password}`],
  ).toString('base64')
}

/** Signs a request, in the base64 of its PEM body, which some clients send for DER. */
export function signedByCa(csr: string): string {
  const config = at('req.cnf')
  writeFileSync(config, '[req]\ndistinguished_name=name\n[name]\n')
  const [key, ca, request] = [at('ca-key.pem'), at('ca.pem'), at('merge.csr')]
  openssl(
    ...['req', '-config', config, '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=CA'],
    ...['-keyout', key, '-out', ca],
  )
  writeFileSync(request, Buffer.from(csr, 'base64'))
  const pem = openssl(
    'x509',
    '-req',
    '-inform',
    'DER',
    '-in',
    request,
    '-CA',
    ca,
    '-CAkey',
    key,
    '-days',
    '1',
  )
  const body = pem.toString().replace(/-----[A-Z ]+-----|\s/g, '')
  return Buffer.from(body).toString('base64')
}

// A certification authority that the vault does not know: root and intermediate, made with OpenSSL.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

export const openssl = (...args) =>
  execFileSync('openssl', args, { cwd: process.env.INTEROP_WORK, stdio: ['ignore', 'pipe', 'pipe'] })
export const write = (name, content) => writeFileSync(`${process.env.INTEROP_WORK}/${name}`, content)
export const read = (name) => readFileSync(`${process.env.INTEROP_WORK}/${name}`)
export const derOf = (pem) => new X509Certificate(pem).raw

const newKey = (curve) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${curve}`, '-nodes']
const signedBy = (name) => ['-CA', `${name}.pem`, '-CAkey', `${name}.key`, '-CAcreateserial', '-days', '60']

/** Makes `root.pem` and `intermediate.pem`, and gives both in PEM, the intermediate first. */
export function makeOutsideCa() {
  write('ca.cnf', 'basicConstraints=critical,CA:true\n')
  openssl(
    ...['req', '-x509', ...newKey('P-384'), '-keyout', 'root.key', '-out', 'root.pem', '-days', '90'],
    ...['-subj', '/CN=Interop Root', '-addext', 'basicConstraints=critical,CA:true'],
  )
  openssl(
    ...['req', ...newKey('P-256'), '-keyout', 'intermediate.key', '-out', 'intermediate.csr'],
    ...['-subj', '/CN=Interop Intermediate'],
  )
  openssl(
    ...['x509', '-req', '-in', 'intermediate.csr', '-out', 'intermediate.pem', '-extfile', 'ca.cnf'],
    ...signedBy('root'),
  )
  return [read('intermediate.pem').toString(), read('root.pem').toString()]
}

/** The certificate in PEM for a request in DER, with the names that the request asks for. */
export function sign(request) {
  write('request.csr', request)
  openssl('req', '-inform', 'DER', '-in', 'request.csr', '-verify', '-noout')
  const args = ['-req', '-inform', 'DER', '-in', 'request.csr', '-copy_extensions', 'copyall']
  return openssl('x509', ...args, ...signedBy('intermediate')).toString()
}

/** A new key and its certificate, both in PEM. */
export function makeLeaf(host) {
  openssl(
    ...['req', ...newKey('P-256'), '-keyout', 'leaf.key', '-outform', 'DER', '-out', 'leaf.csr'],
    ...['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`],
  )
  return { key: read('leaf.key').toString(), certificate: sign(read('leaf.csr')) }
}

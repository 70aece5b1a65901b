/** OpenSSL on what was made: every certificate has its path to the root, the key and the name of its request, and its own number. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contender.ts'
import type { Request } from './requests.ts'

export interface Made {
  readonly request: Request
  /** PEM. */
  readonly certificate: string
}

/** As many files as a command line holds with ease. */
const filesMax = 500

/** What is wrong; empty when nothing is. */
export function problemsOf(
  { root, intermediate }: Pick<Contender, 'root' | 'intermediate'>,
  made: readonly Made[],
  folder: string,
): string[] {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const rootFile = write('root.pem', root)
  const intermediateFile = write('intermediate.pem', intermediate)
  const files = made.map(({ certificate }, index) => write(`${index}.pem`, certificate))
  let verified = 0
  for (let start = 0; start < files.length; start += filesMax)
    verified += verifiedOf(files.slice(start, start + filesMax), rootFile, intermediateFile)
  const certificates = made.map(({ certificate }) => new X509Certificate(certificate))
  const numbers = new Set(certificates.map(({ serialNumber }) => serialNumber)).size
  const foreign = made.filter(({ request }, index) => !isFor(certificates[index]!, request)).length
  return [
    ...(verified === made.length ? [] : [`OpenSSL verifies only ${verified} of ${made.length}`]),
    ...(numbers === made.length ? [] : [`${made.length - numbers} serial numbers are there twice`]),
    ...(foreign === 0 ? [] : [`${foreign} are not for the key and name of their request`]),
  ]
}

function verifiedOf(files: readonly string[], root: string, intermediate: string): number {
  const options = ['-CAfile', root, '-untrusted', intermediate, '-purpose', 'sslserver', '-x509_strict']
  try {
    return okIn(
      execFileSync('openssl', ['verify', ...options, ...files], { encoding: 'utf8', stdio: 'pipe' }),
    )
  } catch (error) {
    return okIn((error as { stdout?: string }).stdout ?? '')
  }
}

const okIn = (output: string) => output.split('\n').filter((line) => line.endsWith(': OK')).length

function isFor(certificate: X509Certificate, { spki, name }: Request): boolean {
  const key = certificate.publicKey.export({ format: 'der', type: 'spki' })
  return key.equals(spki) && certificate.checkHost(name) !== undefined
}

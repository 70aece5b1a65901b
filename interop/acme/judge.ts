/** What others say of our certificates: OpenSSL of their chains, and Pebble's log of what it was asked for. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { inWork } from './vault.ts'

export function certificatesIn(pem: string): X509Certificate[] {
  return [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map(
    ([text]) => new X509Certificate(text),
  )
}

/** DNS names and addresses, sorted. */
export function hostsOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName
    .split(', ')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''))
    .sort()
}

/** OpenSSL finds the way from each leaf by its own chain to the root. @param chains the leaf first. */
export function verify(root: string, chains: readonly (readonly X509Certificate[])[]): void {
  const path = (name: string, certificates: readonly { toString(): string }[]) => {
    writeFileSync(inWork(name), certificates.join(''))
    return inWork(name)
  }
  const rootFile = path('root.pem', [root])
  // Leaves under the same intermediates are judged in one go.
  const bySigner = Map.groupBy(chains, (chain) => chain.slice(1).join(''))
  for (const group of bySigner.values()) {
    const untrusted = path('untrusted.pem', group[0]!.slice(1))
    const leaves = group.map(([leaf], index) => path(`leaf-${index}.pem`, [leaf!]))
    const said = execFileSync(
      'openssl',
      [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-CAfile',
        rootFile,
        '-untrusted',
        untrusted,
        ...leaves,
      ],
      { encoding: 'utf8' },
    )
    assert.equal(said.match(/: OK$/gm)?.length, group.length, said)
  }
}

/** How many orders Pebble took so far, and which certificates it made for them: the order for each serial number. */
export function ordersIn(log: readonly string[]): { placed: number; issued: ReadonlyMap<string, string> } {
  const placed = new Set<string>()
  const issued = new Map<string, string>()
  for (const line of log) {
    const order = /Added order "([^"]+)" to the db/.exec(line)?.[1]
    if (order !== undefined) placed.add(order)
    const [, serial, of] = /Issued certificate serial (\w+) for order (\S+)/.exec(line) ?? []
    if (serial !== undefined) issued.set(serial, of!)
  }
  return { placed: placed.size, issued }
}

/** A service with a private CA, copies of its data, and what its store says afterwards: read from outside of any process. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AuditRecord } from '../../src/domain/audit.ts'
import type { Authority, IssuedCertificate } from '../../src/domain/authority.ts'
import type { CertificateOperation } from '../../src/domain/certificate-operation.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import type { Reader } from '../../src/storage/storage.ts'
import { environmentOf, root, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Send, sender } from '../http/request.ts'
import type { Death } from './mortal.ts'

const mortal = join(import.meta.dirname, 'mortal.ts')
const version = 'api-version=2025-07-01'

/** Data with a root, an authority below it and the issuer `internal`; the token is good for every copy on the same port. */
export interface Prepared {
  readonly dataFolder: string
  readonly port: number
  senderTo(service: Service): Send
}

export async function prepare(): Promise<Prepared> {
  const service = await startService()
  try {
    return await prepareIn(service)
  } finally {
    await service.stop()
  }
}

async function prepareIn(service: Service): Promise<Prepared> {
  const environment = await environmentOf(service)
  trust(environment)
  const token = await tokenOf(environment)
  const send = sender(service, environment, token)
  for (const [path, body] of [
    ['/authorities/root', { subject: 'CN=Root' }],
    [
      '/authorities/issuing',
      { kind: 'intermediate', parent: 'root', subject: 'CN=Issuing', key_props: { kty: 'EC', crv: 'P-256' } },
    ],
    ['/authorities/asking', { kind: 'requested', subject: 'CN=Asking' }],
    ['/certificates/issuers/internal', { provider: 'PrivateCA', settings: { authority: 'issuing' } }],
    [
      '/certificates/issuers/cas',
      { provider: 'PrivateCA', settings: { authority: 'root', profile: 'subordinate-ca' } },
    ],
  ] as const) {
    const reply = await send({ method: 'PUT', path: `${path}?${version}`, body })
    assert.equal(reply.status, 200, reply.text)
  }
  const { dataFolder, port } = service
  return { dataFolder, port, senderTo: (service) => sender(service, environment, token) }
}

export function copyOf({ dataFolder }: Pick<Prepared, 'dataFolder'>): string {
  const copy = join(mkdtempSync(join(tmpdir(), 'certkeep-crash-')), 'data')
  cpSync(dataFolder, copy, { recursive: true })
  return copy
}

/** Runs a service that dies so, whatever it is asked. */
export async function liveUntil(
  death: Death,
  at: { readonly dataFolder: string; readonly port: number },
  ask: (service: Service) => Promise<unknown>,
): Promise<void> {
  process.env.MORTAL = JSON.stringify(death)
  // It may be at its start that it dies.
  const service = await startService({ ...at, main: mortal }).catch((error: Error) => {
    assert.match(error.message, /ended with SIGKILL/)
  })
  delete process.env.MORTAL
  if (!service) return
  await ask(service).catch(() => undefined)
  for (let tries = 0; tries < 500 && service.process.signalCode === null; tries++)
    await new Promise((resolve) => setTimeout(resolve, 20))
  const died = service.process.signalCode
  await service.stop('SIGKILL')
  assert.equal(died, 'SIGKILL', 'it never came to the place where it was to die')
}

/** A command of the operator that dies so. */
export async function commandUntil(death: Death, dataFolder: string, ...args: string[]): Promise<void> {
  const all = ['--disable-warning=ExperimentalWarning', mortal, ...args, '--data', dataFolder]
  const env = { ...process.env, MORTAL: JSON.stringify(death) }
  await assert.rejects(promisify(execFile)(process.execPath, all, { cwd: root, env }), { signal: 'SIGKILL' })
}

export const createWeb = (name = 'web') => ({
  method: 'POST',
  path: `/certificates/${name}/create?${version}`,
  body: {
    policy: {
      issuer: { name: 'internal' },
      key_props: { kty: 'EC', crv: 'P-256' },
      x509_props: {
        subject: `CN=${name}`,
        sans: { dns_names: [`${name}.example.org`] },
        key_usage: ['digitalSignature'],
      },
    },
  },
})

/** Waits until the operation has ended, or there is none. */
export async function settled(send: Send, name = 'web'): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const { json } = await send({ path: `/certificates/${name}/pending?${version}` })
    if (json.status !== 'inProgress') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${name} is still in progress`)
}

/** What is on record. Nothing else may have the store open. */
export interface Kept {
  readonly authorities: readonly Authority[]
  readonly issued: readonly IssuedCertificate[]
  readonly journal: readonly AuditRecord[]
  readonly operation: CertificateOperation | undefined
  /** DER, of the versions of the certificate. */
  readonly versions: readonly string[]
}

export async function keptIn(dataFolder: string, name = 'web'): Promise<Kept> {
  const [kept] = await allKeptIn(dataFolder, [name])
  return kept!
}

/** For each name. */
export async function allKeptIn(dataFolder: string, names: readonly string[]): Promise<Kept[]> {
  const storage = openSqlite({ path: join(dataFolder, 'certkeep.db') })
  try {
    return await storage.read(async (reader) => {
      const common = await commonOf(reader)
      return Promise.all(names.map((name) => keptOf(reader, common, name)))
    })
  } finally {
    await storage.close()
  }
}

type Common = Pick<Kept, 'authorities' | 'issued' | 'journal'>

async function commonOf(reader: Reader): Promise<Common> {
  const authorities = await reader.authorities.list('default', { limit: 99 })
  const issued: IssuedCertificate[] = []
  for (const authority of authorities)
    issued.push(...(await reader.authorities.listIssued(authority, { limit: 999 })))
  const journal = (await reader.journal.read(0, 10_000)).map(({ record }) => record)
  return { authorities, issued, journal }
}

async function keptOf(reader: Reader, common: Common, name: string): Promise<Kept> {
  const versions: string[] = []
  for (const { version } of await reader.certificates.listVersions('default', name, { limit: 99 }))
    versions.push(hex((await reader.certificates.findVersion('default', name, version))!.certificate))
  return { ...common, operation: await reader.operations.find('default', name), versions }
}

export const hex = (octets: Uint8Array | undefined) => Buffer.from(octets ?? []).toString('hex')

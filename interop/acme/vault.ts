/** A certkeep of its own with everything that proves control of names, and what the tour asks of it. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Environment,
  environmentOf,
  freePort,
  type Service,
  startService,
  tokenOf,
  trust,
} from '../../test/azure/service.ts'
import { type Send, sender } from '../../test/http/request.ts'

export const version = 'api-version=2025-07-01'
const endMillisecondsMax = 180_000

/** Where the service can be reached, also after it was killed. */
export interface Address {
  readonly dataFolder: string
  readonly port: number
  readonly args: readonly string[]
}

export interface Vault {
  readonly service: Service
  readonly address: Address
  readonly environment: Environment
  readonly send: Send
}

export interface Listeners {
  readonly http: number
  readonly tlsAlpn: number
}

export const freeListeners = async (): Promise<Listeners> => ({
  http: await freePort(),
  tlsAlpn: await freePort(),
})

/** @param dns the port of the name server on this machine that is asked; @param program sets records for `dns-01`. */
export async function openVault(places: {
  readonly dns: number
  readonly listeners: Listeners
  readonly program?: string
}): Promise<Vault> {
  const { dns, listeners, program } = places
  const address = {
    dataFolder: join(mkdtempSync(inWork('vault-')), 'data'),
    port: await freePort(),
    args: [
      ...['--dev', '--dns-server', `127.0.0.1:${dns}`],
      ...['--public-http-port', String(listeners.http), '--tls-alpn-port', String(listeners.tlsAlpn)],
      ...(program === undefined ? [] : ['--acme-exec', `records=${program}`]),
    ],
  }
  const service = await startService(address)
  const environment = await environmentOf(service)
  trust(environment)
  const send = sender(service, environment, await tokenOf(environment))
  return { service, address, environment, send }
}

/** What the settings of every issuer say. */
export const always = { ca: 'custom', termsOfServiceAgreed: true, checkCaa: true }

export async function setIssuer(send: Send, name: string, settings: object, more: object = {}) {
  const reply = await send({
    method: 'PUT',
    path: `/certificates/issuers/${name}?${version}`,
    body: {
      provider: 'ACME',
      settings: { ...always, ...settings },
      ...more,
    },
  })
  assert.equal(reply.status, 200, reply.text)
}

/** What is asked for: each name may be a wildcard or an address. */
export interface Wanted {
  readonly name: string
  readonly issuer: string
  readonly hosts: readonly string[]
  readonly contentType?: string
}

const isAddress = (host: string) => /^[\d.]+$|:/.test(host)

export async function create(send: Send, { name, issuer, hosts, contentType }: Wanted): Promise<void> {
  const reply = await send({
    method: 'POST',
    path: `/certificates/${name}/create?${version}`,
    body: {
      policy: {
        issuer: { name: issuer },
        key_props: { kty: 'EC', crv: 'P-256', exportable: true },
        secret_props: { contentType: contentType ?? 'application/x-pem-file' },
        x509_props: {
          subject: '',
          sans: {
            dns_names: hosts.filter((host) => !isAddress(host)),
            ipAddresses: hosts.filter(isAddress),
          },
          key_usage: ['digitalSignature'],
        },
      },
    },
  })
  assert.equal(reply.status, 202, `${name}: ${reply.text}`)
}

/** What is known of the operation. */
export interface Pending {
  readonly status: string
  readonly status_details?: string
  readonly error?: { readonly code: string; readonly message: string }
}

export async function pendingOf(send: Send, name: string): Promise<Pending> {
  return (await send({ path: `/certificates/${name}/pending?${version}` })).json
}

/** Waits until the operation has ended. */
export async function ended(send: Send, name: string): Promise<Pending> {
  const deadline = performance.now() + endMillisecondsMax
  for (;;) {
    const pending = await pendingOf(send, name)
    if (pending.status !== 'inProgress') return pending
    if (performance.now() > deadline) throw new Error(`${name} did not end: ${pending.status_details}`)
    await pause(200)
  }
}

export async function arrived(send: Send, name: string): Promise<void> {
  const { status, error } = await ended(send, name)
  assert.equal(status, 'completed', `${name}: ${error?.message}`)
}

/**
 * The same, on a clock that runs ahead of the machine's.
 * @param hurry for one order alone: after a while the clock runs far ahead, since some steps wait for minutes.
 */
export async function arrivedInHaste(send: Send, name: string, { hurry = true } = {}): Promise<void> {
  for (let looks = 0; looks < 400; looks++) {
    const { status, error } = await pendingOf(send, name)
    if (status === 'completed') return
    assert.equal(status, 'inProgress', `${name}: ${error?.message}`)
    await advance(send, hurry && looks > 20 ? 30 : 4)
    await pause(150)
  }
  throw new Error(`${name} did not end: ${(await pendingOf(send, name)).status_details}`)
}

/** Moves the vault's clock. */
export async function advance(send: Send, advanceSeconds: number): Promise<void> {
  const reply = await send({ method: 'POST', path: '/dev/clock', body: { advanceSeconds } })
  assert.equal(reply.status, 200, reply.text)
}

/** PEM of the private key, the certificate and its chain, as the secret has it. */
export async function secretOf(send: Send, name: string): Promise<string> {
  const reply = await send({ path: `/secrets/${name}?${version}` })
  assert.equal(reply.status, 200, `${name}: ${reply.text}`)
  return reply.json.value
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export const inWork = (...parts: string[]) => join(process.env.INTEROP_WORK!, ...parts)

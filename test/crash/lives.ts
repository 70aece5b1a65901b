/** Lives of certificates as requests, each with what it makes of the certificate: the model that the service is held to. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Ask, Send } from '../http/request.ts'

/** All that can be seen of one name. */
export interface State {
  readonly where: 'absent' | 'live' | 'deleted'
  readonly versions: number
  readonly tag: string | undefined
  readonly validityMonths: number | undefined
}

export const absent: State = { where: 'absent', versions: 0, tag: undefined, validityMonths: undefined }

export interface Step {
  /** The name in the audit. */
  readonly operation: string
  readonly ask: (name: string) => Ask
  /** Every step changes something, so that done and not done can be told apart. */
  readonly effect: (state: State) => State
}

const version = 'api-version=2025-07-01'
const pem = readFileSync(join(import.meta.dirname, '..', 'vectors', 'x509', 'import.pem'), 'utf8')
/** Life of the vector, rounded up as Key Vault rounds it. */
const importedMonths = 1200
const policy = {
  issuer: { name: 'Self' },
  key_props: { kty: 'EC', crv: 'P-256' },
  x509_props: { subject: 'CN=crash', key_usage: ['digitalSignature'] },
}

const post = (path: string, body?: object) => (name: string) => ({
  method: 'POST',
  path: `${path.replace('NAME', name)}?${version}`,
  ...(body && { body }),
})

const create: Step = {
  operation: 'CertificateCreate',
  ask: post('/certificates/NAME/create', { policy }),
  effect: (state) => ({ where: 'live', versions: state.versions + 1, tag: undefined, validityMonths: 12 }),
}
const bringIn: Step = {
  operation: 'CertificateImport',
  ask: post('/certificates/NAME/import', { value: pem }),
  effect: (state) => ({
    where: 'live',
    versions: state.versions + 1,
    tag: undefined,
    validityMonths: importedMonths,
  }),
}
const label: Step = {
  operation: 'CertificateUpdate',
  ask: (name) => ({
    method: 'PATCH',
    path: `/certificates/${name}?${version}`,
    body: { tags: { mark: 'yes' } },
  }),
  effect: (state) => ({ ...state, tag: 'yes' }),
}
const shorten: Step = {
  operation: 'CertificatePolicyUpdate',
  ask: (name) => ({
    method: 'PATCH',
    path: `/certificates/${name}/policy?${version}`,
    body: { x509_props: { validity_months: 3 } },
  }),
  effect: (state) => ({ ...state, validityMonths: 3 }),
}
const remove: Step = {
  operation: 'CertificateDelete',
  ask: (name) => ({ method: 'DELETE', path: `/certificates/${name}?${version}` }),
  effect: (state) => ({ ...state, where: 'deleted' }),
}
const recover: Step = {
  operation: 'CertificateRecover',
  ask: post('/deletedcertificates/NAME/recover'),
  effect: (state) => ({ ...state, where: 'live' }),
}
const purge: Step = {
  operation: 'CertificatePurge',
  ask: (name) => ({ method: 'DELETE', path: `/deletedcertificates/${name}?${version}` }),
  effect: () => absent,
}

export const lives: readonly (readonly Step[])[] = [
  [create, shorten, remove],
  [bringIn, label, remove, recover],
  [bringIn, remove, purge],
  [bringIn, bringIn, shorten],
  [create],
]

/** Waits until nothing is pending, then looks from all sides. Throws when the sides do not agree. */
export async function observe(send: Send, name: string): Promise<State> {
  await settled(send, name)
  const live = await send({ path: `/certificates/${name}?${version}` })
  const deleted = await send({ path: `/deletedcertificates/${name}?${version}` })
  if (live.status === 404 && deleted.status === 404) return absent
  if ((live.status === 200) === (deleted.status === 200))
    throw new Error(`${name} is both live and deleted, or unreadable: ${live.status}, ${deleted.status}`)
  const { json } = live.status === 200 ? live : deleted
  const seen = { tag: json.tags?.mark, validityMonths: json.policy.x509_props.validity_months }
  // The versions of a deleted certificate cannot be listed; it has at least its current one.
  if (live.status !== 200) return { where: 'deleted', versions: 1, ...seen }
  const { value } = (await send({ path: `/certificates/${name}/versions?${version}` })).json
  for (const { id } of value) await checkVersion(send, new URL(id).pathname)
  return { where: 'live', versions: value.length, ...seen }
}

async function settled(send: Send, name: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const pending = await send({ path: `/certificates/${name}/pending?${version}` })
    if (pending.json.status !== 'inProgress') return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`${name} is still in progress`)
}

/** A version has its certificate, its key and its secret, all three. */
async function checkVersion(send: Send, path: string): Promise<void> {
  for (const collection of ['certificates', 'keys', 'secrets']) {
    const reply = await send({ path: `${path.replace('/certificates/', `/${collection}/`)}?${version}` })
    if (reply.status !== 200) throw new Error(`${path} has no ${collection}: ${reply.text}`)
    if (collection === 'secrets' && reply.json.value.length < 500)
      throw new Error(`${path} has an empty secret`)
  }
}

/** A vault of its own for each recorded answer, and the hands to bring it to the state that the recording began in. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { VaultSettings } from '../../src/domain/certificate.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import { environmentOf, type Service, startService, tokenOf, trust } from '../azure/service.ts'
import { type Reply, type Send, sender } from '../http/request.ts'
import type { Example, Json } from './example.ts'

const apiVersion = 'api-version=2025-07-01'

export interface Stage {
  readonly origin: string
  /** The name of the object in the recorded request. */
  readonly name: string
  /** A request that has to succeed. */
  call(method: string, path: string, body?: object): Promise<Json>
  /** Creates the certificate and waits until it is issued. */
  issue(policy: object, more?: object): Promise<Json>
  /** Sends what was recorded, with the version that exists here, and whatever could not be recorded. */
  replay(example: Example, instead?: { body?: Json; path?: string }): Promise<Reply>
  /** As `replay`, but without a token. */
  replayUnsigned(example: Example): Promise<Reply>
}

export interface Theatre {
  stageFor(example: Example): Stage
  close(): Promise<void>
}

/** Vaults are put into the store beside the running service: making eighty of them by command would take a while. */
export async function openTheatre(examples: readonly Example[]): Promise<Theatre> {
  const service = await startService()
  const environment = await environmentOf(service)
  trust(environment)
  const signed = sender(service, environment, await tokenOf(environment))
  const unsigned = sender(service, environment)
  const store = openSqlite({ path: join(service.dataFolder, 'certkeep.db') })
  await store.transact(async (writer) => {
    for (const [index, example] of examples.entries())
      await writer.settings.putVault(settingsFor(example, vaultName(index)))
  })
  await store.close()
  return {
    stageFor: (example) => stage(service, signed, unsigned, vaultName(examples.indexOf(example)), example),
    close: async () => void (await service.stop()),
  }
}

const vaultName = (index: number) => `recorded-${index}`

/** As the recorded answer tells them. */
function settingsFor(example: Example, name: string): VaultSettings {
  const days = /"recoverableDays":(\d+)/.exec(JSON.stringify(example.answer) ?? '')?.[1] ?? '90'
  return { name, retentionDays: Number(days), purgeProtection: false, pfxProfile: 'modern' }
}

function stage(service: Service, signed: Send, unsigned: Send, vault: string, example: Example): Stage {
  const host = `${vault}.vault.localhost:${service.port}`
  const [, collection = '', name = ''] = objectOf(example)

  async function call(method: string, path: string, body?: object): Promise<Json> {
    const separator = path.includes('?') ? '&' : '?'
    const reply = await signed({
      host,
      method,
      path: `${path}${separator}${apiVersion}`,
      ...(body && { body }),
    })
    assert.ok(reply.status < 300, `${method} ${path}: ${reply.status} ${reply.text}`)
    return reply.json
  }

  /** Recorded paths may name a version; there the current one is meant. */
  async function pathHere(): Promise<string> {
    const recorded = new RegExp(`/${name}/([0-9a-f]{32})`).exec(example.path)?.[1]
    if (recorded === undefined) return example.path
    const current = await call('GET', `/${collection}/${name}`)
    return example.path.replace(recorded, (current.id ?? current.key.kid).split('/').at(-1))
  }

  return {
    origin: `https://${host}`,
    name,
    call,
    async issue(policy, more = {}) {
      await call('POST', `/certificates/${name}/create`, { policy, ...more })
      for (;;) {
        const { status, error } = await call('GET', `/certificates/${name}/pending`)
        if (status === 'completed') return call('GET', `/certificates/${name}`)
        assert.equal(status, 'inProgress', JSON.stringify(error))
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    },
    async replay({ method, body, accept }, instead = {}) {
      const sent = 'body' in instead ? instead.body : body
      const headers = { ...(accept && { accept }) }
      return signed({
        host,
        method,
        path: instead.path ?? (await pathHere()),
        headers,
        ...(sent && { body: sent }),
      })
    },
    replayUnsigned: ({ method, path }) => unsigned({ host, method, path }),
  }
}

/** The object that the request is about; a restore tells it only in its answer. */
function objectOf({ path, answer }: Example): RegExpExecArray | [] {
  const place = path.startsWith('/certificates/restore') ? (answer.id ?? '/certificates/cert1') : path
  return /\/(?:deleted)?(certificates|keys|secrets)(?:\/(?:issuers\/)?([\w-]+))?/.exec(place) ?? []
}

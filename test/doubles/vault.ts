/** A vault over a true store and true keys, with clock, chance and issuer in the test's hands. Nothing runs by itself. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from '../../src/access/principal.ts'
import { findRole } from '../../src/access/roles.ts'
import type { AuditRecord } from '../../src/domain/audit.ts'
import { defaultVaultSettings, type VaultSettings } from '../../src/domain/certificate.ts'
import { seconds } from '../../src/domain/time.ts'
import type { IssuerProvider } from '../../src/issuers/issuer.ts'
import { createIssuers } from '../../src/issuers/providers.ts'
import { BackupEnvelopes } from '../../src/keys/software/backup-envelope.ts'
import type { DataKey } from '../../src/keys/software/envelope.ts'
import { SoftwareKeys } from '../../src/keys/software/software-keys.ts'
import { openSqlite } from '../../src/storage/sqlite.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { authorityRegister } from '../../src/vault/authorities/authority-register.ts'
import { advanceDue, claimSeconds } from '../../src/vault/certificates/advance-due.ts'
import { createVault } from '../../src/vault/create-vault.ts'
import type { Parts } from '../../src/vault/parts.ts'
import { createPerform } from '../../src/vault/perform.ts'
import type { Caller, CreateCertificateInput, Vault } from '../../src/vault/vault.ts'
import { type SettableClock, settableClock } from './clock.ts'
import { type ScriptedIssuer, scriptedIssuer } from './issuer.ts'
import { noHttp, noOutside } from './outside.ts'
import { repeatableRandom } from './random.ts'

export interface TestVault {
  readonly vault: Vault
  readonly parts: Parts
  readonly clock: SettableClock
  /** Answers for the issuer named `my-ca`. */
  readonly issuer: ScriptedIssuer
  /** May do everything. */
  readonly officer: Caller
  /** What the operator was told. */
  readonly log: readonly { message: string; facts?: Record<string, unknown> }[]
  /** Takes the next step of all that is due, and of all that somebody who died had claimed. */
  recover(): Promise<void>
  /** All records, oldest first. */
  audit(): Promise<AuditRecord[]>
  /** Gives a role to somebody who has none yet. */
  appoint(objectId: string, role: string, scope?: Scope): Promise<Caller>
  /** A certificate of `my-ca`, issued. */
  issue(name: string, input?: CreateCertificateInput): Promise<void>
  close(): Promise<void>
}

export interface TestVaultOptions {
  /** Over what lies in this file; a new one if absent. */
  readonly path?: string
  readonly settings?: Partial<VaultSettings>
  /** Stands between the vault and its store. */
  readonly through?: (storage: Storage) => Storage
  readonly clock?: SettableClock
  readonly issuer?: ScriptedIssuer
  /** Beside those that the program has. */
  readonly providers?: readonly IssuerProvider[]
  /** Two processes must not draw the same. */
  readonly seed?: string
  /** Of another installation. */
  readonly keyEncryptionKey?: DataKey
  /** Of another installation: each draws its own. */
  readonly dataKey?: DataKey
}

export const newPath = () => join(mkdtempSync(join(tmpdir(), 'certkeep-vault-')), 'certkeep.db')
const keyEncryptionKey = { number: 0, key: repeatableRandom('key-encryption key')(32) }
const dataKey = { number: 1, key: repeatableRandom('data key')(32) }

/** EC, because making an RSA key takes a while. */
export const policyOf = (issuer: string) => ({
  key: { keyType: 'EC' as const },
  x509: { subject: 'CN=leaf.example' },
  issuer: { name: issuer },
})

export async function openTestVault(options: TestVaultOptions = {}): Promise<TestVault> {
  const { clock = settableClock(), issuer = scriptedIssuer(), through = (storage) => storage } = options
  const settings = { ...defaultVaultSettings, name: 'default', ...options.settings }
  const store = openSqlite({ path: options.path ?? newPath() })
  const storage = through(store)
  const random = repeatableRandom(options.seed)
  const keys = new SoftwareKeys(options.dataKey ?? dataKey, random, 1)
  const log: { message: string; facts?: Record<string, unknown> }[] = []
  const note = (message: string, facts?: Record<string, unknown>) =>
    log.push({ message, ...(facts && { facts }) })
  const authorities = authorityRegister({ storage, keys, clock, random })
  const issuers = createIssuers({
    keys,
    random,
    authorities,
    acme: noOutside({ storage, keys, clock, random }),
    digicert: { openHttp: noHttp, clock },
  })
  const parts: Parts = {
    storage,
    perform: createPerform(storage, clock),
    keys,
    sealer: keys,
    backups: new BackupEnvelopes(options.keyEncryptionKey ?? keyEncryptionKey, random),
    clock,
    random,
    issuers: {
      ...issuers,
      provider: (name) =>
        options.providers?.find((each) => each.name.toLowerCase() === name.toLowerCase()) ??
        issuers.provider(name),
      builtIn: (name) => (name.toLowerCase() === 'my-ca' ? issuer : issuers.builtIn(name)),
    },
    log: { info: note, error: note },
  }
  // Set up past the wrapper: it counts what the verbs do.
  const appoint = (objectId: string, role: string, scope: Scope = {}) =>
    appointAt(store, settings, objectId, role, scope)
  const officer = await appoint('officer', 'Key Vault Administrator')
  await store.transact((writer) => writer.settings.putVault(settings))
  const vault = createVault(parts, () => undefined)
  const recover = async () => {
    await advanceDue(parts, seconds(clock.now() + claimSeconds))
  }
  return {
    vault,
    parts,
    clock,
    issuer,
    officer,
    log,
    recover,
    appoint,
    audit: async () =>
      (await store.read((reader) => reader.journal.read(0, 10_000))).map(({ record }) => record),
    async issue(name, input = {}) {
      await vault.createCertificate(officer, name, { policy: policyOf('my-ca'), ...input })
      await recover()
      assert.equal((await vault.readOperation(officer, name)).status, 'completed')
    },
    close: () => store.close(),
  }
}

async function appointAt(
  store: Storage,
  vault: VaultSettings,
  objectId: string,
  role: string,
  scope: Scope,
): Promise<Caller> {
  const { id: roleId } = findRole(role)!
  const id = `${objectId} as ${role}`
  await store.transact((writer) =>
    writer.identities.addAssignment({ id, roleId, principalId: objectId, scope }),
  )
  return callerAt(vault, objectId)
}

export function callerAt(vault: VaultSettings, objectId: string): Caller {
  return {
    principal: { objectId, kind: 'application', applicationId: `${objectId}-app`, name: objectId },
    origin: {
      correlationId: `${objectId}-correlation`,
      requestId: `${objectId}-request`,
      address: '192.0.2.1',
    },
    vault,
  }
}

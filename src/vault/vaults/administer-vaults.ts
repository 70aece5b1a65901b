/** Vaults, as the operator at the machine makes and changes them. A running service knows of it within a second. */
import { defaultVaultSettings, type PfxProfile, type VaultSettings } from '../../domain/certificate.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { parseVaultName } from '../../domain/names.ts'
import type { Reader } from '../../storage/storage.ts'
import { asOperator, type OperatorDesk } from '../identity/operator-verb.ts'

/** What is absent is as nobody chose it. */
export interface VaultChoices {
  /** 7 to 90; fixed once the vault is made. */
  readonly retentionDays?: number
  readonly purgeProtection?: boolean
  readonly pfxProfile?: PfxProfile
}

/** What may change of a vault. Protection against purge is never taken away again: that is what it is. */
export interface VaultChange {
  readonly purgeProtection?: true
  /** For versions to come; those that exist keep their value. */
  readonly pfxProfile?: PfxProfile
}

/** @throws VaultError `BadParameter`, or `Conflict` when the name is taken. */
export async function createVault(
  desk: OperatorDesk,
  name: string,
  choices: VaultChoices,
): Promise<VaultSettings> {
  const settings = { ...defaultVaultSettings, ...choices, name }
  return asOperator(desk, { operation: 'VaultPut', vault: name }, async (writer, facts) => {
    checkName(name)
    checkRetention(settings.retentionDays)
    const existing = await writer.settings.findVault(name)
    if (existing) throw new VaultError('Conflict', `There is a vault '${existing.name}' already.`)
    await writer.settings.putVault(settings)
    Object.assign(facts, choicesOf(settings))
    return settings
  })
}

/** By name. */
export async function listVaults(desk: OperatorDesk): Promise<VaultSettings[]> {
  return asOperator(desk, { operation: 'VaultList' }, (reader) => reader.settings.listVaults())
}

/** @throws VaultError `VaultNotFound`. */
export async function readVault(desk: OperatorDesk, name: string): Promise<VaultSettings> {
  return asOperator(desk, { operation: 'VaultGet', vault: name }, (reader) => requireVault(reader, name))
}

/** @throws VaultError `VaultNotFound`. */
export async function updateVault(
  desk: OperatorDesk,
  name: string,
  change: VaultChange,
): Promise<VaultSettings> {
  return asOperator(desk, { operation: 'VaultPatch', vault: name }, async (writer, facts) => {
    const settings = { ...(await requireVault(writer, name)), ...change }
    await writer.settings.putVault(settings)
    Object.assign(facts, choicesOf(settings))
    return settings
  })
}

/** @throws VaultError `VaultNotFound`, with the names that there are. */
export async function requireVault(reader: Reader, name: string): Promise<VaultSettings> {
  const settings = await reader.settings.findVault(name)
  if (settings) return settings
  const names = (await reader.settings.listVaults()).map((vault) => vault.name)
  throw new VaultError('VaultNotFound', `There is no vault '${name}'. The vaults are: ${names.join(', ')}.`)
}

/** The host of this name is the token service's. */
const takenHost = 'login'

function checkName(name: string): void {
  parseVaultName(name)
  if (name.toLowerCase() === takenHost)
    throw badParameter(`The vault name '${name}' is reserved: clients sign in under that host.`)
}

function checkRetention(days: number): void {
  if (!Number.isInteger(days) || days < 7 || days > 90)
    throw badParameter('The retention is a whole number of days from 7 to 90.')
}

function choicesOf({ name: _name, ...choices }: VaultSettings) {
  return choices
}

/** The vaults of the service by name. Every request asks; settings change rarely, so what was found is kept for moments. */
import type { VaultSettings } from '../domain/certificate.ts'
import type { Clock } from '../domain/time.ts'
import type { Storage } from '../storage/storage.ts'

/** How long a change of a vault's settings by another process may go unnoticed. */
const keptSeconds = 1

/** Names that nobody has are not kept: callers choose them. */
export type FindVault = (name: string) => VaultSettings | undefined | Promise<VaultSettings | undefined>

/** @param clock any that moves with real time. */
export function createVaultDirectory(storage: Storage, clock: Clock): FindVault {
  const known = new Map<string, { settings: VaultSettings; until: number }>()

  async function look(name: string): Promise<VaultSettings | undefined> {
    const settings = await storage.read((reader) => reader.settings.findVault(name))
    if (settings) known.set(name, { settings, until: clock.now() + keptSeconds })
    else known.delete(name)
    return settings
  }

  return (name) => {
    const entry = known.get(name)
    return entry && clock.now() < entry.until ? entry.settings : look(name)
  }
}

/** The operator at the machine gives an account another key, in a process beside that of the service. */
import { cores, random, wallClock } from '../../src/compose/machine.ts'
import { openOutside } from '../../src/compose/outside.ts'
import { openStorage } from '../../src/compose/storage.ts'
import { dataFolderAt } from '../../src/installation/data-folder.ts'
import { openInstallation } from '../../src/installation/installation.ts'
import { movableClock } from '../../src/installation/vault-clock.ts'
import { acmeProvider } from '../../src/issuers/acme/acme-provider.ts'
import type { AccountState } from '../../src/issuers/issuer.ts'
import type { Vault } from './vault.ts'

/** @returns how the account stood before, and how it stands. */
export async function replaceAccountKey(
  { address }: Vault,
  name: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ readonly before: AccountState; readonly after: AccountState }> {
  const folder = dataFolderAt(address.dataFolder)
  const making = { folder, create: false, dev: undefined, openStorage, wallClock, random, cores }
  const { storage, keys, clockOffsetSeconds } = await openInstallation(making)
  try {
    const clock = movableClock(wallClock, clockOffsetSeconds)
    const outside = { version: 'interop', environment: process.env }
    const { acme } = openOutside({ storage, keys, sealer: keys, clock, random }, outside)
    const { account } = acmeProvider(acme).connect({ vault: 'default', name, settings })
    const before = await account!.read()
    await account!.replaceKey()
    return { before, after: await account!.read() }
  } finally {
    await storage.close()
  }
}

/** What the commands beside the service work with: the same data, opened by the operator at the machine. */
import type { Operator } from '../cli/command.ts'
import { dataFolderAt } from '../installation/data-folder.ts'
import { recallFrontDoor } from '../installation/front-door.ts'
import { openInstallation } from '../installation/installation.ts'
import { Unusable } from '../installation/unusable.ts'
import { movableClock } from '../installation/vault-clock.ts'
import { createIssuers } from '../issuers/providers.ts'
import { authorityRegister } from '../vault/authorities/authority-register.ts'
import { createAdministration } from '../vault/identity/administer.ts'
import { cores, operatorName, random, wallClock } from './machine.ts'
import { type OutsideConfig, openOutside } from './outside.ts'
import { openStorage } from './storage.ts'

/** @throws Unusable when there is no vault in the folder. */
export async function openOperator(path: string, outside: OutsideConfig): Promise<Operator> {
  const folder = dataFolderAt(path)
  const installation = await openInstallation({
    folder,
    create: false,
    dev: undefined,
    openStorage,
    wallClock,
    random,
    cores,
  })
  const { storage, keys, clockOffsetSeconds } = installation
  const frontDoor = await storage.read(recallFrontDoor)
  if (!frontDoor) {
    await storage.close()
    throw new Unusable(
      `the vault in ${folder.path} was never started to its end; start it with: certkeep serve`,
    )
  }
  const clock = movableClock(wallClock, clockOffsetSeconds)
  const authorities = authorityRegister({ storage, keys, clock, random })
  const { acme, digicert } = openOutside({ storage, keys, sealer: keys, clock, random }, outside)
  const administration = createAdministration({
    storage,
    sealer: keys,
    keys,
    issuers: createIssuers({ keys, random, authorities, acme, digicert }),
    clock,
    random,
    operatorName: operatorName(),
  })
  return { installation, administration, frontDoor, close: () => storage.close() }
}

/** Under which names the service is reached, and how that is remembered for the commands beside it. */
import type { Reader, Writer } from '../storage/storage.ts'

export interface FrontDoor {
  /** Vaults are `https://{vault}.{suffix}`. */
  readonly suffix: string
  readonly port: number
  /** The address listened on. */
  readonly host: string
}

const settingName = 'front-door'

/** Names without a vault in front: they stand for the vault `default`, and for the token service. */
export function bareHosts(door: FrontDoor, machineName: string): string[] {
  const listening = ['0.0.0.0', '::', ''].includes(door.host)
    ? [machineName.toLowerCase()]
    : [door.host.toLowerCase()]
  return [...new Set(['localhost', '127.0.0.1', '::1', door.suffix, `login.${door.suffix}`, ...listening])]
}

/** What the service's certificate has to name: a wildcard covers one label only. */
export function certificateHosts(door: FrontDoor, machineName: string): string[] {
  return [...bareHosts(door, machineName), `*.${door.suffix}`, `*.adfs.${door.suffix}`]
}

/** The suffix of those who chose none: names under it need no DNS, but not every resolver knows that. */
export const defaultSuffix = 'vault.localhost'

/** `https://host[:port]` of a vault. Without a suffix of their own, people reach the vault `default` as `localhost`. */
export function vaultOrigin(door: FrontDoor, vault: string): string {
  const bare = door.suffix === defaultSuffix && vault === 'default'
  return origin(bare ? 'localhost' : `${vault}.${door.suffix}`, door)
}

/** `https://host[:port]` of the token service. */
export function loginOrigin(door: FrontDoor): string {
  return origin(door.suffix === defaultSuffix ? 'localhost' : `login.${door.suffix}`, door)
}

function origin(host: string, { port }: FrontDoor): string {
  return `https://${host}${port === 443 ? '' : `:${port}`}`
}

export async function rememberFrontDoor(writer: Writer, door: FrontDoor): Promise<void> {
  await writer.settings.set(settingName, JSON.stringify(door))
}

export async function recallFrontDoor(reader: Reader): Promise<FrontDoor | undefined> {
  const text = await reader.settings.get(settingName)
  return text === undefined ? undefined : (JSON.parse(text) as FrontDoor)
}

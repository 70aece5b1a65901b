/** When a key is rotated next: kept with the key, so that what is due is found without looking at what is not. */
import type { KeptObject } from '../../domain/kept-object.ts'
import { defaultRotationPolicy, type RotationPolicy, rotationDue } from '../../domain/rotation-policy.ts'
import type { Writer } from '../../storage/storage.ts'

/** What belongs to a key and not to a version. */
interface KeySettings {
  readonly rotationPolicy?: RotationPolicy
}

/** That of the key, or the default where none was set. */
export function rotationPolicyOf({ settings }: Pick<KeptObject<unknown>, 'settings'>): RotationPolicy {
  const { rotationPolicy } = JSON.parse(settings ?? '{}') as KeySettings
  return rotationPolicy ?? defaultRotationPolicy
}

export async function storeRotationPolicy(
  writer: Writer,
  vault: string,
  name: string,
  rotationPolicy: RotationPolicy,
): Promise<void> {
  const settings: KeySettings = { rotationPolicy }
  await writer.keys.setSettings(vault, name, JSON.stringify(settings))
  await scheduleRotation(writer, vault, name)
}

/** To be called whenever the policy of a key, or its current version, is another. */
export async function scheduleRotation(writer: Writer, vault: string, name: string): Promise<void> {
  const key = await writer.keys.find(vault, name)
  if (key) await writer.keys.setDue(vault, name, rotationDue(rotationPolicyOf(key), key.current))
}

/** Limits of tags. */

import type { Tags } from './certificate.ts'
import { badParameter } from './errors.ts'

const countMax = 15
const nameLengthMax = 256
const valueLengthMax = 256

/** @throws VaultError `BadParameter`. */
export function checkTags(tags: Tags | undefined): void {
  if (!tags) return
  const entries = Object.entries(tags)
  if (entries.length > countMax)
    throw badParameter(`tags: at most ${countMax} tags are allowed, ${entries.length} were sent.`)
  for (const [name, value] of entries) {
    if (name.length === 0 || name.length > nameLengthMax)
      throw badParameter(`tags: the name of a tag has 1 to ${nameLengthMax} characters.`)
    if (value.length > valueLengthMax)
      throw badParameter(
        `tags: the value of '${name.slice(0, 40)}' is longer than ${valueLengthMax} characters.`,
      )
  }
}

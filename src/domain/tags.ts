/** Limits of tags. */

import type { Tags } from './certificate.ts'
import { badParameter } from './errors.ts'

const countMax = 15
const lengthMaxUsual = 256

/** @param lengthMax of names and of values, in UTF-16 units. @throws VaultError `BadParameter`. */
export function checkTags(tags: Tags | undefined, lengthMax = lengthMaxUsual): void {
  if (!tags) return
  const entries = Object.entries(tags)
  if (entries.length > countMax)
    throw badParameter(`tags: at most ${countMax} tags are allowed, ${entries.length} were sent.`)
  for (const [name, value] of entries) {
    if (name.length === 0 || name.length > lengthMax)
      throw badParameter(`tags: the name of a tag has 1 to ${lengthMax} characters.`)
    if (value.length > lengthMax)
      throw badParameter(`tags: the value of '${name.slice(0, 40)}' is longer than ${lengthMax} characters.`)
  }
}

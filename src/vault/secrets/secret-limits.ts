/** Limits of what stands beside the value of a secret. */
import { badParameter } from '../../domain/errors.ts'
import { checkTags } from '../../domain/tags.ts'
import type { UpdateSecretInput } from '../vault.ts'

const contentTypeLengthMax = 255
/** Twice what keys and certificates take. */
const tagLengthMax = 512

/** @throws VaultError `BadParameter`. */
export function checkLimits({ contentType, tags }: UpdateSecretInput): void {
  if (contentType !== undefined && contentType.length > contentTypeLengthMax)
    throw badParameter(`contentType: at most ${contentTypeLengthMax} characters are kept.`)
  checkTags(tags, tagLengthMax)
}

/**
 * What a backup holds, between structures and octets: what is public as JSON, then what is private, octet by octet, so that
 * no key becomes a string on its way. It was authenticated before it is read: it is ours, or it is refused.
 *
 * Layout: length of the JSON (4), JSON in UTF-8, then of each private part its length (4) and its octets; lengths are
 * big-endian. Nothing is compressed: from the lengths of compressed backups, someone who may set tags but not read keys
 * could guess a key piece by piece (CRIME).
 */
import { badParameter } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { BackupKind, BackupSeal } from '../../keys/backup-seal.ts'

/** Key Vault's limit. */
const versionsMax = 500
/** 500 versions of RSA 4096 with their chains take about 10 MB, and 500 secrets of the largest size 13 MB. */
export const contentOctetsMax = 16 * 1024 * 1024
const lengthOctets = 4

export interface BackupContent<Facts> {
  /** JSON-able, never secret. */
  readonly facts: Facts
  readonly privateParts: readonly Secret<Uint8Array>[]
}

/** As much of the list of versions as tells whether there are too many. */
export const countedVersions = { limit: versionsMax + 1 }

/** Before they are read: thousands of them need not fit into memory. @throws VaultError `BadParameter`. */
export function checkVersionCount({ length }: readonly unknown[]): void {
  if (length > versionsMax)
    throw badParameter(
      `It has more than ${versionsMax} versions, which is the most that a backup holds; back up the data folder instead.`,
    )
}

/** The private parts are erased. @throws VaultError `BadParameter` for what could not be restored for its size. */
export function sealBackup(
  seal: BackupSeal,
  kind: BackupKind,
  { facts, privateParts }: BackupContent<object>,
): Uint8Array {
  const parts = [Buffer.from(JSON.stringify(facts)), ...privateParts.map((part) => part.reveal())]
  try {
    const content = new Secret(joined(parts))
    const blob = seal.seal(kind, content)
    content.reveal().fill(0)
    return blob
  } finally {
    for (const part of parts) part.fill(0)
  }
}

/**
 * @param take uses the private parts, which are erased when it is done.
 * @throws VaultError `MalformedBackupBlob`.
 */
export async function openBackup<Facts, Taken>(
  seal: BackupSeal,
  kind: BackupKind,
  blob: Uint8Array,
  take: (content: BackupContent<Facts>) => Promise<Taken>,
): Promise<Taken> {
  const content = seal.open(kind, blob).reveal()
  try {
    const [facts, ...privateParts] = split(content)
    const json = Buffer.from(facts!.buffer, facts!.byteOffset, facts!.length).toString('utf8')
    return await take({
      facts: JSON.parse(json) as Facts,
      privateParts: privateParts.map((part) => new Secret(part)),
    })
  } finally {
    content.fill(0)
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + lengthOctets + part.length, 0)
  if (length > contentOctetsMax)
    throw badParameter(
      `Its versions have ${length} octets together, and a backup holds at most ${contentOctetsMax}; back up the data folder instead.`,
    )
  const content = Buffer.alloc(length)
  let offset = 0
  for (const part of parts) {
    offset = content.writeUInt32BE(part.length, offset)
    content.set(part, offset)
    offset += part.length
  }
  return content
}

/** Views into the content. */
function split(content: Uint8Array): Uint8Array[] {
  const { buffer, byteOffset, length } = content
  const lengths = new DataView(buffer, byteOffset, length)
  const parts: Uint8Array[] = []
  for (let offset = 0; offset < length; ) {
    const start = offset + lengthOctets
    offset = start + lengths.getUint32(offset)
    parts.push(content.subarray(start, offset))
  }
  return parts
}

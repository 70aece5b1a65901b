/** The machine as the environment of the process tells of it. */
import { open } from 'node:fs/promises'
import type { MachineIdentity } from './machine-identity.ts'

/** Far more than tokens have. */
const octetsMax = 65_536

export function openMachineIdentity(
  environment: Readonly<Record<string, string | undefined>>,
): MachineIdentity {
  return {
    variable: (name) => environment[name] || undefined,
    async textFile(path) {
      await using file = await open(path, 'r')
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(octetsMax + 1) })
      if (bytesRead > octetsMax) throw new RangeError('the file is no token: it is too long')
      return buffer.toString('utf8', 0, bytesRead)
    },
  }
}

/**
 * The revocation list of an authority that revoked very many, as the service publishes it: how long that takes, and how long
 * anything else has to wait meanwhile; beside the time in which `node:crypto` signs as many octets.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { secondsPerDay } from '../src/domain/time.ts'
import { publishLists } from '../src/vault/revocation/publish-lists.ts'
import { parseCrl } from '../src/x509/crl.ts'
import { newLongSerialNumber } from '../src/x509/serial-number.ts'
import { openTestVault, type TestVault } from '../test/doubles/vault.ts'

const revokedCount = 100_000
const perTransaction = 1_000
const place = { vault: 'default', name: 'bench' }

export async function listing(report: (name: string, ...figures: string[]) => void): Promise<void> {
  const house = await openTestVault()
  const key = { keyType: 'EC', curve: 'P-256' } as const
  await house.vault.createAuthority(house.officer, 'bench', { kind: 'root', subject: 'CN=Bench', key })
  await publishLists(house.parts)
  await revokeMany(house)
  const { milliseconds, longestMilliseconds } = await publishing(house)
  const { der } = (await house.parts.storage.read(({ authorities }) =>
    authorities.findRevocationList(place, 0, 'full'),
  ))!
  const count = parseCrl(der).revoked.length
  if (count !== revokedCount) throw new Error(`the list names ${count} certificates`)
  const bare = bareSignature(der)
  report(
    `revocation list of ${revokedCount}`,
    `${milliseconds.toFixed(0)} ms from the record to the store`,
    `${(der.length / 1e6).toFixed(2)} MB`,
    `event loop held for ${longestMilliseconds.toFixed(0)} ms at most`,
    `bare P-256 signature over as many octets: ${bare.toFixed(1)} ms`,
    `ratio ${(milliseconds / bare).toFixed(0)}`,
  )
  await house.close()
}

async function revokeMany({ parts }: TestVault): Promise<void> {
  const now = parts.clock.now()
  const life = { notBefore: now, notAfter: (now + 90 * secondsPerDay) as typeof now }
  for (let start = 0; start < revokedCount; start += perTransaction)
    await parts.storage.transact(async ({ authorities }) => {
      for (let index = start; index < start + perTransaction; index++) {
        const serialNumber = newLongSerialNumber(parts.random)
        const issued = { serialNumber, orderKey: String(index), partition: 0, recorded: now, ...life }
        await authorities.recordIssued({
          vault: 'default',
          authority: 'bench',
          subject: 'CN=bench',
          ...issued,
        })
        await authorities.setRevocation(place, serialNumber, { at: now, reason: 'superseded' }, now)
      }
    })
}

async function publishing({ parts, clock }: TestVault) {
  clock.move(1)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  await publishLists(parts)
  const milliseconds = performance.now() - began
  delay.disable()
  return { milliseconds, longestMilliseconds: delay.max / 1e6 }
}

/** Hash and signature, milliseconds. */
function bareSignature(octets: Uint8Array): number {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const began = performance.now()
  sign('sha256', octets, privateKey)
  return performance.now() - began
}

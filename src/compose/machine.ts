/** What the machine gives: time, chance and cores. Everything else receives them as arguments. */
import { randomBytes, randomUUID } from 'node:crypto'
import { availableParallelism, hostname, userInfo } from 'node:os'
import { type Clock, type Random, seconds } from '../domain/time.ts'

export const wallClock: Clock = { now: () => seconds(Math.floor(Date.now() / 1000)) }

const stockBytes = 8192
let stock: Uint8Array = new Uint8Array(0)

/**
 * Drawn in stocks, because asking the generator costs microseconds each time. What was given out is wiped from the stock:
 * each byte has one owner.
 */
export const random: Random = (length) => {
  if (length > stockBytes / 8) return randomBytes(length)
  if (stock.length < length) stock = randomBytes(stockBytes)
  // A copy: `slice` of a Buffer would share the memory that is wiped next.
  const given = Uint8Array.from(stock.subarray(0, length))
  stock.fill(0, 0, length)
  stock = stock.subarray(length)
  return given
}

/** Faster than drawing and formatting 16 bytes: Node keeps a stock of them. */
export const newRequestId = (): string => randomUUID()

export const cores = availableParallelism()

export const machineName = hostname()

/** Who sits at the machine, for the audit of what the operator does there. */
export function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run under a number that has no name.
    return 'unknown'
  }
}

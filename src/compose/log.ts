/** The operator's log: one line of JSON for each event on standard error, for people with `jq` and for collectors alike. */
import type { Log } from '../vault/parts.ts'

export const log: Log = {
  info: (message, facts) => writeLine('info', message, facts),
  error: (message, facts) => writeLine('error', message, facts),
}

function writeLine(level: string, message: string, facts: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...facts })}\n`)
}

/** What is shown to prove control of names: rows <-> domain. Names of the DNS are kept in lower case. */
import type { ChallengeType, PresentedChallenge } from '../domain/challenge.ts'
import type { UnixSeconds } from '../domain/time.ts'
import type { Row, Statements } from './statements.ts'

const key = 'vault = ? AND order_key = ? AND type = ? AND identifier = ? AND token = ?'

export class ChallengeRows {
  readonly #sql: Statements

  constructor(sql: Statements) {
    this.#sql = sql
  }

  of(vault: string, orderKey: string): PresentedChallenge[] {
    return this.#all('vault = ? AND order_key = ? ORDER BY type, identifier, token', vault, orderKey)
  }

  byToken(token: string): PresentedChallenge[] {
    return this.#all('token = ? ORDER BY rowid', token)
  }

  byIdentifier(type: ChallengeType, value: string): PresentedChallenge[] {
    return this.#all('type = ? AND identifier = ? ORDER BY rowid', type, value.toLowerCase())
  }

  /** Few are shown at a time: none is looked for by an index. */
  toldSince(vault: string, account: string, since: UnixSeconds): PresentedChallenge[] {
    const where = "vault = ? AND document ->> '$.account' = ? AND document ->> '$.responded' > ?"
    return this.#all(`${where} ORDER BY rowid`, vault, account, since)
  }

  overdue(now: UnixSeconds, limit: number): PresentedChallenge[] {
    const sql = 'SELECT document FROM challenges WHERE until <= ? ORDER BY until LIMIT ?'
    return this.#sql.all(sql, now, limit).map(readChallenge)
  }

  put(challenge: PresentedChallenge): void {
    this.#sql.run(
      `INSERT INTO challenges (vault, order_key, type, identifier, token, until, document) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (vault, order_key, type, identifier, token) DO UPDATE SET until = excluded.until,
          document = excluded.document`,
      ...keysOf(challenge),
      challenge.until,
      JSON.stringify(challenge),
    )
  }

  remove(challenge: PresentedChallenge): void {
    this.#sql.run(`DELETE FROM challenges WHERE ${key}`, ...keysOf(challenge))
  }

  /** Rows keep their number when they are replaced, and new ones have higher numbers than those that are there. */
  #all(where: string, ...values: (string | number)[]): PresentedChallenge[] {
    return this.#sql.all(`SELECT document FROM challenges WHERE ${where}`, ...values).map(readChallenge)
  }
}

function keysOf({ vault, orderKey, type, identifier, token }: PresentedChallenge) {
  return [vault, orderKey, type, identifier.value.toLowerCase(), token] as const
}

function readChallenge(row: Row): PresentedChallenge {
  return JSON.parse(String(row.document)) as PresentedChallenge
}

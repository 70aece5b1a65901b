/** All migrations in their order: forward only, each in one transaction, never changed once released. */
import { initial } from './001-initial.ts'
import { objects } from './002-objects.ts'
import { preservedOrder } from './003-preserved-order.ts'
import { rotationDue } from './004-rotation-due.ts'
import { authorities } from './005-authorities.ts'
import { listTurns } from './006-list-turns.ts'
import { acme } from './007-acme.ts'
import { versionIssuers } from './008-version-issuers.ts'

export interface Migration {
  readonly number: number
  readonly name: string
  readonly sql: string
}

export const migrations: readonly Migration[] = [
  initial,
  objects,
  preservedOrder,
  rotationDue,
  authorities,
  listTurns,
  acme,
  versionIssuers,
]

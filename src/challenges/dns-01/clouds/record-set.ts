/**
 * One value among others, where a provider replaces sets of records as a whole: the set is read, the value added or taken out, and
 * the whole written only if it still is what was read. Nobody's value is lost, however many write at once.
 */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'

export interface RecordSet {
  readonly ttl: number
  /** In the provider's spelling. Those of others stay as they are. */
  readonly values: readonly string[]
}

export interface RecordSetStore<Read extends RecordSet> {
  /** For sentences. */
  readonly name: string
  /** How the provider may spell a value, the way in which it is written first. */
  spellings(value: string): readonly string[]
  read(): Promise<Read | undefined>
  /** @param before undefined: there was none. @param after undefined: there shall be none. */
  replace(before: Read | undefined, after: RecordSet | undefined): Promise<Replacement>
}

export type Replacement =
  /** `change` is what the provider calls it, if it tells when all of its servers have it. */
  | { readonly state: 'replaced'; readonly change?: string }
  /** Nothing was written. `refusal` is thrown if the set was none other than what was read. */
  | { readonly state: 'conflict'; readonly refusal: IssuerFailure }

/** For sets that did not exist. Whoever looked too early is not held up for long. */
const ttlSeconds = 60
const roundsMax = 10

/** @returns what the provider calls the change, if there was one. */
export async function addValue<Read extends RecordSet>(
  store: RecordSetStore<Read>,
  value: string,
): Promise<string | undefined> {
  const spellings = store.spellings(value)
  return change(store, (values) =>
    values.some((known) => spellings.includes(known)) ? values : [...values, spellings[0]!],
  )
}

export async function removeValue<Read extends RecordSet>(
  store: RecordSetStore<Read>,
  value: string,
): Promise<void> {
  const spellings = store.spellings(value)
  await change(store, (values) => {
    const others = values.filter((known) => !spellings.includes(known))
    return others.length === values.length ? values : others
  })
}

/** @param edit gives back the very list where there is nothing to do. */
async function change<Read extends RecordSet>(
  store: RecordSetStore<Read>,
  edit: (values: readonly string[]) => readonly string[],
): Promise<string | undefined> {
  let first: string | undefined
  let last: { readonly seen: string; readonly refusal: IssuerFailure } | undefined
  for (let round = 0; round < roundsMax; round++) {
    const before = await store.read()
    const values = before?.values ?? none
    const edited = edit(values)
    if (edited === values) return undefined
    const after = edited.length > 0 ? { ttl: before?.ttl ?? ttlSeconds, values: edited } : undefined
    const replacement = await store.replace(before, after)
    if (replacement.state === 'replaced') return replacement.change
    const seen = JSON.stringify([before?.ttl, values])
    first ??= seen
    last = { seen, refusal: replacement.refusal }
  }
  if (last && last.seen === first) throw last.refusal
  throw new IssuerFailure(
    'transient',
    `Others keep changing the TXT records of ${store.name} at the same time.`,
  )
}

const none: readonly string[] = []

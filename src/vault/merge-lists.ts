/** Lists that are kept in two places and answered as one: what belongs to certificates, and what stands for itself. */
import type { KeptObject } from '../domain/kept-object.ts'
import type { ObjectReader } from '../storage/object-storage.ts'
import type { CertificateReader, ManagedItem, Page } from '../storage/storage.ts'

/**
 * One page out of two that are in the same order and were asked for with the same limit. Nothing is missed: whatever is
 * left out comes after the last item, and so after the mark of the next page.
 * @param keyOf by which both are ordered; no key occurs in both.
 */
export function mergePages<A, B>(
  left: readonly A[],
  right: readonly B[],
  keyOf: (item: A | B) => string,
  limit: number,
): (A | B)[] {
  const merged: (A | B)[] = []
  let [l, r] = [0, 0]
  while (merged.length < limit && (l < left.length || r < right.length)) {
    const takeLeft = r >= right.length || (l < left.length && keyOf(left[l]!) < keyOf(right[r]!))
    merged.push(takeLeft ? left[l++]! : right[r++]!)
  }
  return merged
}

const onlyIssued = { includePending: false }

/**
 * One page of the live or deleted objects of a kind: those of certificates and those that stand for themselves.
 * @param write says how either is shown.
 */
export async function listByName<Facts, Summary extends { readonly name: string }>(
  certificates: CertificateReader,
  objects: ObjectReader<Facts>,
  { state, vault, page }: { readonly state: 'live' | 'deleted'; readonly vault: string; readonly page: Page },
  write: {
    readonly managedItem: (item: ManagedItem) => Summary
    readonly ownItem: (object: KeptObject<Facts>) => Summary
  },
): Promise<Summary[]> {
  const list = state === 'live' ? 'list' : 'listDeleted'
  const managed = await certificates[list](vault, page, onlyIssued)
  const own = await objects[list](vault, page)
  return mergePages(managed.map(write.managedItem), own.map(write.ownItem), nameOrder, page.limit)
}

/** The order of names: without regard to case, as storage has it. */
function nameOrder({ name }: { readonly name: string }): string {
  return name.toUpperCase()
}

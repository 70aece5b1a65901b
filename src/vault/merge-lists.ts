/** Lists that are kept in two places and answered as one: what belongs to certificates, and what stands for itself. */

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

/** The order of names: without regard to case, as storage has it. */
export function nameOrder({ name }: { readonly name: string }): string {
  return name.toUpperCase()
}

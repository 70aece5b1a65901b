/** Where two answers differ, by the paths of their members. */
import { isDeepStrictEqual } from 'node:util'
import type { Json } from './example.ts'

/** Lines like `attributes.exportable: missing`; none when the answers are alike. */
export function differences(recorded: Json, ours: Json, path = ''): string[] {
  if (isDeepStrictEqual(recorded, ours)) return []
  if (bothAre(isObject, recorded, ours)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(ours)])]
    return names.flatMap((name) => {
      const place = path === '' ? name : `${path}.${name}`
      if (!(name in ours)) return [`${place}: missing`]
      if (!(name in recorded)) return [`${place}: added`]
      return differences(recorded[name], ours[name], place)
    })
  }
  if (bothAre(Array.isArray, recorded, ours)) {
    const pairs: [Json, Json][] = recorded.map((item: Json, index: number) => [item, ours[index]])
    const counts =
      recorded.length === ours.length
        ? []
        : [`${path}: ${recorded.length} items were recorded, ${ours.length} are answered`]
    return [
      ...counts,
      ...pairs.slice(0, ours.length).flatMap(([was, is], index) => differences(was, is, `${path}[${index}]`)),
    ]
  }
  return [`${path}: ${JSON.stringify(recorded)} was recorded, ${JSON.stringify(ours)} is answered`]
}

const isObject = (value: Json) => typeof value === 'object' && value !== null && !Array.isArray(value)
const bothAre = (test: (value: Json) => boolean, left: Json, right: Json) => test(left) && test(right)

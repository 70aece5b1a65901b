/** Tables and links of the project's own Markdown, as the tests read them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

export function readDocument(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** The cells of the one table whose first header cell is `firstColumn`, without header and rule. */
export function tableOf(markdown: string, firstColumn: string): string[][] {
  const rows = markdown.split('\n').map(cellsOf)
  const header = rows.findIndex((cells) => cells[0] === firstColumn)
  if (header < 0) throw new Error(`there is no table whose first column is '${firstColumn}'`)
  const end = rows.findIndex((cells, index) => index > header && cells.length === 0)
  return rows.slice(header + 2, end < 0 ? undefined : end)
}

function cellsOf(line: string): string[] {
  if (!line.startsWith('|')) return []
  return line
    .slice(1, line.trimEnd().lastIndexOf('|'))
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

/** What a cell says in `code`; `typesOnly` where the word (types) follows. */
export function codeIn(cell: string): { code: string; typesOnly: boolean }[] {
  return [...cell.matchAll(/`([^`]+)`( \(types\))?/g)].map(([, code, types]) => ({
    code: code!,
    typesOnly: types !== undefined,
  }))
}

/** Targets of links to files of the repository, without anchors. */
export function relativeLinksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!.replace(/#.*$/, ''))
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}

/** Other programs that read what is written here, each with files in a folder that is gone after the tests. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'

/** Where programs have to be there, a missing one fails its tests; elsewhere it skips them. */
export function needs(program: string, versionFlag: string): { skip: string | false } {
  const missing = spawnSync(program, [versionFlag]).error !== undefined
  return { skip: missing && process.env.CI !== 'true' ? `needs ${program}` : false }
}

export interface Outcome {
  readonly status: number | null
  /** Both outputs, the standard one first. */
  readonly text: string
}

export function attempt(program: string, ...parameters: string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { encoding: 'utf8' })
  assert.ifError(error)
  return { status, text: stdout + stderr }
}

/** What a program says that has to succeed. */
export function run(program: string, ...parameters: string[]): string {
  const { status, text } = attempt(program, ...parameters)
  assert.equal(status, 0, text)
  return text
}

/** A folder for one test file. */
export function workFolder(): {
  path(name: string): string
  save(name: string, content: string | Uint8Array): string
} {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-x509-'))
  after(() => rmSync(folder, { recursive: true }))
  const path = (name: string) => join(folder, name)
  const save = (name: string, content: string | Uint8Array) => {
    writeFileSync(path(name), content)
    return path(name)
  }
  return { path, save }
}

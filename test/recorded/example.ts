/** Answers that the real service gave, as recorded by Microsoft's own test suites. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

// biome-ignore lint/suspicious/noExplicitAny: JSON of every shape.
export type Json = any

export interface Example {
  /** The name of its file, without `.json`. */
  readonly name: string
  readonly method: string
  /** Path and query, as they were sent. */
  readonly path: string
  readonly accept?: string
  readonly body: Json
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly answer: Json
}

/** Where the recorded vault stood; names of vaults were replaced by this one. */
export const recordedOrigin = 'https://myvault.vault.azure.net'

const folder = join(import.meta.dirname, '..', 'vectors', 'keyvault', 'answers')

export const examples: readonly Example[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => {
    const { request, response } = JSON.parse(readFileSync(join(folder, file), 'utf8'))
    return {
      name: file.slice(0, -'.json'.length),
      method: request.method,
      path: request.url.slice(recordedOrigin.length),
      // Request headers are not on record; only the answer's type tells what was asked for.
      ...(/pkcs10/.test(response.headers?.['content-type']) && { accept: 'application/pkcs10' }),
      body: request.body ?? undefined,
      // Two files repeat examples of the specification, whose status stands only there.
      status: response.status,
      headers: response.headers ?? {},
      answer: response.body ?? undefined,
    }
  })

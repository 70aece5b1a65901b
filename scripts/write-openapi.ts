/** Writes `openapi.json` anew; a test holds it against the routes. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApi } from '../src/http/openapi.ts'
import { routes } from '../src/http/routes/index.ts'

const root = join(import.meta.dirname, '..')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
writeFileSync(join(root, 'openapi.json'), `${JSON.stringify(openApi(routes, version), null, 2)}\n`)

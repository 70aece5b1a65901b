import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { exec } from '../../../src/challenges/dns-01/providers/exec.ts'
import { openPrograms } from '../../../src/challenges/dns-01/run-programs.ts'
import { IssuerFailure } from '../../../src/domain/issuer-failure.ts'
import { dnsProviderConformance } from '../../conformance/dns-provider.ts'
import { providerTools } from './house.ts'

const name = '_acme-challenge.www.example.org'
const record = { zone: 'example.org', name, value: 'v' }
const searchPath = '/usr/bin:/bin'

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'certkeep-exec-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** A program of these lines of shell. */
function program(folder: string, lines: string): string {
  const path = join(folder, 'program with a blank')
  writeFileSync(path, `#!/bin/sh\n${lines}\n`)
  chmodSync(path, 0o700)
  return path
}

function toolsFor(path: string, secondsMax = 5) {
  return providerTools('', {
    programs: openPrograms({ paths: new Map([['dns', path]]), searchPath, secondsMax }),
  })
}

const connect = (path: string, secondsMax?: number) =>
  exec.connect(toolsFor(path, secondsMax), { program: 'dns' })

/** Waits until a process is gone, or only waits to be buried. */
async function ended(pid: number): Promise<void> {
  const state = () => spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim()
  while (!/^(?:Z.*)?$/.test(state())) await new Promise((resolve) => setTimeout(resolve, 20))
}

dnsProviderConformance('exec', async (t) => {
  const folder = folderOf(t)
  // A zone is a folder of names with a file for each value. What stands in `mood` comes first.
  const path = program(
    folder,
    `cd '${folder}'
    if [ -e mood ]; then . ./mood; fi
    mkdir -p "zone/$2"
    case "$1" in
      present) : > "zone/$2/$3" ;;
      cleanup) rm -f "zone/$2/$3" ;;
      *) exit 64 ;;
    esac`,
  )
  const moods = {
    silence: 'sleep 60',
    garbage: `printf '\\033[2J\\000\\377' >&2; exit 3`,
    flood: 'head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2; exit 1',
    busy: 'echo "try again later" >&2; exit 75',
  }
  const zone = (at: string) => join(folder, 'zone', `${at}.`)
  const tools = toolsFor(path, 1)
  return {
    kind: exec,
    settings: { program: 'dns' },
    tools,
    // It has none that could be wrong; a name that the operator did not give comes closest.
    wrongTools: { ...tools, programs: openPrograms({ paths: new Map(), searchPath }) },
    zone: 'example.org',
    name,
    valuesAt: async (at) => (existsSync(zone(at)) ? readdirSync(zone(at)) : []),
    async plant(at, value) {
      mkdirSync(zone(at), { recursive: true })
      writeFileSync(join(zone(at), value), '')
    },
    misbehave(how) {
      if (how) writeFileSync(join(folder, 'mood'), moods[how])
      else rmSync(join(folder, 'mood'), { force: true })
    },
    secrets: [],
    badSettings: { program: { program: '/bin/rm' } },
  }
})

describe('a program', () => {
  test('is given its parameters as they are, PATH and nothing else', async (t) => {
    const folder = folderOf(t)
    const path = program(
      folder,
      `cd '${folder}'; for one in "$@"; do echo "$one"; done > parameters; env > environment`,
    )
    const value = '$(touch x) "; `touch y` * \\ -- é'
    await connect(path).add({ ...record, value })
    assert.equal(readFileSync(join(folder, 'parameters'), 'utf8'), `present\n${name}.\n${value}\n`)
    // What the shell itself sets.
    const own = /^(?:PWD|OLDPWD|SHLVL|_)=/
    const environment = readFileSync(join(folder, 'environment'), 'utf8').trim().split('\n')
    assert.deepEqual(
      environment.filter((line) => !own.test(line)),
      [`PATH=${searchPath}`],
    )
  })

  test('is heard to its last line, and no further', async (t) => {
    const folder = folderOf(t)
    const path = program(folder, `echo first >&2; printf 'no such zone\\033[31m\\n\\n' >&2; exit 9`)
    await assert.rejects(connect(path).add(record), {
      name: 'IssuerFailure',
      message: 'The program dns ended with status 9: no such zone [31m.',
    })
    const long = program(folder, `head -c 9000 /dev/zero | tr '\\0' x >&2; exit 1`)
    await assert.rejects(connect(long).add(record), (error: Error) => error.message.length < 300)
  })

  test('is stopped with all that it started when it takes too long', async (t) => {
    const folder = folderOf(t)
    const path = program(folder, `sleep 600 & echo $! > '${folder}/pid'; wait`)
    await assert.rejects(connect(path, 0.5).add(record), /was stopped: it took more than 0.5 seconds/)
    await ended(Number(readFileSync(join(folder, 'pid'), 'utf8')))
  })

  test('leaves nothing running behind', async (t) => {
    const folder = folderOf(t)
    const path = program(folder, `sleep 600 & echo $! > '${folder}/pid'`)
    await connect(path).add(record)
    await ended(Number(readFileSync(join(folder, 'pid'), 'utf8')))
  })

  for (const [what, make, message] of [
    ['is not there', (folder: string) => join(folder, 'none'), /could not be started: there is no such file/],
    [
      'may not be run',
      (folder: string) => {
        const path = program(folder, 'true')
        chmodSync(path, 0o600)
        return path
      },
      /could not be started: it may not be run/,
    ],
    ['ends itself', (folder: string) => program(folder, 'kill -9 $$'), /was stopped: somebody ended it/],
  ] as const)
    test(`that ${what} is told of`, async (t) => {
      await assert.rejects(connect(make(folderOf(t))).add(record), (error) => {
        assert.ok(error instanceof IssuerFailure)
        assert.match(error.message, message)
        return true
      })
    })

  test('that the operator did not name is not run', async () => {
    const tools = toolsFor('/bin/true')
    await assert.rejects(
      exec.connect(tools, { program: 'other' }).add(record),
      /has named no program other; it is named by --acme-exec other=PATH/,
    )
    await assert.rejects(tools.programs.run('other', []), RangeError)
  })
})

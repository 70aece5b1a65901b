/** BIND's server with a key of each algorithm, and its own programs that ask it and change it. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TsigAlgorithm, tsigAlgorithms } from '../../src/challenges/dns-01/dynamic-update/tsig.ts'
import { freePort } from '../../test/azure/service.ts'

export interface Key {
  readonly name: string
  readonly algorithm: TsigAlgorithm
  /** In base64. */
  readonly secret: string
}

export interface Bind {
  readonly port: number
  /** One for each algorithm. They may change TXT records below `challenges` of the zone, and no other. */
  readonly keys: readonly Key[]
  /** What `dig` sees. */
  dig(name: string, ...options: readonly string[]): readonly string[]
  /** Whether `nsupdate` could do it. */
  nsupdate(key: Key, command: string): boolean
  stop(): Promise<void>
}

export const zone = 'example.org'

export async function startBind(): Promise<Bind> {
  const folder = join(process.env.INTEROP_WORK ?? '', 'named')
  mkdirSync(folder)
  const port = await freePort()
  const keys = (Object.keys(tsigAlgorithms) as TsigAlgorithm[]).map((algorithm) => ({
    name: `key-${algorithm}`,
    algorithm,
    secret: randomBytes(64).toString('base64'),
  }))
  const grants = keys.map(({ name }) => `grant ${name} subdomain challenges.${zone}. TXT;`).join(' ')
  writeFileSync(
    join(folder, 'zone'),
    `$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
_acme-challenge.www CNAME www.challenges
`,
  )
  writeFileSync(
    join(folder, 'named.conf'),
    `${keys.map(({ name, algorithm, secret }) => `key "${name}" { algorithm ${algorithm}; secret "${secret}"; };`).join('\n')}
options {
  directory "${folder}"; pid-file "${folder}/pid"; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no;
};
controls { };
zone "${zone}" { type primary; file "${folder}/zone"; update-policy { ${grants} }; };
`,
  )
  const child = spawn('named', ['-g', '-c', join(folder, 'named.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  process.once('exit', () => child.kill('SIGKILL'))
  const dig = (name: string, ...options: readonly string[]) =>
    execFileSync(
      'dig',
      ['@127.0.0.1', '-p', String(port), '+short', '+tries=1', '+time=2', ...options, name, 'TXT'],
      {
        encoding: 'utf8',
      },
    )
      .split('\n')
      .filter((line) => line.startsWith('"'))
      .map((line) => line.replaceAll('"', ''))
      .sort()
  for (let tries = 0; !said.includes('all zones loaded'); tries++) {
    if (tries === 100 || child.exitCode !== null) throw new Error(`named did not start: ${said.slice(-2000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    port,
    keys,
    dig,
    nsupdate({ name, algorithm, secret }, command) {
      const input = `server 127.0.0.1 ${port}\nzone ${zone}\n${command}\nsend\n`
      return spawnSync('nsupdate', ['-y', `${algorithm}:${name}:${secret}`], { input }).status === 0
    },
    async stop() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

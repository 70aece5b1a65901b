/** BIND with a zone that takes signed updates, as operators have it. */
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { freePort } from '../../test/azure/service.ts'
import { inWork, pause } from './vault.ts'

export interface NameServer {
  readonly port: number
  readonly zone: string
  /** Of the key that may change the zone: its name, and its secret in base64. */
  readonly key: { readonly name: string; readonly secret: string }
  readonly resolver: Resolver
  stop(): Promise<void>
}

const zone = 'bind.example'

export async function startNamed(): Promise<NameServer> {
  const folder = inWork('named')
  mkdirSync(folder, { recursive: true })
  const port = await freePort()
  const key = { name: 'updates', secret: randomBytes(32).toString('base64') }
  writeFileSync(
    `${folder}/zone`,
    `$TTL 60
@ SOA ns1 hostmaster 1 3600 600 86400 60
@ NS ns1
ns1 A 127.0.0.1
@ A 127.0.0.1
* A 127.0.0.1
`,
  )
  writeFileSync(
    `${folder}/named.conf`,
    `key "${key.name}" { algorithm hmac-sha256; secret "${key.secret}"; };
options {
  directory "${folder}"; pid-file "${folder}/pid"; session-keyfile none;
  listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no; notify no;
};
controls { };
zone "${zone}" { type primary; file "${folder}/zone"; update-policy { grant ${key.name} subdomain ${zone}. TXT; }; };
`,
  )
  const child = spawn('named', ['-g', '-c', `${folder}/named.conf`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const resolver = new Resolver({ timeout: 500, tries: 1 })
  resolver.setServers([`127.0.0.1:${port}`])
  const isReady = () => resolver.resolveSoa(zone).then(Boolean, () => false)
  for (let tries = 0; !(await isReady()); tries++) {
    if (tries === 50 || child.exitCode !== null) throw new Error(`named did not start: ${said.slice(-2000)}`)
    await pause(100)
  }
  return {
    port,
    zone,
    key,
    resolver,
    async stop() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

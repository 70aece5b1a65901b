/** step-ca with an ACME provisioner: another CA of another maker, with its own idea of the protocol. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { freePort } from '../../test/azure/service.ts'
import { pemOf, root } from '../../test/doubles/tls-party.ts'
import { ca, issue, type Party } from '../../test/x509/authority.ts'
import { step } from '../pebble/steps.ts'
import { certificatesIn, hostsOf, verify } from './judge.ts'
import {
  arrived,
  create,
  inWork,
  type Listeners,
  pause,
  secretOf,
  setIssuer,
  type Vault,
  version,
} from './vault.ts'

export async function stepCa(
  { send }: Vault,
  places: { readonly program: string; readonly dns: number; readonly listeners: Listeners },
): Promise<void> {
  const server = await startStepCa(places)
  try {
    for (const [type, hosts] of [
      ['http-01', ['a.web.example', 'b.web.example']],
      ['tls-alpn-01', ['step.tls.example']],
      ['http-01', ['127.0.0.1']],
    ] as const)
      await step(`step-ca certifies ${hosts.join(' and ')} by ${type}`, async () => {
        const name = `step-${++count}`
        const { directory, rootPem } = server
        await setIssuer(send, name, { directory, trustRoots: [rootPem], challenges: [{ type }] })
        await create(send, { name, issuer: name, hosts })
        await arrived(send, name)
        const chain = certificatesIn(await secretOf(send, name))
        assert.deepEqual(hostsOf(chain[0]!), hosts.toSorted())
        verify(rootPem, [chain])
      })
    await step('step-ca revokes', async () => {
      const { id } = (await send({ path: `/certificates/step-1?${version}` })).json
      const path = `${new URL(id).pathname}/revoke?${version}`
      const reply = await send({ method: 'POST', path, body: { reason: 'superseded' } })
      assert.equal(reply.status, 200, reply.text)
    })
  } finally {
    await server.stop()
  }
}

let count = 0

async function startStepCa({ program, dns, listeners }: Parameters<typeof stepCa>[1]) {
  const folder = inWork('step-ca')
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string) => {
    writeFileSync(`${folder}/${name}`, text)
    return `${folder}/${name}`
  }
  const top = root('step root')
  const intermediate = issue('CN=step intermediate', { ...ca, issuer: top })
  const port = await freePort()
  const settings = {
    root: write('root.pem', pemOf(top)),
    crt: write('ca.pem', pemOf(intermediate)),
    key: write('ca.key', keyOf(intermediate)),
    address: `127.0.0.1:${port}`,
    dnsNames: ['localhost'],
    db: { type: 'badgerv2', dataSource: `${folder}/db` },
    authority: { provisioners: [{ type: 'ACME', name: 'acme' }] },
  }
  const log = `${folder}/log`
  const child = spawn(
    program,
    [
      ...[
        '--insecure',
        '--acme-http-port',
        String(listeners.http),
        '--acme-tls-port',
        String(listeners.tlsAlpn),
      ],
      ...['--resolver', `127.0.0.1:${dns}`, write('ca.json', JSON.stringify(settings))],
    ],
    {
      stdio: ['ignore', openSync(log, 'w'), openSync(log, 'a')],
      env: { PATH: process.env.PATH, HOME: folder, STEPPATH: folder },
    },
  )
  for (let tries = 0; !/Serving HTTPS/.test(readFileSync(log, 'utf8')); tries++) {
    if (tries === 100 || child.exitCode !== null)
      throw new Error(`step-ca did not start: ${readFileSync(log, 'utf8')}`)
    await pause(100)
  }
  return {
    directory: `https://localhost:${port}/acme/acme/directory`,
    rootPem: pemOf(top),
    async stop() {
      child.kill()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

const keyOf = ({ key }: Party) => key.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()

/** Proof by signed updates of the DNS (RFC 2136, RFC 8945): BIND takes them, the CA sees them there, and nothing is left. */
import assert from 'node:assert/strict'
import { type Pebble, startPebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { certificatesIn, hostsOf, verify } from './judge.ts'
import { type NameServer, startNamed } from './named.ts'
import {
  arrived,
  create,
  freeListeners,
  inWork,
  openVault,
  pause,
  pendingOf,
  secretOf,
  setIssuer,
  type Vault,
  version,
} from './vault.ts'

/** The zone is found by asking, since the service is told of no other server than BIND. */
export async function updates(programs: string): Promise<void> {
  const named = await startNamed()
  const listeners = await freeListeners()
  const pebble = await startPebble(programs, inWork('pebble-named'), {
    externalAccountRequired: false,
    dnsPort: named.port,
  })
  const vault = await openVault({ dns: named.port, listeners })
  process.once('exit', () => {
    pebble.stop()
    vault.service.process.kill('SIGKILL')
  })
  try {
    await walk(vault, pebble, named)
  } finally {
    await vault.service.stop()
    pebble.stop()
    await named.stop()
  }
}

async function walk(
  { send }: Vault,
  pebble: Pebble,
  { port, zone, key, resolver }: NameServer,
): Promise<void> {
  const issuer = (type: string, secret: string) => ({
    directory: pebble.directory,
    trustRoots: [pebble.tlsRoot],
    challenges: [
      {
        type,
        provider: 'rfc2136',
        server: `127.0.0.1:${port}`,
        keyName: key.name,
        secret,
        resolvers: [`127.0.0.1:${port}`],
      },
    ],
  })
  const keep = async (name: string, value: string) => {
    const body = { value, tags: { 'certkeep-use': 'challenges' } }
    const reply = await send({ method: 'PUT', path: `/secrets/${name}?${version}`, body })
    assert.equal(reply.status, 200, reply.text)
  }
  await keep('tsig', key.secret)
  await keep('wrong-key', Buffer.alloc(32).toString('base64'))
  for (const type of ['dns-01', 'dns-account-01'])
    await step(`${type} by updates of BIND, for a name, its wildcard and a name below`, async () => {
      await setIssuer(send, type, issuer(type, 'tsig'))
      const hosts = [zone, `*.${zone}`, `deep.below.${zone}`]
      await create(send, { name: type, issuer: type, hosts })
      await arrived(send, type)
      const chain = certificatesIn(await secretOf(send, type))
      assert.deepEqual(hostsOf(chain[0]!), hosts.toSorted())
      verify(await pebble.root(0), [chain])
      for (const name of [zone, `deep.below.${zone}`])
        await assert.rejects(resolver.resolveTxt(`_acme-challenge.${name}`), { code: /ENODATA|ENOTFOUND/ })
    })

  await step('BIND refuses the wrong key, and the operation says so', async () => {
    await setIssuer(send, 'wrong', issuer('dns-01', 'wrong-key'))
    await create(send, { name: 'wrong', issuer: 'wrong', hosts: [`wrong.${zone}`] })
    const details = async () => (await pendingOf(send, 'wrong')).status_details ?? ''
    for (let looks = 0; looks < 100 && !/key/.test(await details()); looks++) await pause(100)
    assert.match(await details(), /key.*updates|updates.*key/)
  })
}

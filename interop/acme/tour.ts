/** The whole service with ACME CAs at the other end. */
import { startPebble } from '../pebble/pebble.ts'
import { writeDnsProgram } from './dns-program.ts'
import { mass } from './mass.ts'
import { freeListeners, inWork, openVault, setIssuer } from './vault.ts'

const listeners = await freeListeners()
const pebble = await startPebble(process.env.PEBBLE_PROGRAMS!, inWork('pebble'), {
  httpPort: listeners.http,
  tlsPort: listeners.tlsAlpn,
  externalAccountRequired: false,
  settings: { PEBBLE_VA_NOSLEEP: '', PEBBLE_VA_SLEEPTIME: '2', PEBBLE_AUTHZREUSE: '50' },
})
process.once('exit', () => pebble.stop())
const { ports, directory, tlsRoot } = pebble
const program = writeDnsProgram(ports.dnsManagement)
const vault = await openVault({ dns: ports.dns, listeners, program })
process.once('exit', () => vault.service.process.kill('SIGKILL'))

const records = { provider: 'exec', program: 'records', resolvers: [`127.0.0.1:${ports.dns}`] }
const shared = { directory, trustRoots: [tlsRoot] }
await setIssuer(vault.send, 'pebble', {
  ...shared,
  challenges: [
    { type: 'tls-alpn-01', names: ['tls.example'] },
    { type: 'dns-01', names: ['dns.example'], zone: 'dns.example', ...records },
    { type: 'dns-account-01', names: ['account.example'], zone: 'account.example', ...records },
    { type: 'http-01' },
  ],
})
await setIssuer(vault.send, 'tls', { ...shared, challenges: [{ type: 'tls-alpn-01' }] })

await mass(vault, pebble)

await vault.service.stop()
pebble.stop()

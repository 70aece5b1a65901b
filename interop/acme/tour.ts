/** The whole service with ACME CAs at the other end: a certkeep as operators start it, and clients as they are published. */
import { startPebble } from '../pebble/pebble.ts'
import { clients } from './clients.ts'
import { deaths } from './deaths.ts'
import { writeDnsProgram } from './dns-program.ts'
import { hindrances } from './hindrances.ts'
import { killsUnderLoad } from './kills-under-load.ts'
import { mass } from './mass.ts'
import { refinements } from './refinements.ts'
import { renewalAdvice } from './renewal-advice.ts'
import { stepCa } from './step-ca.ts'
import { updates } from './updates.ts'
import { freeListeners, inWork, openVault, setIssuer } from './vault.ts'

const programs = process.env.PEBBLE_PROGRAMS!
const listeners = await freeListeners()
const ports = { httpPort: listeners.http, tlsPort: listeners.tlsAlpn }
/** Validation takes a moment, and what is proved may be proved again or not. */
const unsteady = { PEBBLE_VA_NOSLEEP: '', PEBBLE_VA_SLEEPTIME: '2', PEBBLE_AUTHZREUSE: '50' }
const open = { ...ports, externalAccountRequired: false, settings: unsteady }
const pebble = await startPebble(programs, inWork('pebble'), open)
process.once('exit', () => pebble.stop())
const bound = await startPebble(programs, inWork('pebble-bound'), ports)
process.once('exit', () => bound.stop())

const program = writeDnsProgram(pebble.ports.dnsManagement)
const { dns } = pebble.ports
const vault = await openVault({ dns, listeners, program })
process.once('exit', () => vault.service.process.kill('SIGKILL'))
const records = { provider: 'exec', program: 'records', resolvers: [`127.0.0.1:${dns}`] }
const byRecord = { type: 'dns-01', zone: 'dns.example', ...records }
const shared = { directory: pebble.directory, trustRoots: [pebble.tlsRoot] }
const everyWay = [
  { type: 'tls-alpn-01', names: ['tls.example'] },
  { ...byRecord, names: ['dns.example'] },
  { type: 'dns-account-01', names: ['account.example'], zone: 'account.example', ...records },
  { type: 'http-01' },
]
await setIssuer(vault.send, 'pebble', { ...shared, challenges: everyWay })
await setIssuer(vault.send, 'tls', { ...shared, challenges: [{ type: 'tls-alpn-01' }] })

await mass(vault, pebble)
await Promise.all([
  clients(vault, pebble),
  refinements(vault, pebble, bound, byRecord),
  renewalAdvice(vault, pebble),
  stepCa(vault, { program: process.env.STEP_CA!, dns, listeners }),
  updates(programs),
])
// From here on clocks are moved.
const mortals = [1, 2, 3].map(async () => openVault({ dns, listeners: await freeListeners(), program }))
await Promise.all([hindrances(vault, pebble), deaths(await Promise.all(mortals), pebble, byRecord)])

await killsUnderLoad(vault, pebble, byRecord)

process.exit()

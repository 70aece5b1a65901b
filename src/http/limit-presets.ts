/** The limits that an operator can choose by name. */
import { type VerbName, verbs } from '../access/verbs.ts'
import { keyWeight } from './key-weight.ts'
import type { Limit } from './rate-limit.ts'

/** All figures are for so long. */
export const limitWindowSeconds = 10

const set = (...names: readonly VerbName[]): ReadonlySet<VerbName> => new Set(names)
const keyVerbs = new Set(
  (Object.keys(verbs) as VerbName[]).filter((name) => verbs[name].collection === 'keys'),
)

/** The published limits of Key Vault, for keys in software. A certificate costs the making of its key. */
const keyVault: readonly Limit[] = [
  {
    name: 'key creations',
    max: 20,
    per: 'vault',
    verbs: set('CertificateCreate', 'KeyCreate', 'KeyRotate', 'KeyRelease'),
  },
  {
    name: 'imports and new secrets',
    max: 300,
    per: 'vault',
    verbs: set('CertificateImport', 'KeyImport', 'SecretSet'),
  },
  {
    name: 'key transactions (by the weight of their keys)',
    max: 4000,
    per: 'vault',
    verbs: keyVerbs,
    weigh: keyWeight,
  },
  { name: 'transactions', max: 4000, per: 'vault' },
]

/** What Key Vault gives a whole subscription, for each caller: only programs that run wild come near it. */
const generous: readonly Limit[] = [{ name: 'requests', max: 20_000, per: 'caller' }]

/** Of everybody, by address: checking certificates takes a few requests, and what caches keep takes none. */
export const publicLimits: readonly Limit[] = [{ name: 'requests', max: 2000, per: 'caller' }]

export const limitPresets = { generous, 'key-vault': keyVault, off: [] } as const

/**
 * Azure's built-in roles, as far as Key Vault's data is concerned: one table of role and data actions. Roles that only
 * manage resources are listed too, so that assigning them is understood; they give no access to data.
 */

/** Without the prefix `Microsoft.KeyVault/vaults/`. */
export const dataActions = [
  'certificatecas/read',
  'certificatecas/write',
  'certificatecas/delete',
  'certificatecontacts/write',
  'certificates/read',
  'certificates/delete',
  'certificates/create/action',
  'certificates/import/action',
  'certificates/update/action',
  'certificates/recover/action',
  'certificates/restore/action',
  'certificates/backup/action',
  'certificates/purge/action',
  'keys/read',
  'keys/delete',
  'keys/create/action',
  'keys/import/action',
  'keys/update/action',
  'keys/recover/action',
  'keys/restore/action',
  'keys/backup/action',
  'keys/purge/action',
  'keys/encrypt/action',
  'keys/decrypt/action',
  'keys/wrap/action',
  'keys/unwrap/action',
  'keys/sign/action',
  'keys/verify/action',
  'keys/release/action',
  'keys/rotate/action',
  'keyrotationpolicies/read',
  'keyrotationpolicies/write',
  'secrets/delete',
  'secrets/getSecret/action',
  'secrets/setSecret/action',
  'secrets/readMetadata/action',
  'secrets/update/action',
  'secrets/recover/action',
  'secrets/restore/action',
  'secrets/backup/action',
  'secrets/purge/action',
] as const

export type DataAction = (typeof dataActions)[number]

export const dataActionPrefix = 'Microsoft.KeyVault/vaults/'

export interface Role {
  /** Azure's GUID of the role definition. */
  readonly id: string
  readonly name: string
  /** Patterns without prefix; `*` stands for any characters, slashes included. */
  readonly dataActions: readonly string[]
}

const cryptoUserActions = ['update', 'backup', 'encrypt', 'decrypt', 'wrap', 'unwrap', 'sign', 'verify'].map(
  (word) => `keys/${word}/action`,
)

export const roles: readonly Role[] = [
  role('00482a5a-887f-4fb3-b363-3b7fe8e74483', 'Key Vault Administrator', '*'),
  role('21090545-7ca7-4776-b22c-e363652d74d2', 'Key Vault Reader', '*/read', 'secrets/readMetadata/action'),
  role(
    'a4417e6f-fecd-4de8-b567-7b0420556985',
    'Key Vault Certificates Officer',
    'certificatecas/*',
    'certificates/*',
    'certificatecontacts/write',
  ),
  role(
    'db79e9a7-68ee-4b58-9aeb-b90e7c24fcba',
    'Key Vault Certificate User',
    'certificates/read',
    'secrets/getSecret/action',
    'secrets/readMetadata/action',
    'keys/read',
  ),
  role('14b46e9e-c2b7-41b4-b07b-48a6ebf60603', 'Key Vault Crypto Officer', 'keys/*', 'keyrotationpolicies/*'),
  role('12338af0-0e69-4776-bea7-57ae8d297424', 'Key Vault Crypto User', 'keys/read', ...cryptoUserActions),
  role(
    'e147488a-f6f5-4113-8e2d-b22465e65bf6',
    'Key Vault Crypto Service Encryption User',
    'keys/read',
    'keys/wrap/action',
    'keys/unwrap/action',
  ),
  role(
    '08bbd89e-9f13-488c-ac41-acfcb10c90ab',
    'Key Vault Crypto Service Release User',
    'keys/release/action',
  ),
  role('b86a8fe4-44ce-4948-aee5-eccb2c155cd7', 'Key Vault Secrets Officer', 'secrets/*'),
  role(
    '4633458b-17de-408a-b874-0445c86b69e6',
    'Key Vault Secrets User',
    'secrets/getSecret/action',
    'secrets/readMetadata/action',
  ),
  // Azure names the role for deleted vaults; here it also purges deleted objects, and sees what there is to purge.
  role(
    'a68e7c17-0ab2-4c09-9a58-125dae29748c',
    'Key Vault Purge Operator',
    'certificates/purge/action',
    'keys/purge/action',
    'secrets/purge/action',
    'certificates/read',
    'keys/read',
    'secrets/readMetadata/action',
  ),
  role('f25e0fa2-a7c8-4377-a976-54943a77a395', 'Key Vault Contributor'),
  role('8b54135c-b56d-4d72-a534-26097cfdc8d8', 'Key Vault Data Access Administrator'),
  role('8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner'),
  role('b24988ac-6180-42a0-ab88-20f7382dd24c', 'Contributor'),
  role('acdd72a7-3385-48ef-bd42-f606fba81ae7', 'Reader'),
  role('18d7d88d-d35e-4fb5-a5c3-7773c20a72d9', 'User Access Administrator'),
]

function role(id: string, name: string, ...patterns: string[]): Role {
  return { id, name, dataActions: patterns }
}

/** By name, without regard to case, or by GUID. */
export function findRole(nameOrId: string): Role | undefined {
  const wanted = nameOrId.toLowerCase()
  return roles.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted)
}

/** Every role's data actions spelled out once, so that deciding is a look-up. */
const grantedActions: ReadonlyMap<string, ReadonlySet<DataAction>> = new Map(
  roles.map(({ id, dataActions: patterns }) => [
    id,
    new Set(dataActions.filter((action) => patterns.some((pattern) => matches(pattern, action)))),
  ]),
)

/** Whether the role gives the action; an unknown role gives nothing. */
export function roleAllows(roleId: string, action: DataAction): boolean {
  return grantedActions.get(roleId)?.has(action) ?? false
}

function matches(pattern: string, action: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${expression}$`, 'i').test(action)
}

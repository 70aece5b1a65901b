/** The longer statements of certificates and versions. */

export const itemColumns =
  'name, version, issued, enabled, not_before, not_after, created, updated, thumbprint, tags, secret_content_type, deleted_at, scheduled_purge_at'
export const summaryColumns =
  'version, enabled, not_before, not_after, created, updated, thumbprint, tags, secret_content_type'
export const versionColumns =
  'exportable, key_type, key_operations, public_key, certificate, chain, preserve_order, issuer, revocation, key_uri, wrapped_key, secret_value'

export const findSql = `
  SELECT c.*, p.policy, p.created AS policy_created, p.updated AS policy_updated,
    EXISTS (SELECT 1 FROM operations o WHERE o.vault = c.vault AND o.name_key = c.name_key) AS has_operation
  FROM certificates c JOIN policies p ON p.vault = c.vault AND p.name_key = c.name_key
  WHERE c.vault = ? AND c.name_key = ?`

export const findCurrentVersionSql = `
  SELECT v.* FROM certificates c JOIN versions v ON v.vault = c.vault AND v.name_key = c.name_key AND v.version = c.version
  WHERE c.vault = ? AND c.name_key = ?`

export const findVersionSql = 'SELECT * FROM versions WHERE vault = ? AND name_key = ? AND version = ?'

/** In the order in which they were added. */
export const allVersionsSql = 'SELECT * FROM versions WHERE vault = ? AND name_key = ? ORDER BY rowid'

/** Of a live certificate: the summary of a version and some of what only one purpose needs. */
const findLiveSql = (columns: string, version: string) => `
  SELECT c.name, v.version, v.enabled, v.not_before, v.not_after, v.created, v.updated, v.thumbprint, v.tags,
    v.secret_content_type, ${columns}
  FROM certificates c JOIN versions v ON v.vault = c.vault AND v.name_key = c.name_key AND v.version = ${version}
  WHERE c.vault = ? AND c.name_key = ? AND c.deleted_at IS NULL`
export const findCurrentSecretSql = findLiveSql('v.secret_value', 'c.version')
export const findVersionSecretSql = findLiveSql('v.secret_value', '?')

const keyColumns = 'v.public_key, v.key_operations, v.key_uri, v.wrapped_key'
export const findCurrentKeySql = findLiveSql(keyColumns, 'c.version')
export const findVersionKeySql = findLiveSql(keyColumns, '?')

// The page is cut from the narrow index before any row is looked up.
const listSql = (index: string, condition: string) => `
  SELECT ${itemColumns} FROM certificates INDEXED BY ${index}
  WHERE vault = ? AND name_key > ? AND ${condition} ORDER BY name_key LIMIT ?`
export const listLiveSql = listSql('certificates_live', 'deleted_at IS NULL AND issued = 1')
export const listWaitingSql = listSql('certificates_waiting', 'deleted_at IS NULL AND issued = 0')
export const listDeletedSql = listSql('certificates_deleted', 'deleted_at IS NOT NULL')

/** The key of a completed operation is that of its version. */
export const purgedKeysSql = `
  SELECT key_uri, wrapped_key FROM versions WHERE vault = ? AND name_key = ?
  UNION ALL
  SELECT key_uri, wrapped_key FROM operations WHERE vault = ? AND name_key = ? AND status <> 'completed'`

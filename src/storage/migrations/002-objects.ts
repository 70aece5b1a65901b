/**
 * Secrets and keys that stand for themselves; issuers and contacts of a vault; the form of its PFX values. `objects`
 * holds what belongs to a name, `object_versions` all else. `kind` is `secrets` or `keys`.
 */
export const objects = {
  number: 2,
  name: 'objects',
  sql: `
    CREATE TABLE objects (
      kind TEXT NOT NULL,
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      settings TEXT,
      deleted_at INTEGER,
      scheduled_purge_at INTEGER,
      PRIMARY KEY (kind, vault, name_key)
    ) WITHOUT ROWID;
    CREATE INDEX objects_live ON objects (kind, vault, name_key) WHERE deleted_at IS NULL;
    CREATE INDEX objects_deleted ON objects (kind, vault, name_key) WHERE deleted_at IS NOT NULL;
    CREATE INDEX objects_purgeable ON objects (kind, scheduled_purge_at) WHERE deleted_at IS NOT NULL;

    CREATE TABLE object_versions (
      sequence INTEGER PRIMARY KEY,
      kind TEXT NOT NULL,
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      version TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      not_before INTEGER,
      expires INTEGER,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      tags TEXT,
      facts TEXT NOT NULL,
      key_uri TEXT,
      sealed BLOB
    );
    CREATE UNIQUE INDEX object_versions_by_id ON object_versions (kind, vault, name_key, version);

    CREATE TABLE issuers (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      name TEXT NOT NULL,
      provider TEXT NOT NULL,
      document TEXT NOT NULL,
      sealed_credentials BLOB,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      PRIMARY KEY (vault, name_key)
    ) WITHOUT ROWID;

    ALTER TABLE vaults ADD COLUMN contacts TEXT;
    ALTER TABLE vaults ADD COLUMN pfx_profile TEXT NOT NULL DEFAULT 'modern';
  `,
} as const

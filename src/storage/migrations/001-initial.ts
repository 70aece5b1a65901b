/**
 * The first schema. `certificates` holds exactly what lists show, so that a page reads few bytes; what is wide lies in
 * `policies`, `versions` and `operations`. The partial indexes make a page cost the same whatever the vault's size and
 * its share of deleted certificates. Names are compared without regard to ASCII case: `*_key` columns are upper-cased,
 * and `vault` has a collation.
 */
export const initial = {
  number: 1,
  name: 'initial',
  sql: `
    CREATE TABLE settings (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE vaults (
      name_key TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      retention_days INTEGER NOT NULL,
      purge_protection INTEGER NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE certificates (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      issued INTEGER NOT NULL,
      enabled INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      thumbprint BLOB,
      tags TEXT,
      secret_content_type TEXT NOT NULL,
      deleted_at INTEGER,
      scheduled_purge_at INTEGER,
      PRIMARY KEY (vault, name_key)
    ) WITHOUT ROWID;
    CREATE INDEX certificates_live ON certificates (vault, name_key) WHERE deleted_at IS NULL AND issued = 1;
    CREATE INDEX certificates_waiting ON certificates (vault, name_key) WHERE deleted_at IS NULL AND issued = 0;
    CREATE INDEX certificates_deleted ON certificates (vault, name_key) WHERE deleted_at IS NOT NULL;
    CREATE INDEX certificates_purgeable ON certificates (scheduled_purge_at) WHERE deleted_at IS NOT NULL;

    CREATE TABLE policies (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      policy TEXT NOT NULL,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      PRIMARY KEY (vault, name_key)
    ) WITHOUT ROWID;

    CREATE TABLE versions (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      version TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      created INTEGER NOT NULL,
      updated INTEGER NOT NULL,
      thumbprint BLOB NOT NULL,
      tags TEXT,
      secret_content_type TEXT NOT NULL,
      exportable INTEGER NOT NULL,
      key_type TEXT NOT NULL,
      key_operations TEXT NOT NULL,
      public_key BLOB NOT NULL,
      certificate BLOB NOT NULL,
      chain BLOB NOT NULL,
      key_uri TEXT NOT NULL,
      wrapped_key BLOB,
      secret_value BLOB NOT NULL,
      PRIMARY KEY (vault, name_key, version)
    );

    CREATE TABLE operations (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      name TEXT NOT NULL,
      request_id TEXT NOT NULL,
      status TEXT NOT NULL,
      cancellation_requested INTEGER NOT NULL,
      due_at INTEGER,
      request BLOB NOT NULL,
      public_key BLOB NOT NULL,
      serial_number BLOB NOT NULL,
      key_uri TEXT NOT NULL,
      wrapped_key BLOB,
      document TEXT NOT NULL,
      PRIMARY KEY (vault, name_key)
    );
    CREATE INDEX operations_due ON operations (due_at) WHERE due_at IS NOT NULL;

    CREATE TABLE applications (
      application_id TEXT PRIMARY KEY,
      object_id TEXT NOT NULL UNIQUE,
      name_key TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      enabled INTEGER NOT NULL,
      created INTEGER NOT NULL,
      client_secret_hash BLOB NOT NULL,
      identity_header_hash BLOB NOT NULL UNIQUE,
      sealed_credentials BLOB NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE role_assignments (
      id TEXT PRIMARY KEY,
      principal_id TEXT NOT NULL,
      vault_key TEXT NOT NULL,
      collection TEXT NOT NULL,
      name_key TEXT NOT NULL,
      role_id TEXT NOT NULL,
      vault TEXT,
      name TEXT
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX role_assignments_of_principal
      ON role_assignments (principal_id, vault_key, collection, name_key, role_id);

    CREATE TABLE journal (
      sequence INTEGER PRIMARY KEY,
      record TEXT NOT NULL
    );
  `,
} as const

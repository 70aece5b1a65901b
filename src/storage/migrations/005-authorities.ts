/** Certification authorities, what they issued, and the lists of what they revoked. */
export const authorities = {
  number: 5,
  name: 'authorities',
  sql: `
    CREATE TABLE authorities (
      vault TEXT NOT NULL COLLATE NOCASE,
      name_key TEXT NOT NULL,
      name TEXT NOT NULL,
      document TEXT NOT NULL,
      public_key BLOB NOT NULL,
      certificate BLOB,
      request BLOB,
      key_uri TEXT NOT NULL,
      wrapped_key BLOB,
      PRIMARY KEY (vault, name_key)
    );

    CREATE TABLE issued (
      vault TEXT NOT NULL COLLATE NOCASE,
      authority_key TEXT NOT NULL,
      serial TEXT NOT NULL,
      order_key TEXT NOT NULL,
      partition INTEGER NOT NULL,
      recorded INTEGER NOT NULL,
      not_before INTEGER NOT NULL,
      not_after INTEGER NOT NULL,
      subject TEXT NOT NULL,
      certificate BLOB,
      revoked_at INTEGER,
      reason TEXT,
      invalidity_date INTEGER,
      changed INTEGER,
      PRIMARY KEY (vault, authority_key, serial)
    );
    CREATE UNIQUE INDEX issued_by_order ON issued (vault, authority_key, order_key);
    CREATE INDEX issued_changed ON issued (vault, authority_key, partition, serial) WHERE changed IS NOT NULL;
    CREATE INDEX issued_outstanding ON issued (vault, authority_key, not_after) WHERE revoked_at IS NULL;

    CREATE TABLE revocation_lists (
      vault TEXT NOT NULL COLLATE NOCASE,
      authority_key TEXT NOT NULL,
      partition INTEGER NOT NULL,
      kind TEXT NOT NULL,
      authority TEXT NOT NULL,
      number INTEGER NOT NULL,
      base_number INTEGER,
      this_update INTEGER NOT NULL,
      next_update INTEGER NOT NULL,
      der BLOB NOT NULL,
      PRIMARY KEY (vault, authority_key, partition, kind)
    );

    CREATE TABLE ocsp_responders (
      vault TEXT NOT NULL COLLATE NOCASE,
      authority_key TEXT NOT NULL,
      authority TEXT NOT NULL,
      certificate BLOB NOT NULL,
      not_after INTEGER NOT NULL,
      key_uri TEXT NOT NULL,
      wrapped_key BLOB,
      PRIMARY KEY (vault, authority_key)
    );
  `,
} as const

/** Accounts at ACME CAs, what is shown to prove control of names, and what was spent of the limits of CAs. */
export const acme = {
  number: 7,
  name: 'acme',
  sql: `
    CREATE TABLE acme_accounts (
      vault TEXT NOT NULL COLLATE NOCASE,
      issuer_key TEXT NOT NULL,
      directory TEXT NOT NULL,
      document TEXT,
      key_uri TEXT,
      key_version TEXT,
      wrapped_key BLOB,
      public_key BLOB,
      next_key_uri TEXT,
      next_key_version TEXT,
      next_wrapped_key BLOB,
      next_public_key BLOB,
      PRIMARY KEY (vault, issuer_key, directory)
    );

    CREATE TABLE acme_orders (
      vault TEXT NOT NULL COLLATE NOCASE,
      issuer_key TEXT NOT NULL,
      directory TEXT NOT NULL,
      url TEXT NOT NULL,
      order_key TEXT NOT NULL,
      claimed INTEGER NOT NULL,
      PRIMARY KEY (vault, issuer_key, directory, url)
    );
    CREATE INDEX acme_orders_by_order ON acme_orders (vault, issuer_key, directory, order_key);

    CREATE TABLE challenges (
      vault TEXT NOT NULL COLLATE NOCASE,
      order_key TEXT NOT NULL,
      type TEXT NOT NULL,
      identifier TEXT NOT NULL,
      token TEXT NOT NULL,
      until INTEGER NOT NULL,
      document TEXT NOT NULL,
      PRIMARY KEY (vault, order_key, type, identifier, token)
    );
    CREATE INDEX challenges_by_token ON challenges (token);
    CREATE INDEX challenges_by_identifier ON challenges (type, identifier);
    CREATE INDEX challenges_overdue ON challenges (until);

    CREATE TABLE acme_spent (
      vault TEXT NOT NULL COLLATE NOCASE,
      issuer_key TEXT NOT NULL,
      directory TEXT NOT NULL,
      kind TEXT NOT NULL,
      subject TEXT NOT NULL,
      at INTEGER NOT NULL
    );
    CREATE INDEX acme_spent_when ON acme_spent (vault, issuer_key, directory, kind, subject, at);
  `,
} as const

/**
 * When each revocation list is published next. What was revoked is numbered in the order in which it became known, for no
 * clock tells what a list knew. All lists of the authorities that exist are due.
 */
export const listTurns = {
  number: 6,
  name: 'list turns',
  sql: `
    ALTER TABLE issued ADD COLUMN change INTEGER;
    CREATE INDEX issued_by_change ON issued (vault, authority_key, partition, change) WHERE change IS NOT NULL;
    DROP INDEX issued_changed;
    CREATE INDEX issued_changed ON issued (vault, authority_key, partition, serial, change) WHERE changed IS NOT NULL;
    CREATE INDEX issued_ends ON issued (vault, authority_key, not_after);
    ALTER TABLE revocation_lists ADD COLUMN last_change INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE list_turns (
      vault TEXT NOT NULL COLLATE NOCASE,
      authority_key TEXT NOT NULL,
      partition INTEGER NOT NULL,
      kind TEXT NOT NULL,
      authority TEXT NOT NULL,
      due INTEGER,
      decided INTEGER NOT NULL DEFAULT 0,
      asked INTEGER NOT NULL DEFAULT 0,
      failures INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (vault, authority_key, partition, kind)
    );
    CREATE INDEX list_turns_due ON list_turns (due);
    CREATE INDEX list_turns_decided ON list_turns (decided);

    CREATE TABLE list_origins (
      vault TEXT NOT NULL COLLATE NOCASE,
      authority_key TEXT NOT NULL,
      base_url TEXT NOT NULL,
      PRIMARY KEY (vault, authority_key, base_url)
    );

    INSERT INTO list_turns (vault, authority_key, partition, kind, authority, due)
      WITH RECURSIVE numbers (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM numbers WHERE number < 255)
      SELECT vault, name_key, number, kind, name, 0
        FROM authorities
        JOIN numbers ON number < json_extract(document, '$.rules.partitions')
          OR number IN (SELECT partition FROM issued
            WHERE issued.vault = authorities.vault AND issued.authority_key = authorities.name_key)
        JOIN (SELECT 'full' AS kind UNION SELECT 'delta') kinds
          ON kind = 'full' OR json_extract(document, '$.rules.deltaHours') IS NOT NULL
        WHERE certificate IS NOT NULL;

    INSERT INTO list_origins (vault, authority_key, base_url)
      SELECT vault, name_key, json_extract(document, '$.rules.baseUrl') FROM authorities
        WHERE json_extract(document, '$.rules.baseUrl') IS NOT NULL;
  `,
} as const

/** When an object is to be acted on next (for keys: rotated); null while it never is. Deleted objects wait outside of the index. */
export const rotationDue = {
  number: 4,
  name: 'rotation due',
  sql: `
    ALTER TABLE objects ADD COLUMN due_at INTEGER;
    CREATE INDEX objects_due ON objects (kind, due_at) WHERE due_at IS NOT NULL AND deleted_at IS NULL;
  `,
} as const

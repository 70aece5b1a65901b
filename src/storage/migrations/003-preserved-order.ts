/** Whether the order of a version's chain was said to be preserved, or not to be; null where nothing was said. */
export const preservedOrder = {
  number: 3,
  name: 'preserved order',
  sql: `
    ALTER TABLE versions ADD COLUMN preserve_order INTEGER;
  `,
} as const

/** Texts of a CA in one line for people: without control characters, and cut where they are too long. */
export function plainText(text: string, lengthMax: number): string {
  const line = text
    .slice(0, 2 * lengthMax)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, ' ')
    .trim()
  return line.length > lengthMax ? `${line.slice(0, lengthMax - 1)}…` : line
}

/** The same as the end of a sentence. */
export function asSentence(text: string, lengthMax = 500): string {
  const line = plainText(text, lengthMax)
  return /[.!?]$/.test(line) ? line : `${line}.`
}

/** What a source file imports and says, as the compiler's own scanner reads it: comments and strings are not code. */
import { SyntaxKind } from 'typescript/unstable/ast'
import { createScanner } from 'typescript/unstable/ast/scanner'

export interface Token {
  readonly kind: SyntaxKind
  /** As written; of a string literal its value. */
  readonly text: string
  readonly line: number
}

export interface Import {
  /** What stands between the quotes; empty when it is computed. */
  readonly specifier: string
  /** `import type` or `export type`: gone when the program runs. */
  readonly typesOnly: boolean
  readonly line: number
}

/** The tokens of TypeScript text. */
export function tokensOf(text: string): Token[] {
  const scanner = createScanner(true)
  scanner.setText(text)
  const lineOf = lineCounter(text)
  const tokens: Token[] = []
  /** What each open brace belongs to: a closing one may continue a template. */
  const braces: ('block' | 'template')[] = []
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFile; kind = scanner.scan()) {
    if (startsRegularExpression(kind, tokens.at(-1))) kind = scanner.reScanSlashToken()
    if (kind === SyntaxKind.CloseBraceToken && braces.pop() === 'template') {
      kind = scanner.reScanTemplateToken(false)
      if (kind === SyntaxKind.TemplateMiddle) braces.push('template')
    } else if (kind === SyntaxKind.TemplateHead) braces.push('template')
    else if (kind === SyntaxKind.OpenBraceToken) braces.push('block')
    const isString = kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral
    tokens.push({
      kind,
      text: isString ? scanner.getTokenValue() : scanner.getTokenText(),
      line: lineOf(scanner.getTokenStart()),
    })
  }
  return tokens
}

/** A slash is a division where a value stands before it. */
function startsRegularExpression(kind: SyntaxKind, before: Token | undefined): boolean {
  if (kind !== SyntaxKind.SlashToken && kind !== SyntaxKind.SlashEqualsToken) return false
  if (before === undefined) return true
  if (isString(before) || before.kind === SyntaxKind.TemplateTail || before.kind === SyntaxKind.Identifier)
    return false
  return !/^(?:[)\]}]|\d.*|this|super|true|false|null)$/.test(before.text)
}

/** Offsets must come in rising order. */
function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return (offset) => {
    for (; counted < offset; counted++) if (text[counted] === '\n') line++
    return line
  }
}

/** Every way to name another module: static, re-exporting, for side effects, dynamic, in a type, `require`. */
export function importsOf(tokens: readonly Token[]): Import[] {
  const found: Import[] = []
  tokens.forEach((token, index) => {
    const next = tokens[index + 1]
    if (next === undefined || tokens[index - 1]?.text === '.' || isString(token)) return
    const { line } = token
    if (token.text === 'import' || token.text === 'require') {
      const argument = next.text === '(' && !isString(next) ? tokens[index + 2] : undefined
      // `import(key: Key)` declares a method of that name.
      if (argument && tokens[index + 3]?.text !== ':')
        found.push({ specifier: isString(argument) ? argument.text : '', typesOnly: false, line })
    }
    if (token.text === 'import' && isString(next)) {
      found.push({ specifier: next.text, typesOnly: false, line })
    } else if (token.kind === SyntaxKind.ImportKeyword || token.kind === SyntaxKind.ExportKeyword) {
      const specifier = specifierAfterClause(tokens, index + 1)
      if (specifier === undefined) return
      found.push({ specifier, typesOnly: next.text === 'type' && tokens[index + 2]?.text !== 'from', line })
    }
  })
  return found
}

/** Reads `a, { b as c } from 'x'` and the like; undefined for an export that names no module. */
function specifierAfterClause(tokens: readonly Token[], start: number): string | undefined {
  for (let index = start; index < tokens.length; index++) {
    const token = tokens[index]!
    const next = tokens[index + 1]
    if (token.text === 'from' && next && isString(next)) return next.text
    const belongs = token.kind === SyntaxKind.Identifier || /^[{},*\w$]+$/.test(token.text)
    if (isString(token) || !belongs || endsClause.has(token.text)) return undefined
  }
  return undefined
}

const endsClause = new Set(['const', 'function', 'class', 'interface', 'async', 'abstract', 'let', 'enum'])

function isString(token: Token): boolean {
  return token.kind === SyntaxKind.StringLiteral || token.kind === SyntaxKind.NoSubstitutionTemplateLiteral
}

/** The lines on which `tokens` says what `wanted` says, whatever blanks stand between; `?.` counts as `.`. */
export function occurrencesOf(wanted: readonly Token[], tokens: readonly Token[]): number[] {
  const matches = (index: number) =>
    wanted.every((token, offset) => {
      const other = tokens[index + offset]
      return other !== undefined && !isString(other) && plain(other.text) === plain(token.text)
    })
  return tokens.flatMap((token, index) => (matches(index) ? [token.line] : []))
}

function plain(text: string): string {
  return text === '?.' ? '.' : text
}

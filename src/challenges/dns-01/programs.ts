/** The contract of running a program that the operator of the service has named. */

export interface Programs {
  /** What settings may call them. */
  readonly names: readonly string[]
  /** @param parameters reach the program as they are: there is no shell. @throws RangeError for a name that is not there. */
  run(name: string, parameters: readonly string[]): Promise<ProgramEnd>
}

export type ProgramEnd =
  /** `said` is the last line of what it wrote on standard error: short and printable, or empty. */
  | { readonly state: 'ended'; readonly status: number; readonly said: string }
  | { readonly state: 'killed'; readonly reason: string }
  /** It could not be started. */
  | { readonly state: 'not-started'; readonly reason: string }

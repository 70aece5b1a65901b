/**
 * The contract of acting as the machine: clouds let programs that run there be somebody, without credentials that are stored. Where
 * they hand them out is told by variables, or is the same on every machine.
 */

export interface MachineIdentity {
  /** Of the environment. */
  variable(name: string): string | undefined
  /** A file that a variable names; it holds a token that is renewed. @throws Error when it cannot be read. */
  textFile(path: string): Promise<string>
}

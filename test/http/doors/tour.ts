/** What the test of all doors needs to know of a route to go through it. */

/** A body that may hold what earlier answers left. */
export type TourBody = (kept: ReadonlyMap<string, string>) => object

/** Calls that bring one kind of object through its whole life; the order matters. */
export interface Tour {
  /** A body that each route takes, by operation id. Routes without one need no entry. */
  readonly bodies: Readonly<Record<string, TourBody>>
  /** Operation id, expected status, and a body in place of the usual one. */
  readonly life: readonly [id: string, status: number, body?: object | TourBody][]
  /** What later bodies need from an answer, e.g. a backup; kept by name. */
  readonly keep?: Readonly<
    Record<
      string,
      (answer: {
        value?: string
        id?: string
        csr?: string
        serialnumber?: string
      }) => [name: string, value: string]
    >
  >
}

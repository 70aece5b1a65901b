/** Which parts of `src/` have run, by V8's own counters: an input that reaches a new one is worth keeping. */
import { type Profiler, Session } from 'node:inspector'

export class Coverage {
  readonly #session = new Session()
  /** By script: 1 for each character of its source that has run. */
  readonly #known = new Map<string, Uint8Array>()

  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** Characters of source that are known to have run. */
  get size(): number {
    return this.#known.values().reduce((sum, known) => sum + known.reduce((count, bit) => count + bit), 0)
  }

  /** Whether anything ran since the last look that is not known yet. */
  sees(): boolean {
    return this.#news((known, ran) => {
      for (let at = 0; at < ran.length; at++) if (ran[at]! > known[at]!) return true
      return false
    })
  }

  /** The same, and it is known from now on. */
  learns(): boolean {
    return this.#news((known, ran) => {
      let news = false
      for (let at = 0; at < ran.length; at++)
        if (ran[at]! > known[at]!) {
          known[at] = 1
          news = true
        }
      return news
    })
  }

  stop(): void {
    this.#session.disconnect()
  }

  #news(compare: (known: Uint8Array, ran: Uint8Array) => boolean): boolean {
    let news = false
    for (const { scriptId, url, functions } of this.#take()) {
      if (!url.includes('/src/')) continue
      const ran = ranIn(functions)
      const known = this.#known.get(scriptId) ?? new Uint8Array(sourceMax)
      this.#known.set(scriptId, known)
      if (compare(known, ran)) news = true
    }
    return news
  }

  #take(): Profiler.ScriptCoverage[] {
    let scripts: Profiler.ScriptCoverage[] = []
    // Answered before `post` returns, because the session is one of this thread.
    this.#session.post('Profiler.takePreciseCoverage', (error, answer) => {
      if (error) throw error
      scripts = answer.result
    })
    return scripts
  }
}

/** Characters in a file of `src/`, at most. */
const sourceMax = 256 * 1024

/** Outer ranges come before the inner ones that correct them. */
function ranIn(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ranges = functions.flatMap((called) => called.ranges)
  const ran = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)))
  for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return ran
}

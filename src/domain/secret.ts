const inspect = Symbol.for('nodejs.util.inspect.custom')

/**
 * Wraps a value that must not leak: printing, serialising or interpolating it gives `[secret]`.
 * Only the files named in the architecture test may call `reveal`.
 */
export class Secret<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  reveal(): T {
    return this.#value
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect](): string {
    return '[secret]'
  }
}

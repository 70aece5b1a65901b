/** The installation cannot be used as it is; `message` is one line that tells the operator what to do. Nothing was changed. */
export class Unusable extends Error {
  override name = 'Unusable'
}

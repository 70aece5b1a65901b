/** The store cannot be opened; `message` is one line for the operator. Nothing was changed. */
export class StorageUnusable extends Error {
  override name = 'StorageUnusable'
}

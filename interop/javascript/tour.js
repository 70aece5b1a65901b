// The tour of the JavaScript clients. Addresses and credentials come from the environment, as `certkeep env` prints it.
import { certificateTour } from './certificate-tour.js'
import { clientsOf } from './clients.js'
import { collectionTour } from './collection-tour.js'
import { keyTour } from './key-tour.js'
import { secretTour } from './secret-tour.js'

const { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, INTEROP_POWERLESS_CLIENT_ID, INTEROP_POWERLESS_CLIENT_SECRET } =
  process.env
const administrator = clientsOf(AZURE_CLIENT_ID, AZURE_CLIENT_SECRET)
const powerless = clientsOf(INTEROP_POWERLESS_CLIENT_ID, INTEROP_POWERLESS_CLIENT_SECRET)

await certificateTour(administrator, powerless)
await collectionTour(administrator)
await secretTour(administrator, powerless)
await keyTour(administrator, powerless)

/** Applications of the token service: made, shown, removed. Their credentials are sealed, for the operator to see again. */
import { generateCredential, hashCredential } from '../../access/client-credentials.ts'
import { badParameter, VaultError } from '../../domain/errors.ts'
import { isGuid, newGuid } from '../../domain/guid.ts'
import { Secret } from '../../domain/secret.ts'
import type { Application, Reader } from '../../storage/storage.ts'
import { asOperator, type OperatorDesk } from './operator-verb.ts'

/** What may be shown of an application to anyone. */
export type ApplicationView = Pick<Application, 'name' | 'applicationId' | 'objectId' | 'enabled' | 'created'>

export interface ApplicationCredentials extends ApplicationView {
  readonly clientSecret: Secret<string>
  /** What a program shows to get tokens as a managed identity. */
  readonly identityHeader: Secret<string>
}

const namePattern = /^[0-9a-zA-Z\-_. ]{1,120}$/

/** @throws VaultError `BadParameter` for a name that is not allowed, `Conflict` for one that is taken. */
export async function createApplication(desk: OperatorDesk, name: string): Promise<ApplicationCredentials> {
  return asOperator(desk, { operation: 'ApplicationCreate' }, async (writer, facts) => {
    const { application, credentials } = makeApplication(desk, name)
    await writer.identities.insertApplication(application)
    Object.assign(facts, idsOf(application))
    return credentials
  })
}

export async function listApplications(desk: OperatorDesk): Promise<ApplicationView[]> {
  return asOperator(desk, { operation: 'ApplicationList' }, async (reader) =>
    (await reader.identities.listApplications()).map(viewOf),
  )
}

/** @param selector name, application id or object id. @throws VaultError `NotFound`. */
export async function readApplication(desk: OperatorDesk, selector: string): Promise<ApplicationView> {
  return asOperator(desk, { operation: 'ApplicationGet' }, async (reader, facts) => {
    const application = await findApplication(reader, selector)
    Object.assign(facts, idsOf(application))
    return viewOf(application)
  })
}

/** Opens the sealed credentials. @throws VaultError `NotFound`. */
export async function credentialsOf(desk: OperatorDesk, selector: string): Promise<ApplicationCredentials> {
  const application = await asOperator(
    desk,
    { operation: 'ApplicationCredentialsGet' },
    async (reader, facts) => {
      const found = await findApplication(reader, selector)
      Object.assign(facts, idsOf(found))
      return found
    },
  )
  const sealed = desk.sealer.openSealed(application.sealedCredentials, bindingOf(application.applicationId))
  const { clientSecret, identityHeader } = JSON.parse(Buffer.from(sealed.reveal()).toString()) as Record<
    string,
    string
  >
  return {
    ...viewOf(application),
    clientSecret: new Secret(clientSecret!),
    identityHeader: new Secret(identityHeader!),
  }
}

/** Removes the application and its role assignments. Tokens it still holds then give access to nothing. */
export async function removeApplication(desk: OperatorDesk, selector: string): Promise<ApplicationView> {
  return asOperator(desk, { operation: 'ApplicationDelete' }, async (writer, facts) => {
    const application = await findApplication(writer, selector)
    await writer.identities.removeApplication(application.applicationId)
    Object.assign(facts, idsOf(application))
    return viewOf(application)
  })
}

/** A new application with fresh credentials, not stored yet. */
export function makeApplication(
  { random, sealer, clock }: OperatorDesk,
  name: string,
): { application: Application; credentials: ApplicationCredentials } {
  const view = {
    name: parseApplicationName(name),
    applicationId: newGuid(random),
    objectId: newGuid(random),
    enabled: true,
    created: clock.now(),
  }
  const clientSecret = generateCredential(random)
  const identityHeader = generateCredential(random)
  const plain = Buffer.from(
    JSON.stringify({ clientSecret: clientSecret.reveal(), identityHeader: identityHeader.reveal() }),
  )
  const sealedCredentials = sealer.seal(new Secret(plain), bindingOf(view.applicationId))
  return {
    application: {
      ...view,
      clientSecretHash: hashCredential(clientSecret),
      identityHeaderHash: hashCredential(identityHeader),
      sealedCredentials,
    },
    credentials: { ...view, clientSecret, identityHeader },
  }
}

/** By name, application id or object id. @throws VaultError `NotFound`. */
export async function findApplication({ identities }: Reader, selector: string): Promise<Application> {
  const guid = selector.toLowerCase()
  const found =
    (await identities.findApplicationByName(selector)) ??
    (await identities.findApplication(guid)) ??
    (await identities.findApplicationByObjectId(guid))
  if (found) return found
  throw new VaultError(
    'NotFound',
    `There is no application '${selector}'; see 'certkeep app list', or make it with 'certkeep app create'.`,
  )
}

export function idsOf({ name, applicationId, objectId }: Application) {
  return { application: name, applicationId, objectId }
}

/** Names that look like ids are refused: an application is found by either. */
function parseApplicationName(name: string): string {
  if (!namePattern.test(name) || name !== name.trim() || isGuid(name))
    throw badParameter(
      `The application name '${name.slice(0, 140)}' is not allowed: 1 to 120 letters, digits, blanks and - _ . only, no blank at either end, and no GUID.`,
    )
  return name
}

function bindingOf(applicationId: string) {
  return { vault: '', name: `application/${applicationId}`, version: '1' }
}

function viewOf({ name, applicationId, objectId, enabled, created }: Application): ApplicationView {
  return { name, applicationId, objectId, enabled, created }
}

/**
 * A folder that a web server of the operator shows to the world: `http-01` lies in it as one file for each token. Files come
 * and go one after the other, so that two orders with the same token never meet.
 */
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { challengeFolders, isChallengeToken } from '../../domain/challenge-path.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'

/** Both can be repeated. They throw an `IssuerFailure`. */
export interface Webroot {
  write(token: string, content: string): Promise<void>
  /** Removes the file, unless it holds something else. */
  remove(token: string, content: string): Promise<void>
}

/** Names of files have at most 255 octets, and one more stands before it while it is written. */
const tokenLengthMax = 254
/** Web servers run as somebody else, whatever the umask of the service is. */
const fileMode = 0o644
const folderMode = 0o755

/** @param name as issuer objects call it: messages tell of the folder by it. @param path of the folder; it has to exist. */
export function openWebroot(name: string, path: string): Webroot {
  const folders = challengeFolders.map((_, index) => join(path, ...challengeFolders.slice(0, index + 1)))
  const folder = folders.at(-1)!
  const before = (token: string) => join(folder, `.${token}`)
  let last: Promise<void> = Promise.resolve()

  function inTurn(token: string, work: () => Promise<void>): Promise<void> {
    if (!isChallengeToken(token) || token.length > tokenLengthMax) return Promise.reject(badToken())
    const turn = last.then(work).catch((error) => Promise.reject(failureFor(name, error)))
    last = turn.catch(() => undefined)
    return turn
  }

  return {
    write: (token, content) =>
      inTurn(token, async () => {
        for (const each of folders) await makeFolder(each)
        await rm(before(token), { force: true })
        await writeNew(before(token), content)
        // Whole or not at all: the CA may look at any moment.
        await rename(before(token), join(folder, token))
      }),
    remove: (token, content) =>
      inTurn(token, async () => {
        await rm(before(token), { force: true })
        const file = join(folder, token)
        if ((await contentOf(file)) === content) await rm(file, { force: true })
      }),
  }
}

/** The folder of the operator itself is not made: a mistyped one would serve nobody. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
    await chmod(path, folderMode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

/** Where others may write too, a link could lie in wait: none is followed. */
async function writeNew(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(content)
    await file.chmod(fileMode)
  } finally {
    await file.close()
  }
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

function badToken(): IssuerFailure {
  return new IssuerFailure(
    'permanent',
    'The CA gave a token that cannot name a file; prove the name without a webroot.',
  )
}

/** What only the operator can set right. */
const operatorCodes = ['EACCES', 'EPERM', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EROFS', 'ELOOP']

function failureFor(name: string, cause: unknown): IssuerFailure {
  const code = codeOf(cause)
  if (operatorCodes.includes(code))
    return new IssuerFailure(
      'user-action',
      `The folder ${name} cannot be written (${code}): give --acme-webroot ${name} a folder that exists and that the service may write to.`,
      { cause },
    )
  return new IssuerFailure('transient', `The folder ${name} could not be written (${code}).`, { cause })
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'no reason given'
}

/**
 * `http-01` (RFC 8555 8.3). What is on record is shown by the public listener and by the front door without anybody's doing;
 * only a webroot has to be written to.
 */
import type { Challenge } from '../../domain/challenge.ts'
import { badParameter } from '../../domain/errors.ts'
import { IssuerFailure } from '../../domain/issuer-failure.ts'
import type { OpenHttpClient } from '../../network/http-client.ts'
import type { Solver } from '../challenge.ts'
import { readOptionalText, readSwitch, rejectUnknownMembers } from '../settings-members.ts'
import type { SolverKind, SolverSettings } from '../solver-kind.ts'
import { lookOverHttp } from './self-check.ts'
import type { Webroot } from './webroot.ts'

export interface HttpSolverTools {
  /** Whether the public listener runs. */
  readonly listens: boolean
  /** By the names that the operator gave them. */
  readonly webroots: ReadonlyMap<string, Webroot>
  readonly openHttp: OpenHttpClient
}

export function httpSolverKind(tools: HttpSolverTools): SolverKind {
  return {
    type: 'http-01',
    ready: tools.listens,
    proves: (_identifier, wildcard) => !wildcard,
    checkSettings: (settings) => void readSettings(settings),
    connect: (settings) => solver(tools, readSettings(settings)),
  }
}

interface HttpSettings {
  readonly webroot?: string
  /** A proxy on port 80 sends what is asked for below the path of challenges on to the front door. */
  readonly behindProxy: boolean
  readonly selfCheck: boolean
}

const webrootName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/

function readSettings(settings: SolverSettings): HttpSettings {
  rejectUnknownMembers(settings, ['webroot', 'behindProxy', 'selfCheck'])
  const webroot = readOptionalText(settings, 'webroot')
  if (webroot !== undefined && !webrootName.test(webroot))
    throw badParameter(
      'webroot: send the name that --acme-webroot NAME=PATH gives to a folder, not its path.',
    )
  const behindProxy = readSwitch(settings, 'behindProxy', false)
  if (webroot !== undefined && behindProxy)
    throw badParameter('behindProxy: leave it out where a webroot is named.')
  return {
    behindProxy,
    selfCheck: readSwitch(settings, 'selfCheck', false),
    ...(webroot !== undefined && { webroot }),
  }
}

/** Begins what is remembered of where a file lies; the name of the webroot follows. */
const placePrefix = 'webroot '

function solver(tools: HttpSolverTools, { webroot, behindProxy, selfCheck }: HttpSettings): Solver {
  return {
    type: 'http-01',
    async present({ token, keyAuthorization }) {
      if (webroot !== undefined) {
        await find(tools, webroot).write(token, keyAuthorization)
        return `${placePrefix}${webroot}`
      }
      if (tools.listens || behindProxy) return undefined
      throw new IssuerFailure(
        'user-action',
        'Nothing answers http-01 here: start the service with --public-http-port 80, or with a port that port 80 is sent on to. If another server has port 80, name a folder of its with --acme-webroot NAME=PATH and webroot, or let it forward /.well-known/acme-challenge/ and say behindProxy.',
      )
    },
    look: async (challenge) => (selfCheck ? lookOverHttp(tools.openHttp, challenge) : { state: 'visible' }),
    cleanUp: (challenge, place) => takeAway(tools, challenge, place),
  }
}

async function takeAway(
  tools: HttpSolverTools,
  { token, keyAuthorization }: Challenge,
  place: string | undefined,
): Promise<void> {
  if (place?.startsWith(placePrefix))
    return find(tools, place.slice(placePrefix.length)).remove(token, keyAuthorization)
  // The process may have died after a file was written, and before its place was on record. A folder that cannot be
  // written to has none.
  for (const webroot of tools.webroots.values())
    await webroot.remove(token, keyAuthorization).catch((error) => {
      if (!(error instanceof IssuerFailure) || error.failure !== 'user-action') throw error
    })
}

/** @throws IssuerFailure `user-action`. */
function find({ webroots }: HttpSolverTools, name: string): Webroot {
  const webroot = webroots.get(name)
  if (webroot) return webroot
  throw new IssuerFailure(
    'user-action',
    `No folder is named ${name}: start the service with --acme-webroot ${name}=PATH.`,
  )
}

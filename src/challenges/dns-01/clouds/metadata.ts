/** Asking the machine's surroundings who it is. All clouds do it at addresses that lead nowhere but to them. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { HttpClient } from '../../../network/http-client.ts'
import type { DnsProviderTools } from '../dns-provider.ts'
import type { MachineIdentity } from '../machine-identity.ts'

/** In plain HTTP, as all of them are; they answer at once where there are any. */
const limits = { plain: 'everywhere', octetsMax: 65_536, secondsMax: 5 } as const

export function openMetadata(tools: DnsProviderTools): HttpClient {
  return tools.openHttp(limits)
}

/** @throws IssuerFailure `user-action` unless the operator of the service lets issuer objects be the machine. */
export function machineOf({ machine }: DnsProviderTools, cloud: string): MachineIdentity {
  if (machine) return machine
  throw new IssuerFailure(
    'user-action',
    `Name a secret with credentials for ${cloud} in settings.challenges; the identity of the machine is used only if the operator starts the service with --acme-machine-identity.`,
  )
}

/** @throws IssuerFailure `user-action` when it holds no token. */
export async function tokenFile(machine: MachineIdentity, path: string): Promise<string> {
  let text = ''
  try {
    text = (await machine.textFile(path)).trim()
  } catch {
    // What is wrong with a file of the machine is the operator's business.
  }
  if (/^[\x21-\x7e]{1,16384}$/.test(text)) return text
  throw new IssuerFailure(
    'user-action',
    'The file with the token of the machine cannot be read; the operator of the service has to see to it.',
  )
}

/** The machine is nobody at this cloud. */
export function nobody(cloud: string, why: string): IssuerFailure {
  return new IssuerFailure(
    'user-action',
    `${cloud} gives the machine no credentials (${why}). Give it an identity there, or name a secret in settings.challenges.`,
  )
}

/**
 * `exec`: a program that the operator of the service has named. It is run as `PROGRAM present NAME. VALUE` and `PROGRAM cleanup NAME.
 * VALUE`, as lego runs one, and ends with status 0 when it is done. Settings choose among those names and nothing else.
 */
import { badParameter } from '../../../domain/errors.ts'
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import { readText, rejectUnknownMembers } from '../../settings-members.ts'
import type { DnsProviderKind, DnsProviderSettings, TxtRecord } from '../dns-provider.ts'
import type { ProgramEnd, Programs } from '../programs.ts'

export const exec: DnsProviderKind = {
  name: 'exec',
  checkSettings: readProgram,
  connect({ programs }, settings) {
    const program = readProgram(settings)
    return {
      async add(record) {
        await run(programs, program, 'present', record)
        return undefined
      },
      remove: (record) => run(programs, program, 'cleanup', record),
    }
  },
}

function readProgram(settings: DnsProviderSettings): string {
  rejectUnknownMembers(settings, ['program'])
  const program = readText(settings, 'program')
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(program)) return program
  throw badParameter(
    'program: send a name that the operator of the service gave to a program by --acme-exec NAME=PATH.',
  )
}

async function run(
  programs: Programs,
  program: string,
  verb: 'present' | 'cleanup',
  { name, value }: TxtRecord,
): Promise<void> {
  if (!programs.names.includes(program))
    throw new IssuerFailure(
      'user-action',
      `The operator of the service has named no program ${program}; it is named by --acme-exec ${program}=PATH when the service starts.`,
    )
  const end = await programs.run(program, [verb, `${name}.`, value])
  const complaint = complaintOf(end)
  if (complaint === undefined) return
  throw new IssuerFailure(
    end.state === 'not-started' ? 'user-action' : 'transient',
    `The program ${program} ${complaint}.`,
  )
}

/** Follows "the program". */
function complaintOf(end: ProgramEnd): string | undefined {
  if (end.state === 'not-started') return `could not be started: ${end.reason}`
  if (end.state === 'killed') return `was stopped: ${end.reason}`
  if (end.status === 0) return undefined
  return `ended with status ${end.status}${end.said === '' ? '' : `: ${end.said}`}`
}

/** Choosing the zone to write to among those that a provider lists. */
import { IssuerFailure } from '../../../domain/issuer-failure.ts'
import type { Cloud } from './cloud-answer.ts'

/** @param zones public ones of this name. @param member of settings that says which one it is. */
export function onlyZone<Zone>(
  zones: readonly Zone[],
  zone: string,
  { who, credentials, rights }: Cloud,
  member: string,
): Zone {
  const [first, second] = zones
  if (first === undefined)
    throw new IssuerFailure(
      'user-action',
      `${who} shows ${credentials} no public zone ${zone}. ${rights} If the zone lies elsewhere, correct provider and zone in settings.challenges.`,
    )
  if (second !== undefined)
    throw new IssuerFailure(
      'user-action',
      `${who} has more than one public zone ${zone}; say in settings.challenges under ${member} which one the domain is delegated to.`,
    )
  return first
}

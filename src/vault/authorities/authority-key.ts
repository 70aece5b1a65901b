/** Under which bindings the keys of an authority are kept. No object has a slash in its name, so no other door opens them. */
import type { Authority } from '../../domain/authority.ts'
import type { Binding } from '../../keys/key-protection.ts'

export function authorityBinding({ vault, name }: Pick<Authority, 'vault' | 'name'>): Binding {
  return { vault, name: `authorities/${name.toUpperCase()}`, version: '' }
}

/** That of the key by which its OCSP responder answers: a place of its own, as closed to all other doors. */
export function responderBinding(authority: Pick<Authority, 'vault' | 'name'>): Binding {
  const { vault, name } = authorityBinding(authority)
  return { vault, name: `${name}/ocsp-responder`, version: '' }
}

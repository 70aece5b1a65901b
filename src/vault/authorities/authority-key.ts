/** Under which binding the key of an authority is kept. No object has a slash in its name, so no other door opens it. */
import type { Authority } from '../../domain/authority.ts'
import type { Binding } from '../../keys/key-protection.ts'

export function authorityBinding({ vault, name }: Pick<Authority, 'vault' | 'name'>): Binding {
  return { vault, name: `authorities/${name.toUpperCase()}`, version: '' }
}

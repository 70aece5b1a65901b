/** How people are told what to do with an account: the command of the operator for it. */
import type { IssuerAccount } from '../issuer.ts'

export function accountCommand(
  { vault, name }: Pick<IssuerAccount, 'vault' | 'name'>,
  act: 'open' | 'replace-key' | 'deactivate' | 'start-anew' | 'start-anew --even-if-valid',
): string {
  const place = vault === 'default' ? '' : ` --vault ${vault}`
  return `certkeep issuer account ${name} ${act}${place}`
}

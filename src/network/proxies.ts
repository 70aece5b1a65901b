/** Proxies, as the environment tells every program: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, lower case before upper. */
import { badParameter } from '../domain/errors.ts'

export interface Proxies {
  /** URLs for what goes to `https:` and to `http:`; empty for none. */
  readonly secure: string
  readonly plain: string
  /** Host names, suffixes and addresses, which are reached without one; `*` for all. */
  readonly except: string
}

/** @throws VaultError `BadParameter` that names the variable, and not its value, which may hold a password. */
export function proxiesOf(environment: Readonly<Record<string, string | undefined>>): Proxies {
  const read = (name: string) => environment[name.toLowerCase()] ?? environment[name] ?? ''
  return {
    secure: checked('HTTPS_PROXY', read('HTTPS_PROXY')),
    plain: checked('HTTP_PROXY', read('HTTP_PROXY')),
    except: read('NO_PROXY'),
  }
}

function checked(name: string, value: string): string {
  if (value === '') return ''
  const url = URL.parse(value)
  if (url && /^https?:$/.test(url.protocol) && url.hostname !== '') return value
  throw badParameter(`${name} must be a URL such as http://proxy.example.org:3128.`)
}

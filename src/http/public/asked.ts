/** What a public path stands for: something that an authority publishes, or the proof that a CA asks for. */
import { type Published, publishedAt } from '../../domain/authority-urls.ts'
import { challengeTokenAt } from '../../domain/challenge-path.ts'

export type Asked = Published | { readonly what: 'challenge'; readonly token: string }

/** @param path without its query. Undefined where nothing can be. */
export function askedAt(path: string): Asked | undefined {
  const token = challengeTokenAt(path)
  return token === undefined ? publishedAt(path) : { what: 'challenge', token }
}

export function methodsOf(asked: Asked): readonly string[] {
  return asked.what === 'ocsp' && asked.request === undefined ? ['POST'] : ['GET', 'HEAD']
}

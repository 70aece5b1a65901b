/** Which methods a path takes, to tell a wrong method from a wrong path. */
import { pathsOf, type Route } from './route.ts'

/** An empty segment matches a parameter here: a missing name is a wrong use of a path that exists. */
export function allowedMethods(routes: readonly Route[], path: string): string[] {
  const segments = path.split('/')
  const methods = routes
    .filter((route) => pathsOf(route).some((path) => matches(path.split('/'), segments)))
    .map(({ method }) => method)
  return [...new Set(methods)].sort()
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (segments.length !== pattern.length) return false
  return segments.every((segment, index) => pattern[index]!.startsWith(':') || pattern[index] === segment)
}

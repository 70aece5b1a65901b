/** How names are compared in storage: without regard to ASCII case. */
export function keyOf(name: string): string {
  return name.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

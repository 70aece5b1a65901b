/** A program for `dns-01` as operators write them: it is told `present` or `cleanup`, a name and a value. */
import { chmodSync, writeFileSync } from 'node:fs'
import { inWork } from './vault.ts'

/** Sets records at Pebble's DNS server, with nothing but Bash. @returns its path. */
export function writeDnsProgram(dnsManagement: number): string {
  const path = inWork('records')
  writeFileSync(
    path,
    `#!/usr/bin/env bash
set -euo pipefail
case $1 in
  present) action=set-txt body="{\\"host\\":\\"$2\\",\\"value\\":\\"$3\\"}" ;;
  cleanup) action=clear-txt body="{\\"host\\":\\"$2\\"}" ;;
esac
exec 3<>/dev/tcp/127.0.0.1/${dnsManagement}
printf 'POST /%s HTTP/1.1\\r\\nhost: localhost\\r\\nconnection: close\\r\\ncontent-length: %s\\r\\n\\r\\n%s' \\
  "$action" "\${#body}" "$body" >&3
read -r _ status _ <&3
[ "$status" = 200 ] || { echo "the DNS server answered $status" >&2; exit 1; }
`,
  )
  chmodSync(path, 0o755)
  return path
}

#!/usr/bin/env bash
# The Azure client and pkilint in an environment of their own, and the two judges that are compiled.
set -euo pipefail
for program in go javac openssl certtool ocsptool; do
  command -v "$program" >/dev/null || { echo "not ok install: $program is missing; install Go 1.26 or later, a JDK of 17 or later, OpenSSL and gnutls-bin"; exit 1; }
done
if ! cmp -s requirements.txt "$INTEROP_CACHE/installed.txt"; then
  python3 -m venv --clear "$INTEROP_CACHE/venv"
  "$INTEROP_CACHE/venv/bin/pip" install --quiet --requirement requirements.txt
  cp requirements.txt "$INTEROP_CACHE/installed.txt"
fi
export GOMODCACHE="$INTEROP_CACHE/modules" GOFLAGS='-mod=readonly -modcacherw'
go -C go build -o "$INTEROP_CACHE/go-judge" .
javac -Xlint:all -Werror --release 17 -d "$INTEROP_CACHE/java" java/Judge.java

#!/usr/bin/env bash
# Let's Encrypt's test CA at a fixed version, and the DNS server that it asks.
set -euo pipefail
version=v2.10.1
bin="$INTEROP_CACHE/$version"
[ -x "$bin/pebble" ] && [ -x "$bin/pebble-challtestsrv" ] && exit
command -v go >/dev/null || { echo 'not ok install: go is missing; install Go 1.24 or later'; exit 1; }
export GOMODCACHE="$INTEROP_CACHE/modules" GOFLAGS=-modcacherw CGO_ENABLED=0
for program in pebble pebble-challtestsrv; do
  GOBIN="$bin" nice go install "github.com/letsencrypt/pebble/v2/cmd/$program@$version"
done

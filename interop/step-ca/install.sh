#!/usr/bin/env bash
# step-ca at a fixed version. Without cgo it needs no library for smart cards.
set -euo pipefail
version=v0.30.2
program="$INTEROP_CACHE/$version/step-ca"
[ -x "$program" ] && exit
command -v go >/dev/null || { echo 'not ok install: go is missing; install Go 1.26 or later'; exit 1; }
command -v openssl >/dev/null || { echo 'not ok install: openssl is missing'; exit 1; }
export GOMODCACHE="$INTEROP_CACHE/modules" GOFLAGS=-modcacherw CGO_ENABLED=0
GOBIN="$INTEROP_CACHE/$version" nice go install "github.com/smallstep/certificates/cmd/step-ca@$version"

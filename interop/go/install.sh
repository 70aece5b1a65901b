# Fetches the modules at the versions of go.mod and builds the tour.
set -euo pipefail
command -v go >/dev/null || { echo 'not ok install: go is missing; install Go 1.26 or later'; exit 1; }
export GOMODCACHE="$INTEROP_CACHE/modules" GOFLAGS='-mod=readonly -modcacherw'
go build -o "$INTEROP_CACHE/tour" .

#!/usr/bin/env bash
# The clients at the versions of package-lock.json, in a folder of their own.
set -euo pipefail
cmp -s package-lock.json "$INTEROP_CACHE/installed.json" && exit
cp package.json package-lock.json "$INTEROP_CACHE"
npm ci --prefix "$INTEROP_CACHE" --no-audit --no-fund --loglevel=error
cp package-lock.json "$INTEROP_CACHE/installed.json"

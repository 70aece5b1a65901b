#!/usr/bin/env bash
set -euo pipefail
caches=$(dirname "$INTEROP_CACHE")
export PEBBLE_PROGRAMS="$caches/pebble/v2.10.1" STEP_CA="$caches/step-ca/v0.30.2/step-ca"
exec "$INTEROP_REPOSITORY/node_modules/node/bin/node" --disable-warning=ExperimentalWarning tour.ts

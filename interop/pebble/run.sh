#!/usr/bin/env bash
# Pebble rejects every second nonce, so that nothing works that cannot be said twice.
set -euo pipefail
export PEBBLE_PROGRAMS="$INTEROP_CACHE/v2.10.1"
exec node --disable-warning=ExperimentalWarning walk.ts

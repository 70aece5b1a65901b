#!/usr/bin/env bash
set -euo pipefail
export STEP_CA="$INTEROP_CACHE/v0.30.2/step-ca"
exec "$INTEROP_REPOSITORY/node_modules/node/bin/node" --disable-warning=ExperimentalWarning compare.ts

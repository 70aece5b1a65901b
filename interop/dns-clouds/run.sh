#!/usr/bin/env bash
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec "$INTEROP_REPOSITORY/node_modules/node/bin/node" --disable-warning=ExperimentalWarning tour.ts

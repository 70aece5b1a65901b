#!/usr/bin/env bash
set -euo pipefail
exec "$INTEROP_REPOSITORY/node_modules/node/bin/node" --disable-warning=ExperimentalWarning tour.ts

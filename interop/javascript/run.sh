#!/usr/bin/env bash
# Node looks for packages above the file that imports them, so the tour runs beside those that were installed.
set -euo pipefail
rm -rf "$INTEROP_CACHE/tour"
mkdir "$INTEROP_CACHE/tour"
cp ./*.js "$INTEROP_CACHE/tour"
exec node "$INTEROP_CACHE/tour/tour.js"

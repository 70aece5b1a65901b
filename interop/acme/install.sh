#!/usr/bin/env bash
# Pebble and step-ca, as the suites beside this one install them and in their place, so that neither is built twice.
set -euo pipefail
caches=$(dirname "$INTEROP_CACHE")
for suite in pebble step-ca; do
  mkdir -p "$caches/$suite"
  (cd "../$suite" && INTEROP_CACHE="$caches/$suite" bash install.sh)
done
for program in openssl named; do
  command -v "$program" >/dev/null || { echo "not ok install: $program is missing"; exit 1; }
done

#!/usr/bin/env bash
set -euo pipefail
for program in named dig nsupdate; do
  command -v "$program" >/dev/null || { echo "not ok install: $program is missing; install bind9 and bind9-dnsutils"; exit 1; }
done

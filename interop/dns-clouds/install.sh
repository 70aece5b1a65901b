#!/usr/bin/env bash
# The libraries of the clouds at the versions of requirements.txt, in an environment of their own.
set -euo pipefail
cmp -s requirements.txt "$INTEROP_CACHE/installed.txt" && exit
python3 -m venv --clear "$INTEROP_CACHE/venv"
"$INTEROP_CACHE/venv/bin/pip" install --quiet --requirement requirements.txt
cp requirements.txt "$INTEROP_CACHE/installed.txt"

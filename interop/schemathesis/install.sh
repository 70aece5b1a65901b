#!/usr/bin/env bash
# The program at the version of requirements.txt, in an environment of its own.
set -euo pipefail
cmp -s requirements.txt "$INTEROP_CACHE/installed.txt" && exit
python3 -m venv --clear "$INTEROP_CACHE/venv"
"$INTEROP_CACHE/venv/bin/pip" install --quiet --requirement requirements.txt
cp requirements.txt "$INTEROP_CACHE/installed.txt"

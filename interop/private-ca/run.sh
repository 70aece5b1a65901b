#!/usr/bin/env bash
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
exec "$INTEROP_CACHE/venv/bin/python" -u tour.py

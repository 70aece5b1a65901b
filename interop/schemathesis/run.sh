#!/usr/bin/env bash
# Requests of every kind that the contract allows, and of many that it does not: each answer must be one that it declares.
set -uo pipefail
export PATH="$INTEROP_CACHE/venv/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
# It remembers former failures beside where it runs; a run must not depend on what another found.
cp ./*.py schemathesis.toml "$INTEROP_WORK"
cd "$INTEROP_WORK" || exit 1
ACCESS_TOKEN=$(curl --silent --show-error --fail --cacert "$NODE_EXTRA_CA_CERTS" \
  "$AZURE_AUTHORITY_HOST/$AZURE_TENANT_ID/oauth2/v2.0/token" --data grant_type=client_credentials \
  --data "client_id=$AZURE_CLIENT_ID" --data-urlencode "client_secret=$AZURE_CLIENT_SECRET" \
  --data-urlencode "scope=$KEYVAULT_URI/.default" | python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])') || exit 1
export ACCESS_TOKEN
python3 seed.py || exit 1
schemathesis --config-file schemathesis.toml run "$INTEROP_REPOSITORY/openapi.json" --url "$KEYVAULT_URI" \
  --tls-verify "$NODE_EXTRA_CA_CERTS" --report junit --report-junit-path report.xml --no-color \
  >schemathesis.log 2>&1
python3 verdicts.py report.xml
code=$?
[ "$code" -eq 0 ] || cat schemathesis.log
exit "$code"

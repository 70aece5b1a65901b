#!/usr/bin/env bash
# The tour of the Azure CLI.
set -uo pipefail
export PATH="$INTEROP_CACHE/venv/bin:$PATH"
cd "$INTEROP_WORK" || exit 1
here=$INTEROP_REPOSITORY/interop/azure-cli
. "$here/steps.sh"
. "$here/outside-ca.sh"
. "$here/sign-in.sh"
. "$here/certificates.sh"
. "$here/collections.sh"
. "$here/secrets-and-keys.sh"
[ "$failed" -eq 0 ]

# A cloud of its own for the Azure CLI, and the sign-in of an application there; see docs/clients.md.

export AZURE_CONFIG_DIR=$INTEROP_WORK/azure
export AZURE_CORE_COLLECT_TELEMETRY=false
export AZURE_CORE_INSTANCE_DISCOVERY=false

# `az` joins vault name and suffix: `localhost` and `:8443` are the vault `default` of a service without a suffix of its own.
vault=(--vault-name localhost)
port=${KEYVAULT_URI##*:}

register() {
  az cloud register --name certkeep --skip-endpoint-discovery \
    --endpoint-resource-manager "$KEYVAULT_URI" \
    --endpoint-active-directory "$AZURE_AUTHORITY_HOST" \
    --endpoint-active-directory-resource-id "$KEYVAULT_URI" \
    --suffix-keyvault-dns ":$port"
  az cloud set --name certkeep
}

sign_in() {
  az login --service-principal --username "$1" --password="$2" --tenant "$AZURE_TENANT_ID" --skip-subscription-discovery
}

as_administrator() {
  register
  sign_in "$AZURE_CLIENT_ID" "$AZURE_CLIENT_SECRET"
  same "$(member 'user.name' account show)" "$AZURE_CLIENT_ID"
}

wrong_secret() {
  export AZURE_CONFIG_DIR=$INTEROP_WORK/wrong
  register
  refused AADSTS7000215 sign_in "$AZURE_CLIENT_ID" wrong
}

step 'registers a cloud and signs in as a service principal' as_administrator
step 'refuses a wrong client secret' wrong_secret

// The clients of one application, as docs/clients.md says that they are set up.
import { ClientSecretCredential } from '@azure/identity'
import { CertificateClient } from '@azure/keyvault-certificates'
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'

export function clientsOf(clientId, clientSecret) {
  const { KEYVAULT_URI, AZURE_TENANT_ID, AZURE_AUTHORITY_HOST } = process.env
  const credential = new ClientSecretCredential(AZURE_TENANT_ID, clientId, clientSecret, {
    authorityHost: AZURE_AUTHORITY_HOST,
    disableInstanceDiscovery: true,
  })
  const options = { disableChallengeResourceVerification: true }
  return {
    certificates: new CertificateClient(KEYVAULT_URI, credential, options),
    secrets: new SecretClient(KEYVAULT_URI, credential, options),
    keys: new KeyClient(KEYVAULT_URI, credential, options),
    cryptography: (key) => new CryptographyClient(key, credential, options),
  }
}

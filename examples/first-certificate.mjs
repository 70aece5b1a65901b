// Makes a self-signed certificate and reads it back with its private key, with the libraries that Azure publishes.
// Run it in a terminal where `eval "$(npx certkeep env)"` was run.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { DefaultAzureCredential } from '@azure/identity'
import { CertificateClient } from '@azure/keyvault-certificates'
import { SecretClient } from '@azure/keyvault-secrets'

const url = process.env.KEYVAULT_URI
// The two switches are for names that are not Azure's own, such as localhost.
const credential = new DefaultAzureCredential({ disableInstanceDiscovery: true })
const options = { disableChallengeResourceVerification: true }

const certificates = new CertificateClient(url, credential, options)
const poller = await certificates.beginCreateCertificate('web', {
  issuerName: 'Self',
  subject: 'CN=web.example.org',
  subjectAlternativeNames: { dnsNames: ['web.example.org'] },
  contentType: 'application/x-pem-file',
})
const { cer } = await poller.pollUntilDone()

const { value: pem } = await new SecretClient(url, credential, options).getSecret('web')
const certificate = new X509Certificate(cer)
console.log(`${certificate.subject}, valid until ${certificate.validTo}`)
console.log(`the private key is its own: ${certificate.checkPrivateKey(createPrivateKey(pem))}`)

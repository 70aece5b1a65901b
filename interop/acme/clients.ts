/** A certificate through the unmodified Azure SDK, and the connection that it is good for. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { CertificatePolicy } from '@azure/keyvault-certificates'
import { clientsOf } from '../../test/azure/service.ts'
import type { Pebble } from '../pebble/pebble.ts'
import { step } from '../pebble/steps.ts'
import { inWork, type Vault } from './vault.ts'

const host = 'sdk.web.example'

export async function clients({ environment }: Vault, pebble: Pebble): Promise<void> {
  const { certificates, secrets } = clientsOf(environment)
  let pfx = ''

  await step('an Azure client creates a certificate, and waits until it is there', async () => {
    const policy: CertificatePolicy = {
      issuerName: 'pebble',
      subject: `CN=${host}`,
      subjectAlternativeNames: { dnsNames: [host] },
      contentType: 'application/x-pkcs12',
      keySize: 2048,
    }
    const poller = await certificates.beginCreateCertificate('sdk', policy, { intervalInMs: 200 })
    const { properties, cer, keyId } = await poller.pollUntilDone()
    assert.ok(cer && keyId && properties.version)
    assert.equal(
      (await certificates.getCertificateOperation('sdk')).getOperationState().certificateOperation?.status,
      'completed',
    )
  })

  await step('it reads the PFX', async () => {
    const { value, properties } = await secrets.getSecret('sdk')
    assert.equal(properties.contentType, 'application/x-pkcs12')
    pfx = value!
  })

  await step('OpenSSL trusts a server that has it', async () => {
    writeFileSync(inWork('pebble-root.pem'), await pebble.root(0))
    const server = createServer({ pfx: Buffer.from(pfx, 'base64') }, (socket) => socket.end())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const { port } = server.address() as AddressInfo
      const said = await connect(port)
      assert.match(said, /Verify return code: 0 \(ok\)/)
      assert.match(said, /Verified peername: sdk\.web\.example/)
    } finally {
      server.close()
    }
  })
}

/** What `openssl s_client` says. */
function connect(port: number): Promise<string> {
  const wishes = [
    ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', host, '-verify_hostname', host],
    ...['-CAfile', inWork('pebble-root.pem'), '-no-CApath', '-no-CAstore', '-verify_return_error'],
  ]
  return new Promise((resolve, reject) => {
    const child = execFile('openssl', wishes, (error, said) => (error ? reject(error) : resolve(said)))
    child.stdin?.end()
  })
}

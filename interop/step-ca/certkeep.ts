/** The private CA of a running certkeep, asked as its clients ask it: a bearer token, and one POST for each request. */
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { type Call, send, type Target } from '../../bench/load.ts'
import { environmentOf, type Service, startService, tokenOf, trust } from '../../test/azure/service.ts'
import type { CaKind, Contender } from './contender.ts'

const apiVersion = 'api-version=2025-07-01'
const keyProperties = {
  'P-256': { kty: 'EC', crv: 'P-256' },
  'RSA-2048': { kty: 'RSA', key_size: 2048 },
}

/** A service without rate limits: one caller is the whole load here. */
export async function openCertkeep(dataFolder: string): Promise<{ service: Service; target: Target }> {
  const service = await startService({ dataFolder, args: ['--limits', 'off'] })
  const environment = await environmentOf(service)
  trust(environment)
  const token = await tokenOf(environment)
  const target = {
    port: service.port,
    pid: service.process.pid!,
    ca: readFileSync(environment.NODE_EXTRA_CA_CERTS!, 'utf8'),
    headers: { host: `localhost:${service.port}`, authorization: `Bearer ${token}` },
  }
  return { service, target }
}

/** A root with a CA below it, and an issuer object that signs TLS certificates under that. */
export async function certkeepCa(target: Target, kind: CaKind): Promise<Contender> {
  const agent = new Agent({ keepAlive: true, ca: target.ca })
  const put = async (path: string, body: object) =>
    JSON.parse(
      await send(
        target,
        agent,
        { method: 'PUT', path: `${path}?${apiVersion}`, body: JSON.stringify(body) },
        200,
      ),
    )
  const name = kind.toLowerCase()
  const key_props = keyProperties[kind]
  const root = await put(`/authorities/root-${name}`, { subject: `CN=Root ${kind}`, key_props })
  const parent = `root-${name}`
  const issuing = await put(`/authorities/${name}`, {
    kind: 'intermediate',
    parent,
    subject: `CN=${kind}`,
    key_props,
  })
  await put(`/certificates/issuers/${name}`, { provider: 'PrivateCA', settings: { authority: name } })
  agent.destroy()
  const path = `/certificates/issuers/${name}/sign?${apiVersion}`
  return {
    name: 'certkeep',
    target,
    expect: 200,
    prepare: async (requests) =>
      requests.map(({ pem }): Call => ({ method: 'POST', path, body: JSON.stringify({ csr: pem }) })),
    certificateIn: (answer) => pemOf(JSON.parse(answer).cer),
    root: pemOf(root.cer),
    intermediate: pemOf(issuing.cer),
    stop: async () => undefined,
  }
}

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)!.join('\n')}\n-----END CERTIFICATE-----\n`
}

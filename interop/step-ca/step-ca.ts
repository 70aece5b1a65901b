/**
 * step-ca with an intermediate under a root, a JWK provisioner, and its usual database with synchronous writes. Asked as `step`
 * asks it: `POST /1.0/sign` with a token for each request, signed by the provisioner's key and good for one use.
 */
import { execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { join } from 'node:path'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { type Call, send, type Target } from '../../bench/load.ts'
import { freePort } from '../../test/azure/service.ts'
import type { CaKind, Contender } from './contender.ts'
import type { Request } from './requests.ts'

const provisioner = 'race'
const startMillisecondsMax = 20_000
const keyArguments = {
  'P-256': ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  'RSA-2048': ['-newkey', 'rsa:2048'],
}

/** @param folder for its keys, settings and database. @throws Error when it does not start. */
export async function openStepCa(program: string, folder: string, kind: CaKind): Promise<Contender> {
  mkdirSync(folder, { recursive: true })
  const file = (name: string) => join(folder, name)
  makeCertificates(file, kind)
  const port = await freePort()
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const publicKey = key.publicKey.export({ format: 'jwk' })
  const keyId = await calculateJwkThumbprint(publicKey)
  const settings = settingsFor(file, port, { ...publicKey, kid: keyId, alg: 'ES256', use: 'sig' })
  writeFileSync(file('ca.json'), JSON.stringify(settings))
  const log = openSync(file('log'), 'w')
  const child = spawn(program, [file('ca.json')], {
    stdio: ['ignore', 'ignore', log],
    env: { PATH: process.env.PATH, HOME: folder, STEPPATH: folder },
  })
  const root = readFileSync(file('root.pem'), 'utf8')
  const target = { port, ca: root, pid: child.pid!, headers: { host: `localhost:${port}` } }
  await healthy(target).catch((cause) => {
    child.kill('SIGKILL')
    throw new Error(`step-ca did not start: ${readFileSync(file('log'), 'utf8')}`, { cause })
  })
  const sign = { keyId, key: key.privateKey, port, root: new X509Certificate(root) }
  return {
    name: 'step-ca',
    target,
    expect: 201,
    prepare: (requests) => Promise.all(requests.map((request) => callFor(request, sign))),
    certificateIn: (answer) => JSON.parse(answer).crt,
    root,
    intermediate: readFileSync(file('ca.pem'), 'utf8'),
    async stop() {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** `badgerv2` is what `step ca init` chooses; step-ca opens it with SyncWrites. No log of requests, as nothing is set for one. */
function settingsFor(file: (name: string) => string, port: number, key: object) {
  const days90 = `${90 * 24}h`
  const claims = { defaultTLSCertDuration: days90, maxTLSCertDuration: days90 }
  return {
    root: file('root.pem'),
    crt: file('ca.pem'),
    key: file('ca.key'),
    address: `127.0.0.1:${port}`,
    dnsNames: ['localhost'],
    db: { type: 'badgerv2', dataSource: file('db') },
    authority: { provisioners: [{ type: 'JWK', name: provisioner, key, claims }] },
  }
}

function makeCertificates(file: (name: string) => string, kind: CaKind): void {
  const make = (name: string, subject: string, ...more: string[]) =>
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', ...keyArguments[kind], '-nodes', '-days', '365', '-subj', subject],
        ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
        ...['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), ...more],
      ],
      { stdio: 'ignore' },
    )
  make('root', `/CN=step root ${kind}`)
  make('ca', `/CN=step ${kind}`, '-CA', file('root.pem'), '-CAkey', file('root.key'))
}

async function healthy(target: Target): Promise<void> {
  const agent = new Agent({ ca: target.ca })
  const deadline = performance.now() + startMillisecondsMax
  for (;;) {
    try {
      await send(target, agent, { method: 'GET', path: '/health' }, 200)
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

interface TokenMaker {
  readonly keyId: string
  readonly key: KeyObject
  readonly port: number
  readonly root: X509Certificate
}

async function callFor({ name, pem }: Request, { keyId, key, port, root }: TokenMaker): Promise<Call> {
  const sha = root.fingerprint256.replaceAll(':', '').toLowerCase()
  const ott = await new SignJWT({ sans: [name], sha })
    .setProtectedHeader({ alg: 'ES256', kid: keyId, typ: 'JWT' })
    .setIssuer(provisioner)
    .setAudience(`https://localhost:${port}/1.0/sign`)
    .setSubject(name)
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('5m')
    .setJti(randomBytes(32).toString('hex'))
    .sign(key)
  return { method: 'POST', path: '/1.0/sign', body: JSON.stringify({ csr: pem, ott }) }
}

/** Rows to store: whole, plausible, and different from each other where it matters. */
import assert from 'node:assert/strict'
import type { RoleAssignment } from '../../src/access/principal.ts'
import type { AuditRecord } from '../../src/domain/audit.ts'
import type { Certificate, CertificateVersion, SealedVersion } from '../../src/domain/certificate.ts'
import type { CertificateOperation } from '../../src/domain/certificate-operation.ts'
import { completePolicy } from '../../src/domain/policy-rules.ts'
import { seconds } from '../../src/domain/time.ts'
import type { Application, Writer } from '../../src/storage/storage.ts'

export const vault = 'default'
export const noon = seconds(1_800_000_000)
export const later = (by: number) => seconds(noon + by)
export const policy = completePolicy({ x509: { subject: 'CN=sample' }, issuer: { name: 'Self' } })

/** A version id: 32 hex digits that begin with the number. */
export const id = (number: number) => number.toString(16).padStart(8, '0').padEnd(32, '0')
export const bytes = (...values: number[]) => Uint8Array.from(values)

export function certificate(name: string, change: Partial<Certificate> = {}): Certificate {
  return {
    vault,
    name,
    policy,
    policyCreated: noon,
    policyUpdated: noon,
    current: {
      version: id(0xffff),
      issued: false,
      enabled: false,
      notBefore: later(-600),
      notAfter: later(86_400),
      created: noon,
      updated: noon,
    },
    hasOperation: false,
    ...change,
  }
}

export function version(number: number, change: Partial<CertificateVersion> = {}): CertificateVersion {
  return {
    version: id(number),
    issued: true,
    enabled: true,
    notBefore: later(number),
    notAfter: later(number + 86_400),
    created: later(number),
    updated: later(number),
    thumbprint: bytes(number & 0xff, 1),
    certificate: bytes(number & 0xff, 2),
    chain: [bytes(3), new Uint8Array(70_000).fill(4)],
    keyType: 'RSA',
    publicKey: bytes(number & 0xff, 5),
    keyOperations: ['sign', 'verify'],
    exportable: true,
    secretContentType: 'application/x-pkcs12',
    ...change,
  }
}

export function sealed(number: number): SealedVersion {
  return {
    privateKey: { uri: 'software:test', wrapped: bytes(number & 0xff, 6) },
    secretValue: bytes(number & 0xff, 7),
  }
}

export function operation(name: string, change: Partial<CertificateOperation> = {}): CertificateOperation {
  return {
    vault,
    name,
    requestId: id(0xaaaa),
    status: 'inProgress',
    cancellationRequested: false,
    created: noon,
    policy,
    version: id(1),
    enabled: true,
    request: bytes(8),
    privateKey: { uri: 'software:test', wrapped: bytes(9) },
    publicKey: bytes(10),
    serialNumber: bytes(0x40, 11),
    failedSteps: 0,
    ...change,
  }
}

export function application(name: string, change: Partial<Application> = {}): Application {
  const own = Buffer.from(name)
  return {
    applicationId: `application-${name}`,
    objectId: `object-${name}`,
    name,
    enabled: true,
    created: noon,
    clientSecretHash: Buffer.concat([own, bytes(1)]),
    identityHeaderHash: Buffer.concat([own, bytes(2)]),
    sealedCredentials: Buffer.concat([own, bytes(3)]),
    ...change,
  }
}

export function assignment(assignmentId: string, change: Partial<RoleAssignment> = {}): RoleAssignment {
  return { id: assignmentId, roleId: 'reader', principalId: 'alice', scope: {}, ...change }
}

export function record(change: Partial<AuditRecord> = {}): AuditRecord {
  return {
    at: noon,
    vault,
    operation: 'CertificateGet',
    identity: { kind: 'user', objectId: 'alice' },
    origin: { correlationId: 'c', requestId: 'r' },
    outcome: 'success',
    ...change,
  }
}

/** A certificate whose versions were issued in the given order. */
export async function insertIssued(writer: Writer, name: string, ...numbers: number[]): Promise<void> {
  await writer.certificates.insert(certificate(name))
  for (const number of numbers)
    await writer.certificates.addVersion(vault, name, version(number), sealed(number))
}

/** Compares content: octets whatever their class, rows whatever their prototype. */
export function same(actual: unknown, expected: unknown): void {
  assert.deepEqual(plain(actual), plain(expected))
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `octets ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]))
}

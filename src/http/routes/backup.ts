/** Backup and restore of single objects. */
import { contentOctetsMax } from '../../vault/backup/backup-content.ts'
import { ok, type Route, route } from '../route.ts'
import * as answers from '../wire/answers/index.ts'
import { Backup, RestoreBody, readBackup, writeBackup } from '../wire/backup.ts'
import { writeCertificate } from '../wire/certificate.ts'
import { writeKey } from '../wire/key.ts'
import { writeSecretProperties } from '../wire/secret.ts'

/** Of the seal around the content, and of the JSON around the text. */
const surroundingOctets = 1024
/** Whatever was handed out can be taken back: four characters of base64url are three octets. */
const bodyOctetsMax = Math.ceil((contentOctetsMax + surroundingOctets) / 3) * 4 + surroundingOctets

export const backupRoutes: readonly Route[] = [
  route({
    id: 'BackupCertificate',
    summary: 'Hands out a certificate with all versions, keys and its policy, sealed.',
    verb: 'CertificateBackup',
    method: 'POST',
    path: '/certificates/:name/backup',
    answers: { 200: Backup },
    async handle({ vault, caller, params }) {
      return ok(writeBackup(await vault.backUpCertificate(caller, params.name!)))
    },
  }),

  route({
    id: 'RestoreCertificate',
    summary: 'Takes a certificate back from its backup, under its name and old version ids.',
    verb: 'CertificateRestore',
    method: 'POST',
    path: '/certificates/restore',
    body: RestoreBody,
    bodyOctetsMax,
    answers: { 200: answers.Certificate },
    async handle({ vault, caller, body, place }) {
      return ok(writeCertificate(await vault.restoreCertificate(caller, readBackup(body)), place))
    },
  }),

  route({
    id: 'BackupKey',
    summary: 'Hands out a key with all versions and its rotation policy, sealed.',
    verb: 'KeyBackup',
    method: 'POST',
    path: '/keys/:name/backup',
    answers: { 200: Backup },
    async handle({ vault, caller, params }) {
      return ok(writeBackup(await vault.backUpKey(caller, params.name!)))
    },
  }),

  route({
    id: 'RestoreKey',
    summary: 'Takes a key back from its backup, under its name and old version ids.',
    verb: 'KeyRestore',
    method: 'POST',
    path: '/keys/restore',
    body: RestoreBody,
    bodyOctetsMax,
    answers: { 200: answers.Key },
    async handle({ vault, caller, body, place }) {
      return ok(writeKey(await vault.restoreKey(caller, readBackup(body)), place))
    },
  }),

  route({
    id: 'BackupSecret',
    summary: 'Hands out a secret with all versions, sealed.',
    verb: 'SecretBackup',
    method: 'POST',
    path: '/secrets/:name/backup',
    answers: { 200: Backup },
    async handle({ vault, caller, params }) {
      return ok(writeBackup(await vault.backUpSecret(caller, params.name!)))
    },
  }),

  route({
    id: 'RestoreSecret',
    summary: 'Takes a secret back from its backup, under its name and old version ids; answers no value.',
    verb: 'SecretRestore',
    method: 'POST',
    path: '/secrets/restore',
    body: RestoreBody,
    bodyOctetsMax,
    answers: { 200: answers.SecretProperties },
    async handle({ vault, caller, body, place }) {
      return ok(writeSecretProperties(await vault.restoreSecret(caller, readBackup(body)), place))
    },
  }),
]

/** What authorities publish for everybody (RFC 5280 8): their certificates, their revocation lists, and answers to OCSP. */
import type { RevocationList } from '../../domain/authority.ts'
import { seconds, type UnixSeconds } from '../../domain/time.ts'
import type { Storage } from '../../storage/storage.ts'
import type { AuthorityPlace, OcspAnswer, OcspResponder } from './ocsp-responder.ts'

/** Public octets. */
export interface Publication {
  readonly der: Uint8Array
  readonly since: UnixSeconds
  /** When the next one is expected, by the vault's clock; absent where nobody knows. */
  readonly until?: UnixSeconds
}

export interface Publications {
  /** DER. Undefined while the authority has none, and where there is no authority. */
  authorityCertificate(place: AuthorityPlace): Promise<Publication | undefined>
  /** DER CertificateList as it was published last. Undefined where there is none. */
  revocationList(
    place: AuthorityPlace,
    partition: number,
    kind: RevocationList['kind'],
  ): Promise<Publication | undefined>
  /** An answer to whatever these octets are. Never throws. */
  ocsp(place: AuthorityPlace, request: Uint8Array): Promise<OcspAnswer>
}

export function createPublications(storage: Storage, responder: OcspResponder): Publications {
  return {
    async authorityCertificate({ vault, name }) {
      const found = await storage.read((reader) => reader.authorities.find(vault, name))
      return found?.certificate && { der: found.certificate, since: found.updated }
    },
    revocationList: ({ vault, name }, partition, kind) =>
      storage.read(async ({ authorities }) => {
        const list = await authorities.findRevocationList({ vault, name }, partition, kind)
        if (!list) return undefined
        // Due at once where something was revoked since.
        const turn = await authorities.findTurn({ vault, authority: name, partition, kind })
        const until = seconds(Math.min(turn?.due ?? list.nextUpdate, list.nextUpdate))
        return { der: list.der, since: list.thisUpdate, until }
      }),
    ocsp: (place, request) => responder.answer(place, request),
  }
}

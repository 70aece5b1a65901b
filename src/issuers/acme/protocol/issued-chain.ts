/** The certificate of an order with its chain (RFC 8555 7.4.2), of which a CA may offer several. */
import { parseCertificate } from '../../../x509/certificate.ts'
import type { Der } from '../../../x509/der.ts'
import { parsePem } from '../../../x509/pem.ts'
import { type AcmeAnswer, unusable } from './answer.ts'
import type { Signer } from './jws.ts'
import type { AcmeServer } from './server.ts'

const accept = 'application/pem-certificate-chain'
const commonName = '2.5.4.3'
const certificatesMax = 10
const alternatesMax = 10

/**
 * @param url of the certificate, from the order.
 * @param preferredRoot common name of the issuer of the topmost certificate; where no chain has it, the CA's choice is taken.
 * @returns DER, the leaf first.
 */
export async function downloadChain(
  server: AcmeServer,
  signer: Signer,
  url: string,
  preferredRoot?: string,
): Promise<readonly Der[]> {
  const answer = await server.read(signer, url, accept)
  const usual = chainIn(answer)
  if (preferredRoot === undefined || leadsTo(usual, preferredRoot)) return usual
  for (const alternate of answer.linksTo('alternate').slice(0, alternatesMax)) {
    const chain = chainIn(await server.read(signer, alternate, accept))
    if (leadsTo(chain, preferredRoot)) return chain
  }
  return usual
}

function chainIn(answer: AcmeAnswer): readonly Der[] {
  const chain = certificatesIn(answer)
  if (chain.length === 0 || chain.length > certificatesMax)
    throw unusable(answer, `it must hold 1 to ${certificatesMax} certificates`)
  return chain
}

function certificatesIn(answer: AcmeAnswer): readonly Der[] {
  try {
    const blocks = parsePem(Buffer.from(answer.body).toString('latin1'))
    if (blocks.some(({ label }) => label !== 'CERTIFICATE')) throw new Error('something else is in it')
    return blocks.map(({ der }) => parseCertificate(der).der)
  } catch {
    throw unusable(answer, 'it is no chain of certificates in PEM')
  }
}

function leadsTo(chain: readonly Der[], root: string): boolean {
  const { issuer } = parseCertificate(chain.at(-1)!)
  return issuer.flat().some(({ type, value }) => type === commonName && value === root)
}

/** The token service of AWS: it gives the credentials of a role to who is trusted by it. */
import type { TestContext } from 'node:test'
import { type AwsKey, isSigned } from './aws-signature.ts'
import { type MoodyServer, moodyServer } from './moody-server.ts'

export interface Trust {
  readonly role: string
  /** Who shows it gets the role. */
  readonly webToken?: string
  /** Who signs with it, and says the word, gets the role. */
  readonly key?: AwsKey
  readonly externalId?: string
}

/** @param given what the role is at AWS from then on. */
export async function stsDouble(t: TestContext, trust: Trust, given: Required<AwsKey>): Promise<MoodyServer> {
  return moodyServer(t, (request, body) => {
    const form = new URLSearchParams(body)
    const action = form.get('Action')
    const isKnown =
      action === 'AssumeRoleWithWebIdentity'
        ? form.get('WebIdentityToken') === trust.webToken
        : trust.key !== undefined &&
          isSigned(request, body, trust.key, { region: 'us-east-1', service: 'sts' }) &&
          form.get('ExternalId') === (trust.externalId ?? null)
    if (form.get('Version') !== '2011-06-15' || form.get('RoleArn') !== trust.role || !isKnown) {
      const [status, code] = action === 'AssumeRole' ? [403, 'AccessDenied'] : [400, 'InvalidIdentityToken']
      return {
        status,
        body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${form.get('WebIdentityToken')}</Message></Error><RequestId>x</RequestId></ErrorResponse>`,
      }
    }
    const { accessKeyId, secretAccessKey, sessionToken } = given
    const credentials = `<Credentials><SessionToken>${sessionToken}</SessionToken><SecretAccessKey>${secretAccessKey}</SecretAccessKey><Expiration>2027-01-15T14:00:00Z</Expiration><AccessKeyId>${accessKeyId}</AccessKeyId></Credentials>`
    return {
      status: 200,
      body: `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><AssumedRoleUser><Arn>${trust.role}/certkeep</Arn></AssumedRoleUser>${credentials}</${action}Result><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></${action}Response>`,
    }
  })
}

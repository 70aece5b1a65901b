/** One account at DigiCert, ready to be asked: what the issuer object says, and the way there. */
import type { Clock } from '../../domain/time.ts'
import type { HttpClient, OpenHttpClient } from '../../network/http-client.ts'
import { type ExchangeRecorder, recordExchanges } from '../../network/record-exchanges.ts'
import type { IssuerAccount } from '../issuer.ts'
import { type Api, isApiKey, openApi } from './protocol/api.ts'
import { windowsByAccount } from './protocol/request-windows.ts'
import { type DigiCertSettings, readSettings } from './settings.ts'

export interface DigiCertParts {
  readonly openHttp: OpenHttpClient
  /** The vault's. */
  readonly clock: Clock
  /** Takes what went to and fro for issuers that say `recordTraffic`, without the API key. */
  readonly record?: ExchangeRecorder
}

export interface Session {
  readonly api: Api
  readonly clock: Clock
  readonly settings: DigiCertSettings
  /** As the issuer object says. */
  readonly accountId: number
  readonly organization?: number
}

/** What is missing, in a sentence that says what to set. */
export interface Incomplete {
  readonly missing: string
}

/** A thousand orders are listed at once, each in about a kilobyte. */
const answerOctetsMax = 16 * 1024 * 1024
const idPattern = /^[1-9]\d{0,14}$/

/** Sessions of one provider share what is known of how often each account was asked. */
export function sessions(parts: DigiCertParts): (account: IssuerAccount) => Session | Incomplete {
  const windowsOf = windowsByAccount(parts.clock)
  return (account) => {
    const { accountId, password, organization } = account
    if (accountId === undefined || !idPattern.test(accountId))
      return {
        missing:
          'The issuer has no account: set credentials.account_id to the number of the CertCentral account, such as 123456.',
      }
    if (!password) return { missing: 'The issuer has no API key: set credentials.pwd to one of CertCentral.' }
    if (!isApiKey(password))
      return {
        missing: 'The issuer has no API key in credentials.pwd: what is there has characters that none has.',
      }
    if (organization?.id !== undefined && !idPattern.test(organization.id))
      return {
        missing:
          'The issuer has no organization in org_details.id: set it to the number that CertCentral shows, such as 204060.',
      }
    const settings = readSettings(account.settings)
    const http = httpFor(parts, account, settings)
    const windows = windowsOf(`${settings.baseUrl} ${accountId}`)
    return {
      api: openApi({ http, baseUrl: settings.baseUrl, key: password, windows }),
      clock: parts.clock,
      settings,
      accountId: Number(accountId),
      ...(organization?.id !== undefined && { organization: Number(organization.id) }),
    }
  }
}

function httpFor(
  { openHttp, record }: DigiCertParts,
  { vault, name, password }: IssuerAccount,
  { trustRoots, recordTraffic }: DigiCertSettings,
): HttpClient {
  const http = openHttp({ octetsMax: answerOctetsMax, ...(trustRoots.length > 0 && { trustRoots }) })
  if (!recordTraffic || !record) return http
  return recordExchanges(http, {
    of: `${vault}/${name}`,
    secrets: [password!],
    secretHeaders: ['x-dc-devkey'],
    record,
  })
}

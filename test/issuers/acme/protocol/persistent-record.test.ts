import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seconds } from '../../../../src/domain/time.ts'
import { persistentRecordFault } from '../../../../src/issuers/acme/protocol/persistent-record.ts'

const account = 'https://ca.example/acct/123'
const wish = {
  issuerDomainNames: ['authority.example', 'Other.Example.'],
  account,
  wildcard: false,
  at: seconds(1_800_000_000),
}

for (const [record, fault, more] of [
  [`authority.example; accounturi=${account}`, undefined],
  [`OTHER.example.;accounturi=${account};`, undefined],
  [
    `authority.example; ACCOUNTURI=${account}; policy=Wildcard; persistUntil=1830297600; new=x`,
    undefined,
    { wildcard: true },
  ],
  [`authority.example; accounturi=${account}`, /does not cover wildcards/, { wildcard: true }],
  [`authority.example; accounturi=${account}; persistUntil=1799999999`, /has come to its end/],
  [`authority.example; accounturi=${account}; persistUntil=1800000000`, undefined],
  [`authority.example; accounturi=${account}; persistUntil=later`, /not well formed/],
  [`authority.example; accounturi=${account}4`, /is for another account/],
  ['authority.example', /names no account/],
  [`evil.example; accounturi=${account}`, /is for another CA/],
  [`authority.example; accounturi=${account}; accountURI=${account}`, /not well formed/],
  [`authority.example; ; accounturi=${account}`, /not well formed/],
  [`; accounturi=${account}`, /not well formed/],
  [`authority.example; accounturi ${account}`, /not well formed/],
  ['', /not well formed/],
] as const)
  test(`the record ${record}${more ? ' for a wildcard' : ''}`, () => {
    const said = persistentRecordFault(record, { ...wish, ...more })
    if (fault === undefined) assert.equal(said, undefined)
    else assert.match(said ?? 'nothing', fault)
  })

/** Proving control of the names of one order: the value to show, and having DigiCert look for it. */
import type { UnixSeconds } from '../../../domain/time.ts'
import type { Call } from './api.ts'
import { plainText } from './plain-text.ts'

export interface RandomValue {
  readonly value: string
  readonly until?: UnixSeconds
}

/** A new value; the one before counts no more. */
export function newRandomValue(order: number): Call<RandomValue> {
  return {
    method: 'PUT',
    path: `/order/certificate/${order}/dcv-random-value`,
    effect: 'change',
    read(answer) {
      const members = answer.json()
      const until = members.optionalTime('expiration_date')
      const value = plainText(members.text('dcv_random_value', 255), 255)
      return { value, ...(until !== undefined && { until }) }
    },
  }
}

/** Has DigiCert look now. A value that it does not find is a refusal. */
export function checkDomainControl(order: number): Call<'complete' | 'pending'> {
  return {
    method: 'PUT',
    path: `/order/certificate/${order}/check-dcv`,
    effect: 'change',
    read(answer) {
      if (answer.status === 204) return 'complete'
      const members = answer.json()
      const names = members.objects('dns_name_validations', 1000)
      const states = [members, ...names].flatMap(
        (each) =>
          each.optionalText('dcv_status', 100) ??
          (each === members ? [] : (each.optionalText('status', 100) ?? [])),
      )
      const done = /^(?:complete|valid|validated|approved)/i
      return states.length > 0 && states.every((state) => done.test(state)) ? 'complete' : 'pending'
    },
  }
}

/**
 * The steps that this process is taking at this moment. One may take minutes, if it has to wait for a CA; so none holds up
 * another, and of one operation there is one at a time.
 */
import type { CertificateOperation } from '../../domain/certificate-operation.ts'
import type { Parts } from '../parts.ts'
import { advanceOperation } from './advance-operation.ts'

export interface StepsUnderWay {
  /** By the request ids of the operations. */
  readonly taken: ReadonlySet<string>
  /** Takes the next step, unless one is being taken. */
  begin(operation: CertificateOperation): void
  /** Resolves when there is none any more. */
  settled(): Promise<void>
}

export function stepsUnderWay(parts: Parts): StepsUnderWay {
  const taken = new Set<string>()
  const running = new Set<Promise<void>>()
  const take = async (operation: CertificateOperation) => {
    taken.add(operation.requestId)
    try {
      await advanceOperation(parts, operation)
    } catch (error) {
      parts.log.error('a step of an operation was lost; it will be taken up again', { error: String(error) })
    } finally {
      taken.delete(operation.requestId)
    }
  }
  return {
    taken,
    begin(operation) {
      if (taken.has(operation.requestId)) return
      const step: Promise<void> = take(operation).finally(() => running.delete(step))
      running.add(step)
    },
    async settled() {
      while (running.size > 0) await Promise.all(running)
    },
  }
}

/** The contacts of a vault, from none to none. */
import type { Tour } from './tour.ts'

export const contacts: Tour = {
  bodies: {
    SetCertificateContacts: () => ({ contacts: [{ email: 'ada@example.com', name: 'Ada', phone: '1' }] }),
  },
  life: [
    ['GetCertificateContacts', 404],
    ['SetCertificateContacts', 200],
    ['GetCertificateContacts', 200],
    ['DeleteCertificateContacts', 200],
  ],
}

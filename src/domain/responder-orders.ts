/**
 * How the record of what was issued tells the certificates of an authority's own OCSP responders from all others: the keys of
 * their orders begin so. They serve the others, and nothing is kept alive for them alone.
 */
export const responderOrders = 'ocsp-responder/'

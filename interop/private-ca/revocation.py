"""Certificates are revoked, held and released, and judges look for it in the lists and at the responders."""

import dataclasses

import published
from chains import file_of
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from judges import Question, gnutls_list, hear
from plan import hierarchies, list_rules

# GnuTLS, the JDK and Go have no delta lists.
without_deltas = ["GnuTLS", "Java", "Go"]
changes = {
    "RSA-2048": "keyCompromise",
    "P-256": "superseded",
    "P-384": "certificateHold",
}
released = "P-521"


def judge(tour, vault, leaves, withdrawn):
    """@param withdrawn: the chain of a certificate whose CA is to be revoked, and the name of the CA's own issuer."""
    for hierarchy in hierarchies:
        change(vault, leaves, hierarchy)
    chain, root = withdrawn
    vault.revoke_issued(root, chain.certificates[1].serial_number)
    published.await_listed(chain.certificates[1])
    below = [
        refused(Question(f"{chain.name}, whose CA is revoked, by {place}", chain, "server", revocation=place))
        for place in places
    ]
    for hierarchy in hierarchies:
        questions = list(questions_of(leaves, hierarchy))
        in_lists = [question for question in questions if question.revocation == "lists"]
        hear(tour, in_lists, but=without_deltas if "delta_hours" in list_rules[hierarchy] else [])
        hear(tour, [question for question in questions if question.revocation == "ocsp"])
    hear(tour, below)
    judge_lists(tour, leaves)


places = ["lists", "ocsp"]


def judge_lists(tour, leaves):
    """The signature of every list, deltas too, by `certtool --verify-crl`; under another CA it must not verify."""
    links = [link for chain in leaves.values() for link in chain.links()]
    issuers = {url: link for link in links for url in published.addresses_of_lists(link.leaf)}
    others = [*list(issuers.values())[1:], *list(issuers.values())[:1]]
    for (url, link), other in zip(issuers.items(), others, strict=True):
        name = url.partition("/crl/")[2]
        revocation_list = x509.load_der_x509_crl(published.fetch(url))
        list_file = file_of(f"{name}.pem", revocation_list.public_bytes(Encoding.PEM))
        said = gnutls_list(list_file, link.issuer_file)
        tour.say(f"GnuTLS verifies the list {name}", "" if said.startswith("Verified") else said)
        if other.certificates[1] != link.certificates[1]:
            said = gnutls_list(list_file, other.issuer_file)
            tour.say(
                f"GnuTLS refuses the list {name} under another CA", "" if said.startswith("Not verified") else said
            )


def change(vault, leaves, hierarchy):
    for key, reason in changes.items():
        vault.revoke(name_of(hierarchy, key), reason)
    vault.revoke(name_of(hierarchy, released), "certificateHold")
    for key in (*changes, released):
        published.await_listed(leaves[hierarchy, "tls-client", key].leaf)
    vault.release(name_of(hierarchy, released))
    published.await_listed(leaves[hierarchy, "tls-client", released].leaf, listed=False)


def name_of(hierarchy, key):
    return f"{hierarchy}-tls-client-{key}"


def questions_of(leaves, hierarchy):
    for place in places:
        for key, reason in changes.items():
            chain = leaves[hierarchy, "tls-client", key]
            yield refused(Question(f"{chain.name}, {reason}, by {place}", chain, "client", revocation=place))
        chain = leaves[hierarchy, "tls-client", released]
        yield Question(f"{chain.name}, whose hold was lifted, by {place}", chain, "client", revocation=place)
        for key in changes:
            chain = leaves[hierarchy, "tls-server", key]
            yield Question(f"{chain.name}, which was left alone, by {place}", chain, "server", revocation=place)


def refused(question):
    return dataclasses.replace(question, good=False, because="revoked")


def documents_of(leaves):
    """Every list, OCSP answers for what is good, revoked and on hold, and the certificates of the responders."""
    documents = {}
    for (hierarchy, profile, key), chain in leaves.items():
        for certificate in chain.certificates[:-1]:
            for url in published.addresses_of_lists(certificate):
                if url not in documents:
                    documents[url] = document(f"list {url.partition('/crl/')[2]}", "list", published.fetch(url))
        if profile == "tls-client":
            answer = published.ocsp_answer(chain.leaf, chain.certificates[1])
            documents[chain.name] = document(f"OCSP answer {chain.name}", "ocsp", answer)
            responder = ocsp.load_der_ocsp_response(answer).certificates[0]
            octets = responder.public_bytes(Encoding.DER)
            documents[octets] = document(f"OCSP responder of {hierarchy}", "certificate", octets)
    return list(documents.values())


def document(name, kind, octets):
    return name, kind, file_of(f"{name}.der", octets)

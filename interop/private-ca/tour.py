"""Certificates of the private CA before judges that share no code with it: they accept what is good and nothing else."""

import os
import sys

import revocation
from chains import chain_of, file_of
from cryptography.hazmat.primitives.serialization import Encoding
from judges import Question, hear
from lints import Exclusions, lint
from plan import authority_policy_of, hierarchies, host, keys, list_rules, mailbox, policy, policy_of, profiles
from scratch import SubordinateCa
from steps import Tour

from vault import Vault

base_url = os.environ["INTEROP_PUBLIC_URL"]
day = 86_400


def main():
    tour, vault, exclusions = Tour(), Vault(), Exclusions()
    make_authorities(vault)
    leaves = {
        (hierarchy, profile, key): issue(tour, vault, hierarchy, profile, key)
        for hierarchy in hierarchies
        for profile in profiles
        for key in keys
    }
    leaves = {place: chain for place, chain in leaves.items() if chain}
    subordinates = {
        (hierarchy, key): issue_ca(tour, vault, hierarchy, key)[0] for hierarchy in hierarchies for key in keys
    }
    short_lived = [
        issue(tour, vault, hierarchy, "tls-server", "P-256", issuer=f"{hierarchy}-short-tls-server")
        for hierarchy in hierarchies
    ]
    hear(tour, [question for place, chain in leaves.items() for question in good_questions(place[1], chain)])
    hear(tour, [Question(chain.name, chain, "ca") for chain in subordinates.values()])
    hear(tour, [question for hierarchy in hierarchies for question in bad_questions(hierarchy, leaves)])
    lacking = [question for hierarchy in hierarchies for question in questions_gnutls_lacks(hierarchy, leaves)]
    hear(tour, lacking, but=["GnuTLS"])
    hear(
        tour,
        [question for hierarchy in hierarchies for question in policy_questions(hierarchy, leaves)],
        but=["GnuTLS", "Go"],
    )
    hear(tour, [Question(chain.name, chain, "server", host=host) for chain in short_lived])
    hear(tour, list(constrained_questions(tour, vault)))
    revocation.judge(tour, vault, leaves, withdrawn(tour, vault))
    documents = documents_of([*leaves.values(), *subordinates.values(), *short_lived])
    lint(tour, exclusions, [*documents, *revocation.documents_of(leaves)])
    tour.say("every exclusion of a lint is needed", ", ".join(exclusions.unused()))
    sys.exit(1 if tour.failed else 0)


def make_authorities(vault):
    """A root and an intermediate for each hierarchy, and an issuer object for each profile."""
    for hierarchy, (root_key, issuing_key) in hierarchies.items():
        root, issuing = f"{hierarchy}-root", f"{hierarchy}-issuing"
        rules = {"base_url": base_url}
        subject = f"CN=Interop {hierarchy} Root, O=Example, C=DE"
        vault.call("PUT", f"/authorities/{root}", {"subject": subject, "key_props": root_key, "rules": rules})
        intermediate = {
            "kind": "intermediate",
            "subject": f"CN=Interop {hierarchy} Issuing, O=Example, C=DE",
            "key_props": issuing_key,
            "parent": root,
            "rules": {**rules, **list_rules[hierarchy]},
        }
        vault.call("PUT", f"/authorities/{issuing}", intermediate)
        for profile in profiles:
            make_issuer(vault, f"{hierarchy}-{profile}", issuing, profile, policyOids=[policy])
        short = {"validityDaysMax": 6, "shortLivedDays": 6}
        make_issuer(vault, f"{hierarchy}-short-tls-server", issuing, "tls-server", policyOids=[policy], **short)
        make_issuer(vault, f"{hierarchy}-subordinate-ca", root, "subordinate-ca")


def make_issuer(vault, name, authority, profile, **more):
    settings = {"authority": authority, "profile": profile, **more}
    vault.call("PUT", f"/certificates/issuers/{name}", {"provider": "PrivateCA", "settings": settings})


def issue(tour, vault, hierarchy, profile, key, issuer=None):
    issuer = issuer or f"{hierarchy}-{profile}"
    name = f"{issuer} {key}"
    try:
        chain = chain_of(name, vault.issued(name.replace(" ", "-"), policy_of(issuer, profile, key)))
        tour.say(f"{name} is issued", "" if len(chain.certificates) == 3 else "the chain is not complete")
        return chain
    except AssertionError as error:
        tour.say(f"{name} is issued", error)
        return None


def issue_ca(tour, vault, issuer_prefix, key):
    """@returns its chain and its private key, in PEM."""
    issuer = f"{issuer_prefix}-subordinate-ca"
    name = f"{issuer} {key}"
    subject = f"CN=Interop Subordinate {key}, O=Example, C=DE"
    pem = vault.issued_as_json(name.replace(" ", "-"), authority_policy_of(issuer, key, subject))
    tour.say(f"{name} is issued")
    return chain_of(name, pem), pem


def good_questions(profile, chain):
    for purpose in profiles[profile][1]:
        yield Question(
            f"{chain.name} for the purpose {purpose}",
            chain,
            purpose,
            host=host if purpose == "server" else "",
            mailbox=mailbox if purpose == "email" else "",
        )


def bad_questions(hierarchy, leaves):
    """Paths that lead elsewhere, names and purposes that are not there, and a signature that does not fit."""
    server, client = leaves[hierarchy, "tls-server", "P-256"], leaves[hierarchy, "tls-client", "P-256"]
    other = next(name for name in hierarchies if name != hierarchy)
    wrong = [
        ("another root", server.under(leaves[other, "tls-server", "P-256"]), "server", host),
        ("no intermediate", server.without_intermediates(), "server", host),
        ("a spoiled signature", server.spoiled(), "server", host),
        ("another host", server, "server", "www.example.com"),
        ("the wrong purpose", server, "client", ""),
        ("the wrong purpose", client, "server", ""),
    ]
    for why, chain, purpose, name in wrong:
        yield Question(f"{chain.name} for {why}", chain, purpose, host=name, good=False)


def questions_gnutls_lacks(hierarchy, leaves):
    """Its program has no clock that could be set, and does not ask whether a certificate is a CA's."""
    chain = leaves[hierarchy, "tls-server", "P-384"]
    start, end = (
        int(moment.timestamp()) for moment in (chain.leaf.not_valid_before_utc, chain.leaf.not_valid_after_utc)
    )
    yield Question(f"{chain.name} at its end", chain, "server", at=end - 1)
    yield Question(f"{chain.name} after its end", chain, "server", at=end + day, good=False)
    yield Question(f"{chain.name} before its start", chain, "server", at=start - day, good=False)
    yield Question(f"{chain.name} for signing certificates", chain, "ca", good=False)


def policy_questions(hierarchy, leaves):
    """GnuTLS does not look at policies, and Go cannot be told to require one."""
    chain = leaves[hierarchy, "smime", "P-256"]
    yield Question(f"{chain.name} under its policy", chain, "email", policy=policy)
    yield Question(f"{chain.name} under another policy", chain, "email", policy=f"{policy}.1", good=False)


def constrained_questions(tour, vault):
    """Below a CA that is bound to names and depth, another one, whose key signs what ours would not."""
    issuing = {
        "kind": "intermediate",
        "subject": "CN=Interop Constrained, O=Example, C=DE",
        "parent": "ec-root",
        "path_len_constraint": 1,
        "name_constraints": {
            "permitted": {"dns_names": ["example.org"]},
            "excluded": {"dns_names": ["no.example.org"]},
        },
        "rules": {"base_url": base_url},
    }
    vault.call("PUT", "/authorities/constrained", issuing)
    make_issuer(vault, "constrained-subordinate-ca", "constrained", "subordinate-ca")
    chain, pem = issue_ca(tour, vault, "constrained", "P-256")
    ca = SubordinateCa(chain, pem)
    inside = ca.server("a name that is permitted", host)
    yield Question(inside.name, inside, "server", host=host)
    for name, named in (("a name outside", "www.example.com"), ("a name that is excluded", "www.no.example.org")):
        chain = ca.server(name, named)
        yield Question(name, chain, "server", host=named, good=False)
    for chain in (ca.server("an end in the past", host, ended=True), ca.ca_with_server("one CA too many", host)):
        yield Question(chain.name, chain, "server", host=host, good=False)


def withdrawn(tour, vault):
    """A certificate, and the authority that certified its CA."""
    issuing = {
        "kind": "intermediate",
        "subject": "CN=Interop Withdrawn, O=Example, C=DE",
        "parent": "ec-root",
        "rules": {"base_url": base_url},
    }
    vault.call("PUT", "/authorities/withdrawn", issuing)
    make_issuer(vault, "withdrawn-tls-server", "withdrawn", "tls-server")
    return issue(tour, vault, "withdrawn", "tls-server", "P-256"), "ec-root"


def documents_of(chains):
    """Each certificate once."""
    documents = {}
    for chain in chains:
        for number, certificate in enumerate(chain.certificates):
            der = certificate.public_bytes(Encoding.DER)
            name = chain.name if number == 0 else certificate.subject.rfc4514_string()
            documents.setdefault(der, (name, "certificate", file_of(f"{name} {len(documents)}.der", der)))
    return list(documents.values())


main()

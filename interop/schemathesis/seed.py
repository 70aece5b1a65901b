"""Fills the vault with what plausible.py names, and writes down what it has to know of it."""

import json
import os
import time

import requests

url = os.environ["KEYVAULT_URI"]
session = requests.Session()
session.verify = os.environ["NODE_EXTRA_CA_CERTS"]
session.headers["Authorization"] = f"Bearer {os.environ['ACCESS_TOKEN']}"


def ask(method, path, body=None):
    answer = session.request(method, f"{url}/{path}", params={"api-version": "2025-07-01"}, json=body)
    answer.raise_for_status()
    return answer.json() if answer.content else None


def create(name, issuer="Self"):
    subject = {"subject": "CN=tour.example.org"}
    policy = {"issuer": {"name": issuer}, "key_props": {"kty": "EC"}, "x509_props": subject}
    ask("POST", f"certificates/{name}/create", {"policy": policy})
    while issuer == "Self" and ask("GET", f"certificates/{name}/pending")["status"] == "inProgress":
        time.sleep(0.01)


make = {
    "certificates": create,
    "secrets": lambda name: ask("PUT", f"secrets/{name}", {"value": "a word"}),
    "keys": lambda name: ask("POST", f"keys/{name}/create", {"kty": "EC"}),
    "issuers": lambda name: ask("PUT", f"certificates/issuers/{name}", {"provider": "Test"}),
}


def backup(kind):
    """A backup of what is not there any more."""
    name = f"{kind}-restored"
    make[kind](name)
    value = ask("POST", f"{kind}/{name}/backup")["value"]
    ask("DELETE", f"{kind}/{name}")
    ask("DELETE", f"deleted{kind}/{name}")
    return value


make["issuers"]("issuers-kept")
for number in range(9):
    make["issuers"](f"issuers-doomed-{number}")
for number in range(3):
    create(f"certificates-pending-{number}", "Unknown")
ask("POST", "keys/keys-kept-1/create", {"kty": "RSA", "key_size": 2048})
versions = {}
for kind, identifier in {"certificates": "id", "secrets": "id", "keys": "kid"}.items():
    versions[kind] = {}
    for name in (f"{kind}-kept-{number}" for number in range(3)):
        if name != "keys-kept-1":
            make[kind](name)
        listed = ask("GET", f"{kind}/{name}/versions")["value"]
        versions[kind][name] = listed[0][identifier].rsplit("/", 1)[1]
    for number in range(9):
        make[kind](f"{kind}-doomed-{number}")
        make[kind](f"{kind}-gone-{number}")
        ask("DELETE", f"{kind}/{kind}-gone-{number}")
plaintext = {"alg": "RSA-OAEP-256", "value": "AAAA"}
contents = {
    "ImportCertificate": ask("GET", "secrets/certificates-kept-0")["value"],
    "RestoreCertificate": backup("certificates"),
    "RestoreSecret": backup("secrets"),
    "RestoreKey": backup("keys"),
    "decrypt": ask("POST", f"keys/keys-kept-1/{versions['keys']['keys-kept-1']}/encrypt", plaintext)["value"],
    "unwrapKey": ask("POST", f"keys/keys-kept-1/{versions['keys']['keys-kept-1']}/wrapkey", plaintext)["value"],
}
with open(os.path.join(os.environ["INTEROP_WORK"], "known.json"), "w") as file:
    json.dump({"versions": versions, "contents": contents}, file)

"""
Half of the requests are made plausible: they name objects that exist and hold values that mean something, so that they come
past the first check. The other half stays as it was generated.
"""

import json
import os
import zlib

import schemathesis

with open(os.path.join(os.environ["INTEROP_WORK"], "known.json")) as file:
    known = json.load(file)
# By kind and name: the version of what stays.
versions = known["versions"]
# By operation: what its member `value` may be.
contents = known["contents"]

digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
# RFC 7517 A.2
private_key = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE",
}
values = {
    "subject": ["CN=tour.example.org", "CN=other.example.org,O=Tour", ""],
    "dns_names": [["tour.example.org"], ["tour.example.org", "*.example.org"]],
    "emails": [["tour@example.org"]],
    "upns": [["tour@example.org"]],
    "uris": [["https://tour.example.org/"]],
    "ipAddresses": [["127.0.0.1"]],
    "ekus": [["1.3.6.1.5.5.7.3.1"], []],
    "kty": ["EC", "RSA", "oct"],
    "crv": ["P-256", "P-384"],
    "key_size": [2048, 256],
    "validity_months": [12, 1],
    "lifetime_percentage": [80],
    "days_before_expiry": [30],
    "provider": ["Test", "DigiCert"],
    "email": ["tour@example.org"],
    "phone": ["1 23"],
    "value": [digest],
    "key": [private_key],
    "digest": [digest],
    "expiryTime": ["P90D"],
    "timeAfterCreate": ["P60D"],
    "tags": [{"a": "b"}, {}],
    "enabled": [True, True, False],
    "nbf": [1_700_000_000],
    "exp": [4_000_000_000],
}


@schemathesis.hook
def before_call(context, case, kwargs):
    text = repr((case.operation.label, case.path_parameters, case.query, case.body))
    chance = zlib.crc32(text.encode(errors="replace"))
    if chance % 2:
        return
    parameters = case.path_parameters
    if isinstance(parameters, dict) and "name" in parameters:
        kind, name = name_for(case, chance // 2)
        parameters["name"] = name
        if "version" in parameters and name in versions.get(kind, {}):
            parameters["version"] = versions[kind][name]
    if isinstance(case.body, dict):
        operation = case.operation.definition.raw["operationId"]
        case.body = plausible(case.body, chance // 2)
        case.body.pop("release_policy", None)
        if operation in contents and "value" in case.body:
            case.body["value"] = contents[operation]
        if "alg" in case.body:
            # Of the keys that stay, the second is RSA.
            signing = "RS256" if chance // 2 % 3 == 1 else "ES256"
            case.body["alg"] = signing if operation in ("sign", "verify") else "RSA-OAEP-256"


def name_for(case, number):
    """What kind of object the path names, and one that seed.py made."""
    kind = case.operation.path.split("/")[1]
    deleting = case.method == "DELETE"
    if "/issuers/" in case.operation.path:
        return "issuers", f"issuers-doomed-{number % 9}" if deleting else "issuers-kept"
    if kind.startswith("deleted"):
        return kind, f"{kind.removeprefix('deleted')}-gone-{number % 9}"
    if "/pending" in case.operation.path:
        return kind, f"certificates-{'doomed' if deleting else 'pending'}-{number % 3}"
    return kind, f"{kind}-doomed-{number % 9}" if deleting else f"{kind}-kept-{number % 3}"


def plausible(value, chance, parent=""):
    """The same members, with values that can mean something."""
    if not isinstance(value, dict):
        return value
    changed = {}
    for key, inner in value.items():
        if parent == "issuer" and key == "name":
            changed[key] = ("Self", "Unknown", "issuers-kept")[chance % 3]
        elif key in values:
            changed[key] = values[key][chance % len(values[key])]
        elif isinstance(inner, list):
            changed[key] = [plausible(item, chance, key) for item in inner]
        else:
            changed[key] = plausible(inner, chance, key)
    return changed


"""Linters: programs that hold certificates, revocation lists and OCSP answers to the wording of the standards."""

import fnmatch
import os
import pathlib

from judges import ask
from pkilint import loader, pkix
from pkilint.pkix import certificate, crl, extension, name, ocsp
from pkilint.validation import ValidationFindingSeverity

exclusions_file = "lint-exclusions.txt"
zlint_program = f"{os.environ['INTEROP_CACHE']}/go-judge"


class Exclusions:
    """Findings that are none of ours, each with its reason. One that fits nothing is itself a fault."""

    def __init__(self):
        lines = pathlib.Path(exclusions_file).read_text().splitlines()
        self._rows = [
            tuple(field.strip() for field in line.split("|")) for line in lines if line and not line.startswith("#")
        ]
        self._used = set()

    def left(self, linter, subject, findings):
        return [finding for finding in findings if not self._excluded(linter, subject, finding)]

    def unused(self):
        return [" | ".join(row[:3]) for row in self._rows if row not in self._used]

    def _excluded(self, linter, subject, finding):
        fitting = [
            row
            for row in self._rows
            if row[0] == linter and fnmatch.fnmatchcase(finding, row[1]) and fnmatch.fnmatchcase(subject, row[2])
        ]
        self._used.update(fitting)
        return bool(fitting)


def lint(tour, exclusions, documents):
    """@param documents: triples of a name, a kind (certificate, list, ocsp) and a file of DER."""
    found = ask([zlint_program, "zlint"], [[kind, file] for _, kind, file in documents])
    for (subject, _, _), findings in zip(documents, found, strict=True):
        say(tour, exclusions, "zlint", subject, findings.split())
    for subject, kind, file in documents:
        say(tour, exclusions, "pkilint", subject, pkilint(kind, file))


def say(tour, exclusions, linter, subject, findings):
    tour.say(f"{linter} finds nothing in {subject}", " ".join(exclusions.left(linter, subject, findings)))


def pkilint(kind, file):
    """The codes of what was found, notices included."""
    load, validator = validators[kind]
    try:
        document = load(pathlib.Path(file).read_bytes(), file)
    except ValueError as error:
        return [f"unreadable:{error}"]
    return sorted(
        {
            description.finding.code
            for result in validator.validate(document.root)
            for description in result.finding_descriptions
            if description.finding.severity >= ValidationFindingSeverity.NOTICE
        }
    )


# As pkilint's own programs `lint_pkix_cert`, `lint_crl --profile PKIX` and `lint_ocsp_response` put them together.
decoders = [
    pkix.create_attribute_decoder(name.ATTRIBUTE_TYPE_MAPPINGS),
    pkix.create_extension_decoder(extension.EXTENSION_MAPPINGS),
]
validators = {
    "certificate": (
        loader.RFC5280CertificateDocumentLoader().load_der_document,
        certificate.create_pkix_certificate_validator_container(
            certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
            [
                certificate.create_issuer_validator_container([]),
                certificate.create_validity_validator_container(),
                certificate.create_subject_validator_container([]),
                certificate.create_extensions_validator_container([]),
                certificate.create_spki_validator_container([]),
            ],
        ),
    ),
    "list": (
        loader.RFC5280CertificateListDocumentLoader().load_der_document,
        crl.create_pkix_crl_validator_container(
            decoders,
            [
                crl.create_issuer_validator_container([]),
                crl.create_validity_validator_container([]),
                crl.create_extensions_validator_container([]),
            ],
        ),
    ),
    "ocsp": (
        loader.RFC6960OCSPResponseDocumentLoader().load_der_document,
        ocsp.create_pkix_ocsp_response_validator_container([ocsp.create_response_decoder(), *decoders], []),
    ),
}

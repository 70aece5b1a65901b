"""The vault under judgement: Azure's clients for what Key Vault has, plain HTTPS for what is certkeep's own."""

import os
import time

import requests
from azure.identity import ClientSecretCredential
from azure.keyvault.certificates import CertificateClient, KeyVaultCertificate
from azure.keyvault.secrets import SecretClient

url = os.environ["KEYVAULT_URI"].rstrip("/")
version = "2025-07-01"
# Seconds.
patience = 60


class Vault:
    def __init__(self):
        environment = os.environ
        credential = ClientSecretCredential(
            environment["AZURE_TENANT_ID"],
            environment["AZURE_CLIENT_ID"],
            environment["AZURE_CLIENT_SECRET"],
            disable_instance_discovery=True,
        )
        options = {"verify_challenge_resource": False}
        self.certificates = CertificateClient(url, credential, **options)
        self.secrets = SecretClient(url, credential, **options)
        self._session = requests.Session()
        self._session.verify = environment["NODE_EXTRA_CA_CERTS"]
        token = credential.get_token(f"{url}/.default").token
        self._session.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, body=None):
        """@returns the JSON of the answer, which has to be a success."""
        answer = self._session.request(
            method, f"{url}{path}", params={"api-version": version}, json=body, timeout=patience
        )
        if not answer.ok:
            raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def revoke(self, name, reason):
        self.call("POST", f"/certificates/{name}/{self._version_of(name)}/revoke", {"reason": reason})

    def release(self, name):
        self.call("POST", f"/certificates/{name}/{self._version_of(name)}/release")

    def revoke_issued(self, authority, serial_number):
        """A certificate that no name stands for."""
        body = {"serial_number": f"{serial_number:x}", "reason": "cessationOfOperation"}
        self.call("POST", f"/authorities/{authority}/revoke", body)

    def issued(self, name, policy):
        """The PEM certificates of a new certificate, its own first and the root last; and behind them its private key.

        @raises AssertionError when it was not issued.
        """
        certificate = self.certificates.begin_create_certificate(name, policy, _polling_interval=0.05).result()
        if not isinstance(certificate, KeyVaultCertificate):
            raise AssertionError(certificate.error.message)
        return self.secrets.get_secret(name).value

    def issued_as_json(self, name, policy):
        """The same for a policy that Azure's client cannot write."""
        self.call("POST", f"/certificates/{name}/create", {"policy": policy})
        for _ in range(patience * 20):
            operation = self.call("GET", f"/certificates/{name}/pending")
            if operation["status"] != "inProgress":
                break
            time.sleep(0.05)
        if operation["status"] != "completed":
            raise AssertionError(operation)
        return self.secrets.get_secret(name).value

    def _version_of(self, name):
        return self.certificates.get_certificate(name).properties.version

"""The tour of the Python clients. Addresses, credentials and the CA come from the environment, as `certkeep env` prints it."""

import os
import sys

import certificate_tour
import collection_tour
import secret_and_key_tour
from azure.identity import ClientSecretCredential
from azure.keyvault.certificates import CertificateClient
from azure.keyvault.keys import KeyClient
from azure.keyvault.keys.crypto import CryptographyClient
from azure.keyvault.secrets import SecretClient
from steps import Tour

# What a service on `localhost` needs; see docs/clients.md.
credential_options = {"disable_instance_discovery": True}
client_options = {"verify_challenge_resource": False}


class Clients:
    def __init__(self, client_id, client_secret):
        url = os.environ["KEYVAULT_URI"]
        tenant = os.environ["AZURE_TENANT_ID"]
        credential = ClientSecretCredential(tenant, client_id, client_secret, **credential_options)
        self.certificates = CertificateClient(url, credential, **client_options)
        self.keys = KeyClient(url, credential, **client_options)
        self.secrets = SecretClient(url, credential, **client_options)
        self.cryptography = lambda key: CryptographyClient(key, credential, **client_options)


administrator = Clients(os.environ["AZURE_CLIENT_ID"], os.environ["AZURE_CLIENT_SECRET"])
powerless = Clients(os.environ["INTEROP_POWERLESS_CLIENT_ID"], os.environ["INTEROP_POWERLESS_CLIENT_SECRET"])
tour = Tour()
certificate_tour.take(tour, administrator, powerless)
collection_tour.take(tour, administrator)
secret_and_key_tour.take(tour, administrator, powerless)
sys.exit(1 if tour.failed else 0)

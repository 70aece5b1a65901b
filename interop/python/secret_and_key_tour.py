"""Secrets and keys that stand for themselves."""

import hashlib
import os

from azure.keyvault.keys import (
    JsonWebKey,
    KeyRotationLifetimeAction,
    KeyRotationPolicy,
    KeyRotationPolicyAction,
)
from azure.keyvault.keys.crypto import EncryptionAlgorithm, KeyWrapAlgorithm, SignatureAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from steps import refused, same


def take(tour, clients, powerless):
    secrets(tour, clients.secrets, powerless.secrets)
    keys(tour, clients, powerless.keys)


def secrets(tour, secrets, powerless):
    @tour.step("sets a secret, reads its versions, and changes its properties")
    def _():
        first = secrets.set_secret("word", "one", content_type="text/plain", tags={"a": "b"})
        second = secrets.set_secret("word", "two")
        same(secrets.get_secret("word").value, "two")
        same(secrets.get_secret("word", first.properties.version).value, "one")
        listed = {item.version for item in secrets.list_properties_of_secret_versions("word")}
        same(listed, {first.properties.version, second.properties.version})
        changed = secrets.update_secret_properties("word", first.properties.version, tags={"c": "d"})
        same((changed.tags, changed.content_type), ({"c": "d"}, "text/plain"))
        assert "word" in [item.name for item in secrets.list_properties_of_secrets()]
        secrets.update_secret_properties("word", enabled=False)
        refused(lambda: secrets.get_secret("word"), 403, "Forbidden", "SecretDisabled")
        secrets.update_secret_properties("word", enabled=True)

    @tour.step("deletes, recovers, backs up, purges and restores a secret")
    def _():
        backup = secrets.backup_secret("word")
        refused(lambda: secrets.restore_secret_backup(backup), 409, "Conflict")
        secrets.begin_delete_secret("word").result()
        refused(lambda: secrets.get_secret("word"), 404, "SecretNotFound")
        refused(lambda: secrets.set_secret("word", "x"), 409, "Conflict", "ObjectIsDeletedButRecoverable")
        same([item.name for item in secrets.list_deleted_secrets()], ["word"])
        same(secrets.get_deleted_secret("word").name, "word")
        secrets.begin_recover_deleted_secret("word").wait()
        same(secrets.get_secret("word").value, "two")
        secrets.begin_delete_secret("word").result()
        secrets.purge_deleted_secret("word")
        refused(lambda: secrets.get_deleted_secret("word"), 404, "SecretNotFound")
        same(secrets.restore_secret_backup(backup).name, "word")
        same(secrets.get_secret("word").value, "two")

    @tour.step("gives no secret to a caller without a role")
    def _():
        refused(lambda: powerless.get_secret("word"), 403, "Forbidden", "ForbiddenByRbac")
        refused(lambda: powerless.set_secret("word", "x"), 403, "Forbidden", "ForbiddenByRbac")
        refused(lambda: secrets.get_secret("nothing"), 404, "SecretNotFound")


def keys(tour, clients, powerless):
    keys = clients.keys
    digest = hashlib.sha384(b"what the tour signs").digest()

    @tour.step("creates keys, and signs, encrypts and wraps with them")
    def _():
        signing = clients.cryptography(keys.create_ec_key("curve", curve="P-384").id)
        signature = signing.sign(SignatureAlgorithm.es384, digest).signature
        assert signing.verify(SignatureAlgorithm.es384, digest, signature).is_valid
        sealing = clients.cryptography(keys.create_rsa_key("large", size=2048).id)
        secret = os.urandom(32)
        ciphertext = sealing.encrypt(EncryptionAlgorithm.rsa_oaep_256, secret).ciphertext
        same(sealing.decrypt(EncryptionAlgorithm.rsa_oaep_256, ciphertext).plaintext, secret)
        wrapped = sealing.wrap_key(KeyWrapAlgorithm.rsa_oaep_256, secret).encrypted_key
        same(sealing.unwrap_key(KeyWrapAlgorithm.rsa_oaep_256, wrapped).key, secret)

    @tour.step("imports a key, whose signatures its own public half verifies")
    def _():
        numbers = ec.generate_private_key(ec.SECP256R1()).private_numbers()
        x, y, d = (
            part.to_bytes(32, "big")
            for part in (numbers.public_numbers.x, numbers.public_numbers.y, numbers.private_value)
        )
        key = JsonWebKey(kty="EC", crv="P-256", x=x, y=y, d=d, key_ops=["sign", "verify"])
        brought = keys.import_key("brought", key)
        same((brought.key.x, brought.key.y, brought.key.d), (x, y, None))
        cryptography = clients.cryptography(brought.id)
        signature = cryptography.sign(SignatureAlgorithm.es256, digest[:32]).signature
        assert cryptography.verify(SignatureAlgorithm.es256, digest[:32], signature).is_valid

    @tour.step("reads, lists and changes keys, and obeys their operations")
    def _():
        same(keys.get_key("brought").key_type, "EC")
        names = {item.name for item in keys.list_properties_of_keys()}
        assert {"curve", "large", "brought"} <= names
        changed = keys.update_key_properties("brought", key_operations=["verify"], tags={"a": "b"})
        same((changed.key_operations, changed.properties.tags), (["verify"], {"a": "b"}))
        cryptography = clients.cryptography(changed.id)
        refused(lambda: cryptography.sign(SignatureAlgorithm.es256, digest[:32]), 403, "Forbidden")

    @tour.step("rotates a key, by hand and by policy")
    def _():
        first = keys.get_key("curve")
        second = keys.rotate_key("curve")
        assert first.properties.version != second.properties.version
        same(len(list(keys.list_properties_of_key_versions("curve"))), 2)
        action = KeyRotationLifetimeAction(KeyRotationPolicyAction.rotate, time_after_create="P60D")
        keys.update_key_rotation_policy("curve", KeyRotationPolicy(), expires_in="P90D", lifetime_actions=[action])
        read = keys.get_key_rotation_policy("curve")
        same(read.expires_in, "P90D")
        rotating = [one.time_after_create for one in read.lifetime_actions if one.action.lower() == "rotate"]
        same(rotating, ["P60D"])

    @tour.step("deletes, recovers, backs up, purges and restores a key")
    def _():
        before = keys.get_key("brought")
        backup = keys.backup_key("brought")
        refused(lambda: keys.restore_key_backup(backup), 409, "Conflict")
        keys.begin_delete_key("brought").result()
        refused(lambda: keys.get_key("brought"), 404, "KeyNotFound")
        refused(lambda: keys.create_ec_key("brought"), 409, "Conflict", "ObjectIsDeletedButRecoverable")
        same([item.name for item in keys.list_deleted_keys()], ["brought"])
        keys.begin_recover_deleted_key("brought").wait()
        same(keys.get_key("brought").id, before.id)
        keys.begin_delete_key("brought").result()
        keys.purge_deleted_key("brought")
        refused(lambda: keys.get_deleted_key("brought"), 404, "KeyNotFound")
        same(keys.restore_key_backup(backup).id, before.id)

    @tour.step("gives no key to a caller without a role")
    def _():
        refused(lambda: powerless.get_key("curve"), 403, "Forbidden", "ForbiddenByRbac")
        refused(lambda: powerless.create_ec_key("other"), 403, "Forbidden", "ForbiddenByRbac")
        refused(lambda: keys.get_key("nothing"), 404, "KeyNotFound")

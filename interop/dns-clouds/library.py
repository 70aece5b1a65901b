"""The clouds' own libraries, told by lines of JSON on standard input what to do with the TXT records of one name.

Each of them says which values it reads, adds one beside the others, and tells what it is answered when it writes on top of
something that it has not read.
"""

import json
import os
import sys
import time


class Cloudflare:
    def __init__(self, url, credentials, trust):
        import ssl

        import cloudflare
        import httpx

        self.library = cloudflare
        self.name = "_acme-challenge.www.example.org"
        context = ssl.create_default_context(cafile=trust)
        self.client = cloudflare.Cloudflare(
            api_token=credentials["token"], base_url=url, http_client=httpx.Client(verify=context)
        )
        [zone] = self.client.zones.list(name="example.org").result
        self.zone = zone.id

    def create(self, content):
        self.client.dns.records.create(
            zone_id=self.zone, type="TXT", name=self.name, content=content, ttl=60
        )

    def quoted(self):
        records = self.client.dns.records.list(zone_id=self.zone, type="TXT", name={"exact": self.name})
        return [record.content for record in records.result]

    def read(self):
        return [value.strip('"') for value in self.quoted()]

    def add(self, value):
        self.create(f'"{value}"')

    def overwrite(self):
        try:
            self.create(self.quoted()[0])
        except self.library.BadRequestError as error:
            return str(error.errors[0].code)


class Route53:
    def __init__(self, url, credentials, trust):
        import boto3

        self.zone, self.name = "ZPUBLIC1", "_acme-challenge.www.example.org."
        self.client = boto3.client(
            "route53",
            endpoint_url=url,
            verify=trust,
            region_name="us-east-1",
            aws_access_key_id=credentials["accessKeyId"],
            aws_secret_access_key=credentials["secretAccessKey"],
        )

    def record_set(self):
        sets = self.client.list_resource_record_sets(
            HostedZoneId=self.zone, StartRecordName=self.name, StartRecordType="TXT"
        )["ResourceRecordSets"]
        return next((item for item in sets if item["Name"] == self.name), None)

    def change(self, action, values):
        records = [{"Value": value} for value in values]
        record_set = {"Name": self.name, "Type": "TXT", "TTL": 60, "ResourceRecords": records}
        batch = {"Changes": [{"Action": action, "ResourceRecordSet": record_set}]}
        self.client.change_resource_record_sets(HostedZoneId=self.zone, ChangeBatch=batch)

    def quoted(self):
        found = self.record_set()
        return [record["Value"] for record in found["ResourceRecords"]] if found else []

    def read(self):
        return [value.strip('"') for value in self.quoted()]

    def add(self, value):
        before = self.quoted()
        if before:
            self.change("DELETE", before)
        self.change("CREATE", [*before, f'"{value}"'])

    def overwrite(self):
        try:
            self.change("CREATE", ['"unread"'])
        except self.client.exceptions.InvalidChangeBatch as error:
            return error.response["Error"]["Code"]


class AzureDns:
    def __init__(self, url, credentials, trust):
        from azure.core.credentials import AccessToken
        from azure.mgmt.dns import DnsManagementClient

        class Given:
            def get_token(self, *_scopes, **_options):
                return AccessToken(credentials["token"], int(time.time()) + 3600)

        self.path = ("dns", "example.org", "_acme-challenge.www", "TXT")
        self.sets = DnsManagementClient(
            Given(), credentials["subscription"], base_url=url, connection_verify=trust
        ).record_sets

    def record_set(self):
        from azure.core.exceptions import ResourceNotFoundError

        try:
            return self.sets.get(*self.path)
        except ResourceNotFoundError:
            return None

    def read(self):
        found = self.record_set()
        return ["".join(record.value) for record in found.txt_records] if found else []

    def add(self, value):
        from azure.mgmt.dns.models import RecordSet, TxtRecord

        found = self.record_set() or RecordSet(ttl=60, txt_records=[])
        found.txt_records.append(TxtRecord(value=[value]))
        condition = {"if_match": found.etag} if found.etag else {"if_none_match": "*"}
        self.sets.create_or_update(*self.path, found, **condition)

    def overwrite(self):
        from azure.core.exceptions import HttpResponseError

        found = self.record_set()
        try:
            self.sets.create_or_update(*self.path, found, if_match="etag-of-yesterday")
        except HttpResponseError as error:
            return error.error.code


class GoogleCloudDns:
    def __init__(self, url, credentials, trust):
        from google.api_core.client_options import ClientOptions
        from google.cloud import dns

        os.environ["REQUESTS_CA_BUNDLE"] = trust
        client = dns.Client.from_service_account_info(
            credentials, client_options=ClientOptions(api_endpoint=url)
        )
        self.name = "_acme-challenge.www.example.org."
        self.zone = client.zone("example-org", "example.org.")

    def record_set(self, values):
        return self.zone.resource_record_set(self.name, "TXT", 60, values)

    def quoted(self):
        path = f"/projects/{self.zone.project}/managedZones/example-org/rrsets"
        query = {"name": self.name, "type": "TXT"}
        answer = self.zone._client._connection.api_request(method="GET", path=path, query_params=query)
        return [value for item in answer["rrsets"] for value in item["rrdatas"]]

    def change(self, before, after):
        changes = self.zone.changes()
        if before:
            changes.delete_record_set(self.record_set(before))
        changes.add_record_set(self.record_set(after))
        changes.create()

    def read(self):
        return [value.strip('"') for value in self.quoted()]

    def add(self, value):
        before = self.quoted()
        self.change(before, [*before, f'"{value}"'])

    def overwrite(self):
        from google.api_core.exceptions import GoogleAPICallError

        try:
            self.change(['"unread"'], ['"written"'])
        except GoogleAPICallError as error:
            return error.errors[0]["reason"]


kinds = {"cloudflare": Cloudflare, "route53": Route53, "azure-dns": AzureDns, "google-cloud-dns": GoogleCloudDns}
clouds = {}
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "open":
        clouds[order["cloud"]] = kinds[order["cloud"]](order["url"], order["credentials"], order["trust"])
        answer = None
    else:
        answer = getattr(clouds[order["cloud"]], order["do"])(*order.get("with", []))
    print(json.dumps(answer), flush=True)

"""A TLS server with a given certificate and key, and one client that connects to it."""

import socket
import ssl
import threading


def certificate_served(certificate_and_key_file, host, trusted_pem):
    """DER of the certificate that a client which trusts `trusted_pem` and wants `host` is shown."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate_and_key_file)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.load_verify_locations(cadata=trusted_pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(20)

        def answer():
            connection, _ = listening.accept()
            with connection, server.wrap_socket(connection, server_side=True) as secured:
                secured.sendall(b"hello")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with socket.create_connection(listening.getsockname(), timeout=20) as connection:
            with client.wrap_socket(connection, server_hostname=host) as secured:
                served = secured.getpeercert(binary_form=True)
                assert secured.recv(5) == b"hello"
        thread.join(20)
    return served

package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
)

var serving = []step{
	{"a server speaks TLS with the PFX of an EC certificate", func(v vault) {
		v.create("serve-ec", ecPolicy("Self", "serve-ec.example.org"))
		key, chain := openPFX(v.secretOf("serve-ec"))
		serve(key, chain, "serve-ec.example.org")
	}},
	{"a server speaks TLS with the PFX of an RSA certificate", func(v vault) {
		v.create("serve-rsa", rsaPolicy("Self", "serve-rsa.example.org"))
		key, chain := openPFX(v.secretOf("serve-rsa"))
		serve(key, chain, "serve-rsa.example.org")
	}},
	{"a server speaks TLS with a merged certificate and its chain", func(v vault) {
		ca := newAuthority()
		leaf := ca.answer(v.open("serve-merged", ecPolicy("Unknown", "serve-merged.example.org")).CSR)
		v.merge("serve-merged", leaf, ca.certificate)
		key, chain := openPFX(v.secretOf("serve-merged"))
		serve(key, chain, "serve-merged.example.org")
	}},
}

// serve starts a server with key and chain, and connects to it as a client that trusts the last of the chain.
func serve(key any, chain []*x509.Certificate, host string) {
	identity := tls.Certificate{PrivateKey: key}
	for _, certificate := range chain {
		identity.Certificate = append(identity.Certificate, certificate.Raw)
	}
	server := must(tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{identity}}))
	defer server.Close()
	go greet(server)

	roots := x509.NewCertPool()
	roots.AddCert(chain[len(chain)-1])
	connection := must(tls.Dial("tcp", server.Addr().String(), &tls.Config{RootCAs: roots, ServerName: host}))
	defer connection.Close()
	equal("what the server says", string(must(io.ReadAll(connection))), "hello")
	holds("the server showed the leaf", bytes.Equal(connection.ConnectionState().PeerCertificates[0].Raw, chain[0].Raw))
}

// greet answers one client; where the handshake fails, the client says why.
func greet(server net.Listener) {
	connection, err := server.Accept()
	if err != nil {
		return
	}
	defer connection.Close()
	_, _ = io.WriteString(connection, "hello")
}

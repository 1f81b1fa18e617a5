"""Fetching over TLS: the connection goes to a checked address, the certificate is of the name."""

import datetime
import socket
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qa.errors import Unreachable
from qa.fetching.client import Client
from tests.loopback_server import serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A file with a key and a certificate of its own for news.example, made for this run."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "news.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("news.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def get(monkeypatch):
    """Get an address, where every name is that of this machine."""
    system = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *rest, **more: system("127.0.0.1", *rest, **more)
    )

    def get(address, seconds=20.0):
        client = Client(seconds=seconds, allow_private=True)
        return client.get(address, lambda kind: 1000, lambda address: None)

    return get


def test_the_certificate_must_be_trusted_and_of_the_name(certificate, get, monkeypatch):
    with serving(certificate=certificate) as site:
        site.page("/a", "A text.")
        port = site.address.rpartition(":")[2]

        with pytest.raises(Unreachable, match="certificate verify failed"):
            get(f"https://news.example:{port}/a")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with pytest.raises(Unreachable, match="certificate verify failed"):
            get(f"https://other.example:{port}/a")

        assert get(f"https://news.example:{port}/a").data == b"A text."
        (asked,) = site.asked
        assert asked[1]["Host"] == f"news.example:{port}"


def test_a_server_that_never_shakes_hands_is_given_up(get):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()

        with pytest.raises(Unreachable, match=r"over 0\.4 s"):
            get(f"https://news.example:{silent.getsockname()[1]}/a", seconds=0.4)

        assert time.monotonic() - begun < 5

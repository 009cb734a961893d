"""Servers with a certificate of the company's own authority."""

from __future__ import annotations

import gc
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from mail_sync.errors import EwsBlocked, UntrustedServer
from mail_sync.providers.exchange.connection import connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import Retry


class Forbidding(BaseHTTPRequestHandler):
    """Answers every request with 403, which is proof enough that the certificate was accepted."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


def write_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Company CA")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    cert_file, key_file = folder / "ca.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(Encoding.PEM))
    key_file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert_file, key_file


@pytest.fixture
def https(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A URL and the path of the certificate that makes it trustworthy."""
    cert_file, key_file = write_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    server = HTTPServer(("127.0.0.1", 0), Forbidding)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}/EWS/Exchange.asmx", str(cert_file)
    server.shutdown()
    server.server_close()
    thread.join()
    gc.collect()  # a connection that was refused while it was made may be left to the collector: here, and not later


def ask(url: str, verify: bool | str, login: Login) -> None:
    settings = ExchangeSettings("a@b.example", "a", "secret", service_endpoint=url, verify=verify, login=login)
    mailbox = connect(settings, Retry(sleep=lambda _: None, clock=lambda: 0.0))
    try:
        mailbox.folders()
    finally:
        mailbox.close()


@pytest.mark.filterwarnings("ignore:unclosed <truststore:ResourceWarning")
@pytest.mark.parametrize("login", [Login.BASIC, Login.AUTO])
def test_an_unknown_authority_is_refused_and_named(https: tuple[str, str], login: Login) -> None:
    with pytest.raises(UntrustedServer):
        ask(https[0], True, login)


@pytest.mark.parametrize("login", [Login.BASIC, Login.AUTO])
def test_the_companys_authority_is_accepted_by_path(https: tuple[str, str], login: Login) -> None:
    with pytest.raises(EwsBlocked):
        ask(https[0], https[1], login)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_verification_can_be_switched_off(https: tuple[str, str]) -> None:
    with pytest.raises(EwsBlocked):
        ask(https[0], False, Login.BASIC)

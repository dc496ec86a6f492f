"""A server that misbehaves as it is told, with certificates as they should not be."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = bytes | Callable[[socket.socket], None]


def http(body: bytes, status: int = 200, *, date: datetime | None = None, **headers: str) -> bytes:
    """One whole HTTP answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines.append(f"Date: {format_datetime(date or datetime.now(UTC), usegmt=True)}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


NOT_HERE = http(b"not here", 404)


def as_json(content: object, status: int = 200) -> bytes:
    """An HTTP answer with JSON."""
    return http(json.dumps(content).encode(), status)


def dripping(connection: socket.socket) -> None:
    """Send a byte now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for _ in range(600):
        connection.sendall(b" ")
        time.sleep(0.1)


def endless(connection: socket.socket) -> None:
    """Send more than anybody wants."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(100_000):
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


@dataclass
class Server:
    """Answers each path as `answers` says, all others as `otherwise` does; remembers what was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict)
    otherwise: Answer = NOT_HERE
    asked: list[str] = field(default_factory=list)

    @property
    def did(self) -> str:
        """The DID whose document this server should publish."""
        return f"did:web:127.0.0.1%3A{self.port}"

    def document(self, **more: object) -> dict[str, object]:
        """A DID document that is in order."""
        x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"
        y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
        name = f"{self.did}#key-1"
        method = {
            "id": name,
            "type": "JsonWebKey2020",
            "controller": self.did,
            "publicKeyJwk": {"kty": "EC", "crv": "P-256", "x": x, "y": y},
        }
        services = {"DataService": "/dsp/.well-known/dspace-version", "CredentialService": "/credentials"}
        listed = [
            {"id": f"{self.did}#{kind}", "type": kind, "serviceEndpoint": f"http://127.0.0.1:{self.port}{path}"}
            for kind, path in services.items()
        ]
        purposes = {each: [name] for each in ("authentication", "assertionMethod", "capabilityInvocation")}
        return {"id": self.did, "verificationMethod": [method], "service": listed} | purposes | more

    def orderly(self) -> Server:
        """Publish a DID document and a version document, and show an empty catalog."""
        versions = {"protocolVersions": [{"version": "2025-1", "path": "/2025-1", "binding": "HTTPS"}]}
        self.answers = {
            "/.well-known/did.json": as_json(self.document()),
            "/dsp/.well-known/dspace-version": as_json(versions),
            "/dsp/2025-1/catalog/request": as_json(
                {
                    "@context": ["https://w3id.org/dspace/2025/1/context.jsonld"],
                    "@type": "Catalog",
                    "@id": "urn:c",
                    "participantId": self.did,
                }
            ),
        }
        return self


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server on a free port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(port=listener.getsockname()[1])

    def answer(connection: socket.socket) -> None:
        try:
            with tls.wrap_socket(connection, server_side=True) if tls else connection as line:
                line.settimeout(5)
                head = line.recv(65536).split(b"\r\n")[0].decode(errors="replace").split(" ")
                path = head[1] if len(head) > 1 else ""
                server.asked.append(path)
                reply = server.answers.get(path.partition("?")[0], server.otherwise)
                line.sendall(reply) if isinstance(reply, bytes) else reply(line)
        except (OSError, ssl.SSLError):
            pass  # whoever called has gone

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        # A thread that waits for callers would take one more.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def certified(
    folder: Path,
    name: str = "127.0.0.1",
    *,
    begins: timedelta = timedelta(days=-2),
    ends: timedelta = timedelta(days=90),
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server with such a certificate uses, and what believes who signed it."""
    signer, signer_key = _signed("Invented Authority", None, None, begins, timedelta(days=400))
    certificate, key = _signed(name, signer, signer_key, begins, ends)
    pem, secret = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file = folder / "server.pem"
    file.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, secret, serialization.NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    believing = ssl.create_default_context(cadata=signer.public_bytes(pem).decode())
    return server, believing


def _signed(
    name: str,
    signer: x509.Certificate | None,
    signer_key: ec.EllipticCurvePrivateKey | None,
    begins: timedelta,
    ends: timedelta,
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names: x509.GeneralName = x509.DNSName(name) if not name[0].isdigit() else x509.IPAddress(ip_address(name))
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at + min(begins, ends - timedelta(days=1)))
        .not_valid_after(at + ends)
        .add_extension(x509.BasicConstraints(ca=signer is None, path_length=None), critical=True)
    )
    if signer is not None:
        builder = builder.add_extension(x509.SubjectAlternativeName([names]), critical=False)
    return builder.sign(signer_key or key, hashes.SHA256()), key

"""A small mail server for tests: it speaks enough of RFC 5321 and RFC 3207 to take letters, or to refuse them."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class MailServer:
    """What the server got, and how it is to answer."""

    host: str = "localhost"
    port: int = 0
    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    answer_to_recipient: str = "250 fine"
    offers_tls: bool = True
    tls: ssl.SSLContext | None = None


@contextmanager
def mail_server(folder: Path | None = None) -> Iterator[MailServer]:
    """Run a server on a loopback port until the end of the block; with a `folder` it has a certificate there."""
    state = MailServer()
    if folder is not None:
        state.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        state.tls.load_cert_chain(*certificate(folder))
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(state)) as server:
        server.daemon_threads = True
        state.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield state
        server.shutdown()
        thread.join()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Write a self-signed certificate for this machine, ``ca.pem``, and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    at = dt.datetime.now(dt.UTC)
    alternatives = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - dt.timedelta(days=1))
        .not_valid_after(at + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "ca.key").write_bytes(secret)
    return folder / "ca.pem", folder / "ca.key"


def _handler(state: MailServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        recipient = ""
        is_encrypted = False

        def handle(self) -> None:
            self.say("220 invented")
            while line := self.rfile.readline():
                if not self.obey(line.decode("ascii", "replace").strip()):
                    return

        def obey(self, line: str) -> bool:
            verb = line[:4].upper()
            if verb == "EHLO":
                wants_tls = state.tls is not None and state.offers_tls and not self.is_encrypted
                self.say(*(["250-invented", "250-STARTTLS"] if wants_tls else ["250-invented"]), "250 AUTH PLAIN")
            elif line.upper() == "STARTTLS" and state.tls is not None:
                self.say("220 go on")
                try:
                    self.connection = state.tls.wrap_socket(self.connection, server_side=True)
                except (ssl.SSLError, OSError):
                    return False
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
                self.is_encrypted = True
            elif verb == "AUTH":
                state.signed_in.append(base64.b64decode(line.rsplit(maxsplit=1)[-1]).decode())
                self.say("235 in" if state.signed_in[-1].endswith("right") else "535 out")
            elif verb == "RCPT":
                self.recipient = line.partition("<")[2].partition(">")[0]
                self.say(state.answer_to_recipient.replace("ADDRESS", self.recipient))
            elif verb == "DATA":
                self.say("354 go on")
                self.take()
                self.say("250 taken")
            else:
                self.say("221 bye" if verb == "QUIT" else "250 fine")
            return verb != "QUIT"

        def take(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line[1:] if line.startswith(b"..") else line)
            message = message_from_bytes(b"".join(lines), policy=policy.default)
            assert isinstance(message, EmailMessage)
            state.encrypted.append(self.is_encrypted)
            state.letters.append((self.recipient, message))

        def say(self, *lines: str) -> None:
            self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

        def finish(self) -> None:
            self.rfile.close()
            self.wfile.close()
            self.connection.close()

    return Handler

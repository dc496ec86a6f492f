"""HTTPS spoken by the node itself, where no proxy does it: with a certificate and key from files that others renew."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import BadInput

log = structlog.get_logger()

#: What is spoken below TLS 1.3: a key of its own for each connection, and sealed content (RFC 9325 §4.2).
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


class TlsTerms(BaseModel):
    """Where certificate and key lie (``[tls]`` in ``node.toml``): files in PEM, by paths or by names in the folder."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: The node's certificate for its host, then those above it.
    certificate: str = Field(min_length=1)
    key: str = Field(min_length=1)


class Encryption:
    """What connections are encrypted with; `renew` takes up files that somebody wrote anew, between connections.

    Raises BadInput when the files are missing, hold no PEM, or do not belong together.
    """

    def __init__(self, folder: Path, terms: TlsTerms) -> None:
        self._files = (folder / terms.certificate, folder / terms.key)
        self._seen = self._states()
        self._current = self.context = self._read()
        # The server holds one context for good; each connection that comes is given the one that counts by then.
        self.context.sni_callback = self._choose

    def renew(self) -> bool:
        """Return whether new files were taken up. What does not fit is left, said, and looked at again when changed."""
        seen = self._states()
        if seen == self._seen:
            return False
        self._seen = seen
        try:
            self._current = self._read()
        except BadInput as fault:
            log.error("certificate.not_renewed", why=fault.message)
            return False
        log.info("certificate.renewed", certificate=str(self._files[0]))
        return True

    def _read(self) -> ssl.SSLContext:
        certificate, key = self._files
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        try:
            # A key with a passphrase is refused: the library would ask for it on the terminal.
            context.load_cert_chain(certificate, key, password=b"")
        except (OSError, ValueError) as fault:
            why = f"{certificate} and {key}, named in [tls], are no certificate and its key: {fault}."
            raise BadInput(why) from fault
        return context

    def _choose(self, connection: ssl.SSLObject, _host: str | None, _usual: ssl.SSLContext) -> None:
        connection.context = self._current

    def _states(self) -> Mapping[Path, tuple[int, int] | None]:
        return {file: _state(file) for file in self._files}


def _state(file: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(file)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino

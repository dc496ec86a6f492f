"""Outgoing mail: one letter to one address, over SMTP with TLS or into a folder; addresses never reach a log."""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Refused, Unavailable
from skillspace.kernel.ids import new_id

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
OUTBOX = "outbox"
TIMEOUT_S = 20.0
MAX_ADDRESS = 254


class MailRefused(Refused):
    """The mail server does not take this letter."""


class MailUnavailable(Unavailable):
    """The mail server cannot be used at the moment."""


class MailSettings(BaseModel):
    """How a node sends mail (``[mail]`` in ``node.toml``): over SMTP, or with ``outbox = true`` into its folder.

    The password stands in a file of its own, named relative to the node's folder. Without encryption mail goes to this
    machine only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: From which address letters come; a mailbox nobody reads should say so.
    sender: str = Field(min_length=3, max_length=MAX_ADDRESS, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")
    outbox: bool = False
    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: str = ""
    #: Certificates that are trusted besides the system's, for a mail server inside an organisation.
    ca_file: str = ""

    @model_validator(mode="after")
    def _has_one_way_out(self) -> MailSettings:
        if self.outbox == bool(self.host):
            raise ValueError("name a mail server (host), or write letters into the node's folder (outbox = true)")
        if self.security == "none" and not self.outbox and self.host not in LOOPBACK:
            raise ValueError("mail leaves this machine encrypted only; set security to starttls or tls")
        if bool(self.user) != bool(self.password_file):
            raise ValueError("user and password_file belong together")
        return self


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One letter in plain text; printed, it shows neither whom it is for nor what it says."""

    to: str = field(repr=False)
    sender_name: str
    subject: str
    body: str = field(repr=False)
    language: str


class Postbox(Protocol):
    """Where letters are put."""

    def send(self, letter: Letter) -> None:
        """Hand a letter over; raise MailRefused for good, MailUnavailable for now. Not within a transaction."""


def postbox_of(settings: MailSettings, folder: Path, clock: Clock = now) -> Postbox:
    """Return the postbox that an operator's settings describe."""
    if settings.outbox:
        return FolderPostbox(settings.sender, folder / OUTBOX, clock)
    return SmtpPostbox(settings, folder, clock)


class FolderPostbox:
    """Writes each letter as an .eml file that only the node's owner reads: for demos, tests and other senders."""

    def __init__(self, sender: str, folder: Path, clock: Clock = now) -> None:
        self._sender, self._folder, self._clock = sender, folder, clock

    def send(self, letter: Letter) -> None:
        """Write the file whole or not at all."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = new_id("letter")
        draft = self._folder / f".{name}.draft"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(bytes(_written(letter, self._sender, self._clock)))
        draft.rename(self._folder / f"{name}.eml")


class SmtpPostbox:
    """Hands letters to a mail server (RFC 5321), encrypted before anything is said (RFC 3207, RFC 8314)."""

    def __init__(self, settings: MailSettings, folder: Path, clock: Clock = now) -> None:
        self._settings, self._folder, self._clock = settings, folder, clock

    def send(self, letter: Letter) -> None:
        """Connect, sign in where told to, hand over one letter. The server's own words are dropped: they repeat the
        address."""
        message = _written(letter, self._settings.sender, self._clock)
        with _faults_without_addresses(), self._connected() as server:
            if self._settings.user:
                server.login(self._settings.user, self._password())
            server.send_message(message, self._settings.sender, [letter.to])

    def _connected(self) -> smtplib.SMTP:
        asked = self._settings
        if asked.security == "tls":
            return smtplib.SMTP_SSL(asked.host, asked.port, timeout=TIMEOUT_S, context=self._certificates())
        server = smtplib.SMTP(asked.host, asked.port, timeout=TIMEOUT_S)
        if asked.security == "starttls":
            try:
                server.starttls(context=self._certificates())
            except BaseException:
                server.close()
                raise
        return server

    def _certificates(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._settings.ca_file:
            context.load_verify_locations(self._folder / self._settings.ca_file)
        return context

    def _password(self) -> str:
        return (self._folder / self._settings.password_file).read_text(encoding="utf-8").strip()


@contextmanager
def _faults_without_addresses() -> Iterator[None]:
    """Turn the library's faults into ours, which name nobody."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as fault:
        raise _by_code(min((code for code, _ in fault.recipients.values()), default=550)) from None
    except smtplib.SMTPAuthenticationError:
        raise MailUnavailable("The mail server does not let this node sign in; look at [mail] in node.toml.") from None
    except smtplib.SMTPNotSupportedError:
        raise MailUnavailable("The mail server does not offer what [mail] in node.toml asks for.") from None
    except smtplib.SMTPResponseException as fault:
        raise _by_code(fault.smtp_code) from None
    except ssl.SSLError:
        raise MailUnavailable("The mail server's certificate does not hold.") from None
    except (smtplib.SMTPException, OSError) as fault:
        raise MailUnavailable(f"The mail server does not answer ({type(fault).__name__}).") from None


def _by_code(code: int) -> MailRefused | MailUnavailable:
    if 400 <= code < 500:
        return MailUnavailable(f"The mail server takes no letter for now (answer {code}).")
    return MailRefused(f"The mail server does not take this letter (answer {code}).")


def _written(letter: Letter, sender: str, clock: Clock) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"] = Address(letter.sender_name, addr_spec=sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
    except (ValueError, IndexError):
        raise BadInput("A letter cannot be written with this address or subject.") from None
    message["Date"] = format_datetime(clock())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Content-Language"] = letter.language
    # Nobody answers this letter, and no machine should (RFC 3834 §5).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message

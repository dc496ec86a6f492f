"""A node's settings: one file `node.toml` in the node's folder; environment variables (SKILLSPACE_NODE_…) win."""

from __future__ import annotations

import json
import tomllib
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from skillspace.exchange.chains import ProcessorSettings
from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.market.matching_service import SellingTerms
from skillspace.node.encryption import TlsTerms
from skillspace.people.identifiers import IdentifyingTerms
from skillspace.people.recognition import LinkingTerms, Way
from skillspace.people.statements import RecordStoreTerms
from skillspace.trust.authentication import OAuth2Terms
from skillspace.trust.identity import did_of_address
from skillspace.trust.issuers import MEMBERSHIP_CREDENTIAL, TrustedIssuer
from skillspace.trust.issuers.store import Accreditor
from skillspace.trust.membership.model import ROLES
from skillspace.trust.vc_api import VcApiTerms
from skillspace.wire.mail import MailSettings

SETTINGS_FILE = "node.toml"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class KnownPeer(BaseModel):
    """A peer an operator names by hand (``[[peers]]``): one whose identifier does not lead to its address."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, max_length=512)
    name: str = ""
    #: The root below which its version document lies.
    address: str | None = None
    roles: tuple[str, ...] = ()


class KnownWallet(BaseModel):
    """A wallet an operator lets people sign in from (``[[wallets]]``); those of members need no line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    client_id: str = Field(min_length=1, max_length=512)
    #: Where it is answered, to the letter.
    redirect_uris: tuple[str, ...] = Field(min_length=1, max_length=10)

    @field_validator("redirect_uris")
    @classmethod
    def _whole(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            parts = urlsplit(address)
            if parts.scheme in ("", "http", "javascript", "data") or not parts.netloc + parts.path or parts.fragment:
                raise ValueError(f"{address[:100]!r} is no https:// address, nor one of an app, without a fragment")
        return addresses


class Settings(BaseSettings):
    """What an operator decides about a node. `folder` holds everything the node keeps."""

    model_config = SettingsConfigDict(env_prefix="SKILLSPACE_NODE_", extra="forbid", frozen=True)

    folder: Path
    name: str = Field(min_length=1, max_length=200)
    #: Where other nodes and browsers reach this node.
    address: str
    roles: tuple[str, ...]
    data_space: str = "Skillspace"
    #: The DID of the authority whose membership credentials count; its own for the authority itself.
    authority: str
    #: Where the organisation has its seat (ISO 3166-1); its record of processing may say more.
    country: str = Field(default="SE", pattern=r"^[A-Z]{2}$")
    #: Languages the portal offers, the first one being the default.
    languages: tuple[str, ...] = ("en", "fr", "sv")
    #: A data space on one machine: plain HTTP between loopback addresses, and nothing else.
    loopback: bool = False
    #: Sign in without a passkey as one of the invented people. Never on a node that holds real people's data.
    demo: bool = False
    #: Where this node listens: at this address of its machine, and at this port where it is not its address's own,
    #: for a proxy that stands before it.
    host: str = "127.0.0.1"
    listen_port: int | None = Field(default=None, ge=1, le=65535)
    #: With a certificate and its key (``[tls]``) this node speaks HTTPS itself, and needs no proxy.
    tls: TlsTerms | None = None
    #: The proxies that are believed when they say who calls (X-Forwarded-For), by address or network.
    proxies: tuple[IPvAnyNetwork, ...] = (IPv4Network("127.0.0.1/32"), IPv6Network("::1/128"))
    #: Where compiled taxonomies lie; shared by the nodes of one machine, read only.
    taxonomies: Path
    crawl_seconds: float = Field(default=60.0, gt=0)
    #: How peers prove who they are on the protocol; the mock scheme is for test connectors on this machine.
    authentication: Literal["dcp", "oauth2", "mock"] = "dcp"
    oauth2: OAuth2Terms | None = None
    peers: tuple[KnownPeer, ...] = ()
    #: This node's identifier as participant where it is not its DID; for other schemes than DCP.
    participant_id: str | None = None
    #: What lies between a peer's message and ours that follows from it, so that our answer is there first.
    pause_ms: int = Field(default=5, ge=0, le=10_000)
    #: How this organisation connects its people to the spaces they keep elsewhere (``[linking]``).
    linking: LinkingTerms = LinkingTerms()
    #: Which credentials prove to this intermediary who somebody is (``[identifying]``).
    identifying: IdentifyingTerms = IdentifyingTerms()
    #: How this node sends letters (``[mail]``).
    mail: MailSettings | None = None
    #: Whose credentials count besides the authority's memberships, and for which types.
    trusted_issuers: tuple[TrustedIssuer, ...] = ()
    #: Whose accreditation lists count, besides this node's own (``[[accreditors]]``).
    accreditors: tuple[Accreditor, ...] = ()
    #: A PEM file in the node's folder: the certificates of authorities whose word counts for who somebody is, by a
    #: seal or by a certificate.
    seal_anchors: str | None = None
    #: Whether who gave out a certificate, of a seal or in a token, is asked, where it says, whether it took that back.
    seal_revocation: bool = False
    #: A PEM file in the node's folder: the certificate of this node's key and those above it, for wallets that know
    #: issuers and verifiers by such.
    certificate_chain: str | None = None
    #: From which wallets people may sign in for what they are offered, besides those of the data space.
    wallets: tuple[KnownWallet, ...] = ()
    #: The types of credentials that everybody this node calls may ask it for.
    shown_credentials: tuple[str, ...] = (MEMBERSHIP_CREDENTIAL,)
    #: For how long a member that showed its credential is believed without being asked again.
    believe_seconds: float = Field(default=60.0, ge=0, le=60)
    #: Whether agreements of the connector need a contract of the data space behind them.
    demands_contract: bool = False
    #: Give self-issued tokens to programs the operator named (“skillspace sts-client”).
    sts: bool = False
    #: Programs of this organisation may issue and check credentials over HTTP (``[vc_api]``); without it none may.
    vc_api: VcApiTerms | None = None
    #: Services of this node in service chains (``[[processors]]``), each under the offering it is found by.
    processors: tuple[ProcessorSettings, ...] = ()
    #: Whose service chains may end here, by DID or by `role:NAME`; this node's own always may.
    chain_askers: tuple[str, ...] = ()
    #: What this node sells of matching (``[matching]``), under an agreement like everything it offers.
    matching: SellingTerms | None = None
    #: The learning record store of this organisation (``[learning_records]``), where its tools leave traces.
    learning_records: RecordStoreTerms | None = None
    #: Whose matching this intermediary buys for people who say yes to it, by DID; their terms are agreed to unread.
    buys_matching_from: tuple[str, ...] = ()
    #: Whom this intermediary's people may ask to validate their skills, by DID; what these recognise counts as that.
    validated_by: tuple[str, ...] = ()
    #: Whether this organisation validates the skills of people who ask for it.
    validates: bool = False
    #: This intermediary's own rules of how claims become skills, by the name of a file in its folder.
    merging_rules: str | None = Field(default=None, min_length=1)
    #: No cell of a published statistic rests on fewer people than this.
    threshold: int = Field(default=10, ge=3)

    @field_validator("address")
    @classmethod
    def _encrypted(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError("use https://host[:port][/path]")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
            raise ValueError("plain HTTP works on this machine only (http://localhost:port); use https://")
        return address

    @field_validator("roles")
    @classmethod
    def _known_roles(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := set(roles) - ROLES:
            raise ValueError(f"unknown roles {', '.join(sorted(unknown))}; known are {', '.join(sorted(ROLES))}")
        return roles

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file, whose content arrives as constructor arguments."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _scheme_is_whole(self) -> Settings:
        if self.authentication == "mock" and not self.loopback:
            raise ValueError("the mock authentication proves nothing; it needs loopback = true")
        if self.authentication == "oauth2" and self.oauth2 is None:
            raise ValueError("oauth2 authentication needs its table [oauth2]")
        if self.authentication == "dcp" and self.participant_id is not None:
            raise ValueError("with DCP a participant is named by its DID; leave participant_id out")
        return self

    @model_validator(mode="after")
    def _speaks_as_its_address_says(self) -> Settings:
        if self.tls is not None and not self.address.startswith("https://"):
            raise ValueError("with [tls] a node speaks HTTPS: its address begins with https://")
        return self

    @model_validator(mode="after")
    def _letters_can_be_sent(self) -> Settings:
        if Way.MAIL in self.linking.ways and self.mail is None:
            raise ValueError("linking.ways has “mail”: say in [mail] how letters are sent")
        return self

    @model_validator(mode="after")
    def _issuing_is_closed(self) -> Settings:
        if self.vc_api is not None and self.vc_api.token_sha256 is None and not self.loopback:
            raise ValueError("vc_api issues in this organisation's name: give it token_sha256, the hash of a token")
        return self

    @property
    def participant(self) -> str:
        """This node's identifier as participant."""
        return self.participant_id or self.did

    @property
    def did(self) -> str:
        """This node's DID, which follows from its address."""
        return did_of_address(self.address)

    @property
    def merging_file(self) -> Path | None:
        """The file with this node's own rules of merging, if it has one."""
        return self.folder / self.merging_rules if self.merging_rules is not None else None

    @property
    def host_name(self) -> str:
        """The host of this node's address."""
        return urlsplit(self.address).hostname or ""

    @property
    def port(self) -> int:
        """The port to listen on: the one it was told, else the address's, or its scheme's usual one."""
        parts = urlsplit(self.address)
        return self.listen_port or parts.port or (443 if parts.scheme == "https" else 80)

    @property
    def is_authority(self) -> bool:
        """Whether this node admits members."""
        return "authority" in self.roles

    @property
    def is_intermediary(self) -> bool:
        """Whether this node keeps people's spaces and signs grants."""
        return "intermediary" in self.roles


def read_settings(folder: Path) -> Settings:
    """Read ``node.toml`` in `folder`; raise BadInput naming the file and the setting that is wrong."""
    file = folder / SETTINGS_FILE
    try:
        content: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadInput(f"{folder} holds no node: make one with “skillspace init {folder}”.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadInput(f"{file} cannot be read: {fault}.") from fault
    return settings_of(folder, content)


def settings_of(folder: Path, content: dict[str, Any]) -> Settings:
    """Return the settings that `content` makes in `folder`; raise BadInput naming the setting that is wrong."""
    file = folder / SETTINGS_FILE
    try:
        return Settings(folder=folder, **{"taxonomies": str(home_folder() / "taxonomies")} | content)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise BadInput(f"{file}: {place}: {first['msg']}.") from fault


def write_settings(folder: Path, content: dict[str, Any]) -> None:
    """Write ``node.toml``; values are text, booleans, numbers, lists and tables of them."""
    lines = [f"{name} = {_toml(value)}" for name, value in content.items()]
    (folder / SETTINGS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_toml(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    # A TOML basic string is a JSON string, but for DEL, which TOML wants escaped.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")

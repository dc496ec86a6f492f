"""Gaia-X credentials of a legal participant (Loire release): who an organisation is, as a clearing house confirmed it.

Four credentials make one statement (ICAM 25.11 §5, Compliance Document 25.03): the participant signs who it is
(gx:LegalPerson) and that it accepts the terms (gx:Issuer); a notary signs its registration number (gx:VatID, …); and
the clearing house signs a label (gx:LabelCredential) that names the other three by their digests. Only the label and
the number are anybody else's word, so only they need a trusted issuer; what the label does not name does not count.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput, Refused
from skillspace.records.credentials.model import KeyResolver, Trust, VerifiedCredential, WrongHolder
from skillspace.records.credentials.verifying import verify
from skillspace.wire.jose import read_unverified

LABEL, TERMS = "LabelCredential", "Issuer"
PERSONS = ("LegalPerson", "LegalParticipant")
#: Registration numbers by credential type, and the member that holds each (without case or prefix).
NUMBERS: Mapping[str, str] = {
    "VatID": "vatid",
    "LeiCode": "leicode",
    "EORI": "eori",
    "EUID": "euid",
    "TaxID": "taxid",
    "LocalRegistrationNumber": "local",
}
VOCABULARIES = ("https://w3id.org/gaia-x/",)
MAX_TOKENS = 20
_PREFIXES = ("gx:", "schema:", "https://schema.org/", "https://w3id.org/gaia-x/development#")


class NotCompliant(Refused):
    """The credentials do not make up what a clearing house confirmed."""


@dataclass(frozen=True, kw_only=True)
class LegalParticipant:
    """An organisation as a Gaia-X clearing house confirmed it.

    `numbers` are registration numbers by kind (``VatID``), `country` its headquarters' (ISO 3166-1 alpha-2), `level`
    the label (``SC`` is standard compliance, then ``L1`` to ``L3``), `valid_until` the earliest end of all that was
    shown. `credentials` are those that were read, for whoever asks their status.
    """

    did: str
    name: str
    numbers: Mapping[str, str]
    country: str
    level: str
    rules: str
    issuer: str
    valid_until: datetime | None
    credentials: tuple[VerifiedCredential, ...]


def read_participant(
    tokens: Sequence[str], resolve_key: KeyResolver, at: datetime, *, trust: Trust, participant: str | None = None
) -> LegalParticipant:
    """Read the credentials of one legal participant, in any order; `participant` is the DID that shows them.

    `trust` decides which clearing houses and notaries count, by issuer and types such as ``gx:LabelCredential``.
    Clearing houses sign with RSA keys, so these signatures are admitted here. Raises UntrustedIssuer (another's
    credentials are untrusted, too), WrongHolder, NotCompliant (one is missing, or the label does not name it), and
    what `verify` raises.
    """
    if len(tokens) > MAX_TOKENS:
        raise BadInput(f"{len(tokens)} credentials are too many for one participant; {MAX_TOKENS} are read.")

    def counts(issuer: str, types: tuple[str, ...]) -> bool:
        """Somebody else's word needs trust; the participant's own is only the participant's to show."""
        is_anothers = not {LABEL, *NUMBERS}.isdisjoint(map(_local, types))
        return trust(issuer, types) if is_anothers else participant in (None, issuer)

    found = [verify(token, resolve_key, at, trust=counts, rsa=True) for token in tokens]
    label = _one(found, (LABEL,))
    person, terms = _one(found, PERSONS), _one(found, (TERMS,))
    notarised = [each for each in found if _kind(each) in NUMBERS]
    if terms.issuer != person.issuer:
        raise WrongHolder(f"These credentials are of {person.issuer}, who alone can accept the terms.")
    named = _digests(label)
    confirmed = [each for each in notarised if _is_named(each, named)]
    missing = [each.types[-1] for each in (person, terms) if not _is_named(each, named)]
    if missing or not confirmed:
        raise NotCompliant(f"The label does not confirm {', '.join(missing) or 'any registration number'}.")
    if not _text(terms.subject, "gaiaxtermsandconditions"):
        raise NotCompliant("The participant does not accept the terms and conditions of Gaia-X.")
    shown = (label, person, terms, *confirmed)
    ends = [each.expires for each in shown if each.expires is not None]
    return LegalParticipant(
        did=person.issuer,
        name=_required(_text(person.subject, "name", "legalname"), "name"),
        numbers={kind: number for kind, number in map(_number, confirmed) if number},
        country=_country(person, [each for each in found if _is_named(each, named)]),
        level=_required(_text(label.subject, "labellevel"), "label level"),
        rules=_text(label.subject, "rulesversion") or "",
        issuer=label.issuer,
        valid_until=min(ends, default=None),
        credentials=shown,
    )


def _one(found: Sequence[VerifiedCredential], kinds: tuple[str, ...]) -> VerifiedCredential:
    matching = [each for each in found if _kind(each) in kinds]
    if len(matching) != 1:
        raise NotCompliant(f"One gx:{kinds[0]} credential is needed; {len(matching)} are there.")
    return matching[0]


def _kind(credential: VerifiedCredential) -> str:
    """Its one Gaia-X type without prefix; a credential that says it is two things is none of them."""
    contexts = credential.credential.get("@context")
    vocabularies = [each for each in contexts if isinstance(each, str)] if isinstance(contexts, list) else []
    if not any(each.startswith(VOCABULARIES) for each in vocabularies):
        return ""
    kinds = {_local(name) for name in credential.types} - {"VerifiableCredential"}
    return kinds.pop() if len(kinds) == 1 else ""


def _digests(label: VerifiedCredential) -> frozenset[str]:
    listed = _member(label.subject, "compliantcredentials")
    digests = (
        [_text(each, "digestsri") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    )
    return frozenset(digest for digest in digests if digest)


def _is_named(credential: VerifiedCredential, named: frozenset[str]) -> bool:
    """By SHA-256 of the credential's canonical JSON (RFC 8785); clearing houses write it in hex, the norm in base64."""
    _, claims = read_unverified(credential.token)
    text = json.dumps(claims, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = hashlib.sha256(text.encode())
    return bool(named & {f"sha256-{digest.hexdigest()}", f"sha256-{base64.b64encode(digest.digest()).decode()}"})


def _number(credential: VerifiedCredential) -> tuple[str, str]:
    kind = _kind(credential)
    return kind, _required(_text(credential.subject, NUMBERS[kind]), "registration number")


def _country(person: VerifiedCredential, named: Sequence[VerifiedCredential]) -> str:
    """Where its headquarters are: in the address itself, or in the credential of the address it points to."""
    address = _member(person.subject, "headquartersaddress", "headquarteraddress")
    pointed = address.get("id") if isinstance(address, dict) else address
    own = [each.subject for each in named if each.issuer == person.issuer and each.subject_id == pointed]
    for place in (address, *own):
        code = (
            _text(place, "countrycode") or _text(place, "countrysubdivisioncode") if isinstance(place, dict) else None
        )
        if code and len(code.partition("-")[0]) == 2 and code.isascii():
            return code.partition("-")[0].upper()
    raise NotCompliant("The legal person does not say in which country its headquarters are.")


def _member(content: Mapping[str, object], *names: str) -> object:
    """The value of the first member of one of these names, whatever its prefix and case."""
    return next((value for name, value in content.items() if _local(name).lower() in names), None)


def _text(content: Mapping[str, object], *names: str) -> str | None:
    value = _member(content, *names)
    return value if isinstance(value, str) and 0 < len(value) <= 300 else None


def _required(text: str | None, what: str) -> str:
    if text is None:
        raise NotCompliant(f"The credentials do not say the {what}.")
    return text


def _local(name: str) -> str:
    prefix = next((prefix for prefix in _PREFIXES if name.startswith(prefix)), "")
    return name.removeprefix(prefix)

"""Their consents, receipts and privacy notices: a record of the past, and drafts of what a person may be asked anew.

A consent of theirs is an unsigned database row. Whoever can write one could make one up, so none of them opens
anything: where it was given or still open, the person is asked; where it was refused or taken back, nobody asks again.
"""

from __future__ import annotations

from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus.contracts import purpose_word
from skillspace.trust.prometheus.model import Loss, Read
from skillspace.trust.prometheus.parts import Identities, Part, did_of, top, vocabulary

#: One document asks for no more than this.
MOST_ASKS = 200
_ASK_AGAIN = frozenset({"granted", "pending", "draft"})
_NO = frozenset({"revoked", "refused", "terminated", "expired"})
_UNSIGNED = "Nobody signed it, so it opens nothing here: the person is asked anew, and may say no."
_NO_IS_NO = "A no, and a yes taken back, stay what they are: nobody asks again because of this record."
_NO_END = "Theirs never ends by time: “expired” is never set. The ask needs an end; choose one."
_EVENTS = "Their clock stood still at the start of their program: these moments prove nothing."
_EMPTY = "It is empty there; a notice here says it, or nobody can be asked."
_PERSON = "It names a person by another system's account; the person is recognised here by signing in."
_FIXED = "The same for every organisation there; a notice here names the organisation's own."
#: What a notice must say (GDPR Art. 13 and 14), and theirs leaves empty by construction.
NOTICE_FIELDS = (
    "controllerDetails", "categoriesOfData", "recipients", "retentionPeriod", "piiPrincipalRights",
    "withdrawalOfConsent", "complaintRights", "provisionRequirements", "internationalTransfers",
    "automatedDecisionMaking",
)  # fmt: skip
_LIST = ("processingLocations", "storageLocations", "geographicRestrictions", "services")


def read_consent(document: object, identities: Identities | None = None) -> Read:
    """Read a consent as their manager keeps it, or a receipt as it hands them out.

    The content holds `asks` (drafts: nothing is asked before somebody sends them, nothing is given before the person
    says yes) and `past` (what the record claims). Raises BadInput for another shape, and for an “encrypted consent”.
    """
    losses: list[Loss] = []
    part = top(document, losses)
    if "signedConsent" in part or "encrypted" in part:
        raise BadInput("What they call a signed consent is encrypted, not signed: it proves nothing and is not read.")
    if {"record", "piiProcessing"} <= part.names:
        return _receipt(part, identities or {}, losses)
    if not {"dataProvider", "status"} <= part.names:
        raise BadInput("This is neither a consent of Prometheus-X nor a receipt of one.")
    source, status = part.source(), part.text("status")
    provider, consumer = _party(part, "dataProvider", identities or {}), _party(part, "dataConsumer", identities or {})
    asks = _asks(part, provider, consumer)
    _people(part)
    part.lose_if_said("recipients", "One ask is for one recipient; each further one asks for itself.")
    for name in ("retentionPeriod", "withdrawalMethod", "piiPrincipalRights", *_LIST, "jurisdiction"):
        part.lose_if_said(name, "A notice here is written anew from the agreement; this is not carried.")
    part.lose_if_said("recipientThirdParties", "Each step of a chain asks for its own place in the notice.")
    past = {
        "status": status,
        "agreement": part.text("contract"),
        "notice": part.text("privacyNotice"),
        "claimed": _events(part),
        "said_yes": part.flag("consented"),
    }
    content = {"source": source, "asks": _by_status(part, status, asks), "past": past}
    part.rest()
    return Read(kind="consent", source=source, content=content, losses=tuple(losses))


def read_notice(document: object, identities: Identities | None = None) -> Read:
    """Read a privacy notice; every field a person needs that it leaves empty is named. Raises BadInput."""
    losses: list[Loss] = []
    part = top(document, losses)
    if not {"controllerDetails", "purposes"} & part.names:
        raise BadInput("This is no privacy notice of Prometheus-X.")
    source = part.source()
    controller = _controller(part)
    provider = part.text("dataProvider")
    if did_of(provider, identities or {}) is None:
        part.drop("dataProvider", "Whose data these are is not said by an identity; name its DID.")
    purposes = [_purpose(one) for one in part.parts("purposes")]
    content = {
        "source": source,
        "title": part.text("title"),
        "agreement": part.text("contract"),
        "provider": did_of(provider, identities or {}),
        "controller": controller,
        "purposes": purposes,
        "data": part.texts("data"),
        "recipients": part.texts("recipients"),
        "categories": part.texts("categoriesOfData"),
        "retention": part.text("retentionPeriod"),
        "rights": part.texts("piiPrincipalRights"),
        "archived": part.moment("archivedAt"),
    }
    for name in NOTICE_FIELDS:
        if _says_nothing(part.raw(name)):
            part.lose(name, _EMPTY)
    for name in ("withdrawalOfConsent", "complaintRights", "provisionRequirements"):
        part.lose_if_said(name, "A notice here has its own sentence for this, in each language.")
    for name in ("internationalTransfers", "automatedDecisionMaking"):
        if not _says_nothing(part.raw(name)):
            part.lose(name, "It matters: write the clause that says it (place of use, automated decisions).")
    part.lose_if_said("dataProcessings", "Each step of a chain is named in the notice of its contract.")
    part.rest()
    return Read(kind="notice", source=source, content=content, losses=tuple(losses))


def _receipt(part: Part, identities: Identities, losses: list[Loss]) -> Read:
    record, processing = part.part("record"), part.part("piiProcessing")
    if record is None or processing is None:
        raise BadInput("The receipt has no record or says nothing of what is done with data.")
    source = record.text("recordId") or record.source()
    record.lose_if_said("piiPrincipalId", _PERSON)
    record.rest()
    parties = _parties(part, identities)
    asks: list[dict[str, Any]] = []
    for one in processing.parts("purposes"):
        asks += _receipt_asks(one, parties)
        _limit(asks)
    if processing.text("language") == "en":
        processing.lose("language", "Theirs is always “en”; the person is asked in the language they choose.")
    notice = processing.text("privacyNotice")
    processing.rest()
    states = [one.text("eventState") for one in part.parts("event")]
    status = states[-1] if states else ""
    past = {"status": status, "agreement": "", "notice": notice, "claimed": _events(part), "said_yes": None}
    content = {"source": source, "asks": _by_status(part, status, asks), "past": past}
    part.rest()
    return Read(kind="consent", source=source, content=content, losses=tuple(losses))


def _receipt_asks(one: Part, parties: dict[str, str | None]) -> list[dict[str, Any]]:
    said, basis = one.text("purpose"), one.text("lawfulBasis")
    if basis not in ("", "consent"):
        one.lose("lawfulBasis", "Only consent is asked for; another ground is a clause of the contract.")
        return []
    kinds = []
    for info in one.parts("piiInformation"):
        kinds += [info.text("piiType")]
        info.rest()
    for name in ("codeOfConduct", "impactAssessment", "authorityParty", "withdrawalMethod", "privacyRights"):
        one.lose_if_said(name, _FIXED)
    for name in ("retentionPeriod", "jurisdiction", "storageLocation", "collectionMethod", "processingMethod", *_LIST):
        one.lose_if_said(name, "A notice here is written anew from the agreement; this is not carried.")
    one.lose_if_said("recipientThirdParties", "Each step of a chain asks for its own place in the notice.")
    one.rest()
    ask = {"provider": parties.get("provider"), "recipient": parties.get("consumer"), "dataset": None}
    return [_ask(ask | _known_purpose(one, said, ""), [_kind(kind) for kind in kinds])]


def _parties(part: Part, identities: Identities) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for one in part.parts("partyIdentification"):
        kind = one.text("partyType").lower() + one.text("partyRole").lower()
        did = did_of(one.text("partyId"), identities)
        if did is None:
            one.lose("partyId", "It is no identity; name its DID.")
        for name, word in (("provider", "provider"), ("consumer", "consumer")):
            if word in kind:
                found.setdefault(name, did)
        for name in ("partyName", "partyAddress", "partyContact", "partyEmail", "partyUrl", "partyPhone"):
            one.lose_if_said(name, "An organisation says itself who and where it is.")
        one.rest()
    return found


def _asks(part: Part, provider: str | None, consumer: str | None) -> list[dict[str, Any]]:
    """One draft for each data set and purpose: a person can say yes to one and no to another."""
    data = [(one.text("resource"), one) for one in part.parts("data")] if _holds_objects(part.raw("data")) else []
    for _, one in data:
        one.lose_if_said("serviceOffering", "A data set is known by its own name.")
        one.rest()
    named = [name for name, _ in data] or part.texts("data")
    asks: list[dict[str, Any]] = []
    for one in part.parts("purposes"):
        said, service = one.text("purpose"), one.text("serviceOffering") or one.text("resource")
        kinds = []
        for info in one.parts("piiInformation"):
            kinds.append(_kind(info.text("piiType")))
            info.rest()
        ask = {"provider": provider, "recipient": consumer} | _known_purpose(one, said, service)
        asks += [_ask(ask | {"dataset": dataset or None}, kinds) for dataset in named]
        _limit(asks)
        for name in ("collectionMethod", "processingMethod"):
            one.lose_if_said(name, "A notice here is written anew from the agreement; this is not carried.")
        one.rest()
    if not named:
        part.drop("data", "It names no data, so there is nothing a person could be asked for.")
    return asks


def _limit(asks: list[dict[str, Any]]) -> None:
    if len(asks) > MOST_ASKS:
        raise BadInput(f"More than {MOST_ASKS} asks in one consent: nobody could read them; it is taken for broken.")


def _ask(ask: dict[str, Any], kinds: list[str]) -> dict[str, Any]:
    known = list(dict.fromkeys(kind for kind in kinds if kind))
    return ask | {"state": "draft", "kinds": known, "until": None}


def _known_purpose(one: Part, said: str, service: str) -> dict[str, Any]:
    """Our word for a purpose, None where there is none, beside what they said and for which service."""
    word = purpose_word(said) or purpose_word(service)
    if not word:
        one.drop("purpose", "It is no purpose that is known here; choose one before anybody is asked.")
    return {"purpose": word or None, "said": said, "service": service}


def _by_status(part: Part, status: str, asks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if status in _ASK_AGAIN:
        part.lose("status", _UNSIGNED)
        part.drop("until", _NO_END)
        return asks
    part.lose("status", _NO_IS_NO if status in _NO else "It is in no state that is known, so nobody is asked.")
    for name in ("data", "purposes"):
        part.lose_if_said(name, "Nobody is asked for it.")
    return []


def _events(part: Part) -> list[dict[str, Any]]:
    found = []
    for one in part.parts("event"):
        state, at = one.text("eventState") or one.text("eventType"), one.moment("eventTime")
        found.append({"state": state, "at": at})
        one.leave("eventType", "It is always the same there.")
        if one.text("validityDuration") == "0":
            one.lose("validityDuration", "It says that the consent lasted no time at all, and means nothing by it.")
        else:
            one.lose_if_said("validityDuration", "How long a yes lasts is chosen when the person is asked.")
        one.rest()
    if found:
        part.correct("event", _EVENTS)
    return found


def _people(part: Part) -> None:
    for name in vocabulary()["personal"]:
        part.lose_if_said(name, _PERSON)


def _party(part: Part, name: str, identities: Identities) -> str | None:
    found = did_of(part.text(name), identities)
    if found is None:
        part.lose(name, "A number in their database is no identity; name its DID.")
    return found


def _controller(part: Part) -> dict[str, str]:
    details = part.part("controllerDetails")
    if details is None:
        return {}
    officer = details.part("dpo")
    found = {"name": details.text("name"), "contact": details.text("contact")}
    found["officer"] = officer.text("contact") or officer.text("name") if officer is not None else ""
    for name in ("contact", "officer"):
        if not found[name]:
            details.drop(name, _EMPTY)
    details.lose_if_said("representative", "A representative is named in the organisation's own description.")
    details.rest()
    return found


def _purpose(one: Part) -> dict[str, Any]:
    said, service = one.text("purpose"), one.text("serviceOffering") or one.text("resource")
    found = _known_purpose(one, said, service)
    one.rest()
    return found


def _kind(said: str) -> str:
    kinds: dict[str, str] = vocabulary()["kinds"]
    return kinds.get(said.rstrip("/").rsplit("/", 1)[-1].removesuffix(".json"), "")


def _holds_objects(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _says_nothing(value: object) -> bool:
    """Tell whether a field says nothing, however deeply it is wrapped in emptiness."""
    if isinstance(value, dict):
        return all(_says_nothing(inner) for inner in value.values())
    if isinstance(value, list):
        return all(_says_nothing(inner) for inner in value)
    return value is None or value == ""

"""Messages of every kind made at random, in their canonical form: nested policies, foreign members, any text."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from skillspace.exchange.messages import message

CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
TEXT = st.text(CHARACTERS, min_size=1, max_size=20)
WORDS = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.", min_size=1, max_size=12).filter(
    lambda w: w[0].isalnum()
)
UUIDS = st.uuids().map(lambda made: f"urn:uuid:{made}")
IDS = UUIDS | WORDS.map(lambda word: f"https://invented.example/things/{word}") | WORDS
OPERATORS = st.sampled_from(
    ["eq", "gt", "gteq", "lteq", "hasPart", "isA", "isAllOf", "isAnyOf", "isNoneOf", "isPartOf", "lt", "neq"]
)
FOREIGN = st.dictionaries(
    WORDS.map(lambda word: f"https://foreign.example/ns#{word}"),
    TEXT | st.booleans() | st.integers(-(2**40), 2**40) | st.lists(TEXT, min_size=2, max_size=3),
    max_size=2,
)
OPERANDS = WORDS | UUIDS | st.just("https://invented.example/operands/purpose")
RIGHT = TEXT | st.lists(TEXT, min_size=2, max_size=3)


@st.composite
def atomic(draw: st.DrawFn) -> dict[str, Any]:
    """One comparison."""
    return {"leftOperand": draw(OPERANDS), "operator": draw(OPERATORS), "rightOperand": draw(RIGHT)} | draw(FOREIGN)


def logical(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Comparisons joined."""
    names = st.sampled_from(["and", "andSequence", "or", "xone"])
    return st.tuples(names, st.lists(inner, min_size=1, max_size=3)).map(lambda drawn: {drawn[0]: drawn[1]})


CONSTRAINTS = st.lists(st.recursive(atomic(), logical, max_leaves=6), min_size=1, max_size=2)


@st.composite
def rules(draw: st.DrawFn, *, may_have_duties: bool = True) -> dict[str, Any]:
    """One permission, prohibition or duty."""
    rule: dict[str, Any] = {"action": draw(st.just("use") | UUIDS | WORDS)}
    if draw(st.booleans()):
        rule["constraint"] = draw(CONSTRAINTS)
    if may_have_duties and draw(st.integers(0, 3)) == 0:
        rule["duty"] = draw(st.lists(rules(may_have_duties=False), min_size=1, max_size=2))
    return rule


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """The rules of an offer or agreement."""
    policy: dict[str, Any] = {"permission": draw(st.lists(rules(), min_size=1, max_size=2))}
    for name in ("prohibition", "obligation"):
        if draw(st.booleans()):
            policy[name] = draw(st.lists(rules(), min_size=1, max_size=2))
    if draw(st.booleans()):
        policy["profile"] = draw(UUIDS)
    return policy | draw(FOREIGN)


@st.composite
def offers(draw: st.DrawFn, *, has_target: bool = True) -> dict[str, Any]:
    """An offer."""
    target = {"target": draw(IDS)} if has_target else {}
    return {"@id": draw(IDS), "@type": "Offer", **target, **draw(policies())}


@st.composite
def agreements(draw: st.DrawFn) -> dict[str, Any]:
    """An agreement."""
    parties = {"target": draw(IDS), "assigner": draw(IDS), "assignee": draw(IDS)}
    return {"@id": draw(IDS), "@type": "Agreement", "timestamp": "2026-11-21T12:00:00Z", **parties, **draw(policies())}


@st.composite
def addresses(draw: st.DrawFn) -> dict[str, Any]:
    """A data address."""
    properties = st.lists(
        st.builds(lambda name, value: {"@type": "EndpointProperty", "name": name, "value": value}, TEXT, TEXT),
        min_size=1,
        max_size=3,
    )
    kind = {"@type": "DataAddress", "endpointType": "https://w3id.org/idsa/v4.1/HTTP"}
    return kind | {"endpoint": "https://data.invented.example/x", "endpointProperties": draw(properties)}


@st.composite
def datasets(draw: st.DrawFn, *, is_root: bool = False) -> dict[str, Any]:
    """A dataset of a catalog."""
    place = {"@id": draw(IDS), "@type": "DataService", "endpointURL": "https://invented.example/dsp"}
    shape = {"@type": "Distribution", "format": draw(WORDS), "accessService": place}
    made = {"@id": draw(IDS), "hasPolicy": draw(st.lists(offers(has_target=False), min_size=1, max_size=2))}
    made |= {"distribution": [shape]} | draw(FOREIGN)
    return message("Dataset", **made) if is_root else {"@type": "Dataset", **made}


@st.composite
def catalogs(draw: st.DrawFn) -> dict[str, Any]:
    """A catalog."""
    services = [{"@id": draw(IDS), "@type": "DataService", "endpointURL": "https://invented.example/dsp"}]
    made = {"@id": draw(IDS), "participantId": draw(IDS), "service": services} | draw(FOREIGN)
    return message("Catalog", **made, dataset=draw(st.lists(datasets(), min_size=1, max_size=2)))


PIDS = st.fixed_dictionaries({"providerPid": IDS, "consumerPid": IDS})
REASONS = st.fixed_dictionaries({"code": TEXT, "reason": st.lists(TEXT, min_size=1, max_size=3)})
CALLBACK = {"callbackAddress": "https://invented.example/dsp/2025-1"}
NEGOTIATION = st.sampled_from(["REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED", "FINALIZED", "TERMINATED"])
TRANSFER = st.sampled_from(["REQUESTED", "STARTED", "SUSPENDED", "COMPLETED", "TERMINATED"])


def _made(kind: str, *parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def joined(drawn: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for part in drawn:
            members |= part
        return message(kind, **members)

    return st.tuples(*parts).map(joined)


def _named(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return values.map(lambda value: {name: value})


MESSAGES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    _made("CatalogRequestMessage"),
    catalogs(),
    datasets(is_root=True),
    _made("CatalogError", REASONS),
    _made("ContractRequestMessage", _named("consumerPid", IDS), _named("offer", offers()), st.just(CALLBACK)),
    _made("ContractRequestMessage", PIDS, _named("offer", offers())),
    _made("ContractOfferMessage", _named("providerPid", IDS), _named("offer", offers()), st.just(CALLBACK)),
    _made("ContractOfferMessage", PIDS, _named("offer", offers())),
    _made("ContractAgreementMessage", PIDS, _named("agreement", agreements())),
    _made("ContractAgreementVerificationMessage", PIDS),
    _made("ContractNegotiationEventMessage", PIDS, _named("eventType", st.sampled_from(["ACCEPTED", "FINALIZED"]))),
    _made("ContractNegotiationTerminationMessage", PIDS, REASONS),
    _made("ContractNegotiation", PIDS, _named("state", NEGOTIATION)),
    _made("ContractNegotiationError", PIDS, REASONS),
    _made(
        "TransferRequestMessage",
        st.fixed_dictionaries({"consumerPid": IDS, "agreementId": IDS, "format": WORDS, "dataAddress": addresses()}),
        st.just(CALLBACK),
    ),
    _made("TransferStartMessage", PIDS, _named("dataAddress", addresses())),
    _made("TransferStartMessage", PIDS),
    _made("TransferSuspensionMessage", PIDS, REASONS),
    _made("TransferCompletionMessage", PIDS),
    _made("TransferTerminationMessage", PIDS, REASONS),
    _made("TransferProcess", PIDS, _named("state", TRANSFER)),
    _made("TransferError", PIDS, REASONS),
)

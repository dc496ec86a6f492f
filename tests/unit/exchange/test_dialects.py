"""Dialects: one meaning whichever way a message is read or written, and no context that could bend it."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld

from skillspace.exchange.dialects import CONTEXT, SPOKEN, ContextNotKnown, dialect
from skillspace.exchange.dialects.jsonld import canonical, context_of
from skillspace.exchange.dialects.terms import DSPACE
from skillspace.exchange.dialects.v2025_1 import HARMLESS
from skillspace.exchange.messages import message
from skillspace.exchange.odrl import canonical as spelt
from skillspace.kernel.errors import BadInput, NotFound
from tests.unit.exchange.messages_made import MESSAGES

NEW, OLD = dialect("2025-1"), dialect("2024-1")
FOREIGN = {"foreign": "https://foreign.example/ns#"}
MANY = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def folded(tree: Any) -> Any:
    """Take a list of one for its item: JSON-LD knows no difference where a term is no set."""
    if isinstance(tree, dict):
        return {name: folded(value) for name, value in tree.items() if name != "@context"}
    if isinstance(tree, list):
        return folded(tree[0]) if len(tree) == 1 else [folded(item) for item in tree]
    return tree


def same(one: Any, another: Any) -> bool:
    return spelt(folded(one)) == spelt(folded(another))


@MANY
@given(MESSAGES)
def test_json_ld_with_a_context_of_its_own_is_read_as_the_plain_json_is(made: dict[str, Any]) -> None:
    with_foreign = made | {"@context": [CONTEXT, FOREIGN]}
    assert NEW.read(made) == made
    assert same(NEW.read(with_foreign), made)
    assert same(NEW.read(made | {"@context": [FOREIGN, *HARMLESS]}), made)


@MANY
@given(MESSAGES)
def test_what_is_written_in_2024_1_is_read_back_unchanged(made: dict[str, Any]) -> None:
    written = OLD.write(made)
    assert written["@context"] == "https://w3id.org/dspace/2024/1/context.json"
    assert same(OLD.read(written), made)


@MANY
@given(MESSAGES)
def test_2025_1_writes_the_canonical_form(made: dict[str, Any]) -> None:
    assert NEW.write(made) == made


def members(tree: Any) -> set[str]:
    """Every name used anywhere in a document."""
    if isinstance(tree, dict):
        return set(tree) | {name for value in tree.values() for name in members(value)}
    return {name for item in tree for name in members(item)} if isinstance(tree, list) else set()


@MANY
@given(MESSAGES)
def test_2024_1_has_prefixed_names_only(made: dict[str, Any]) -> None:
    written = OLD.write(made)
    names = {name for name in members(written) if not name.startswith(("@", "https://foreign.example/"))}
    assert all(name.startswith(("dspace:", "odrl:", "dcat:", "dct:")) for name in names), names
    assert written["@type"].startswith(("dspace:", "dcat:"))


@pytest.mark.parametrize("version", ["", "2023-1", "2025-1 ", "../2025-1", "x" * 5000])
def test_a_version_that_is_not_spoken_is_not_found(version: str) -> None:
    with pytest.raises(NotFound):
        dialect(version)


# Contexts.

REQUEST = message(
    "ContractRequestMessage",
    consumerPid="urn:uuid:1",
    callbackAddress="https://invented.example/dsp",
    offer={
        "@id": "urn:offer:1",
        "@type": "Offer",
        "target": "diplomas",
        "permission": [{"action": "use"}],
        "prohibition": [{"action": "urn:resell"}],
    },
)


@pytest.mark.parametrize(
    "unknown",
    [
        "https://rogue.example/context.jsonld",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "context.jsonld",
        CONTEXT.replace("https", "http"),
        CONTEXT + "#",
        "",
    ],
)
@pytest.mark.parametrize("place", ["beside", "within", "imported", "of a term"])
def test_a_context_that_is_not_known_is_refused_and_never_fetched(
    unknown: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a context was fetched"))
    bad = {
        "beside": REQUEST | {"@context": [CONTEXT, unknown]},
        "within": REQUEST | {"offer": REQUEST["offer"] | {"@context": unknown}},
        "imported": REQUEST | {"@context": [CONTEXT, {"@import": unknown}]},
        "of a term": REQUEST
        | {"@context": [CONTEXT, {"more": {"@id": "urn:more", "@context": unknown}}], "more": {"x": 1}},
    }[place]
    with pytest.raises(BadInput) as refusal:
        NEW.read(bad)
    if unknown.startswith(("http", "file")):
        assert isinstance(refusal.value, ContextNotKnown)
        assert unknown in refusal.value.message


@pytest.mark.parametrize("reading", SPOKEN, ids=lambda one: one.version)
def test_a_message_without_a_context_is_refused(reading: Any) -> None:
    with pytest.raises(BadInput):
        reading.read({"@type": "CatalogRequestMessage"})


BENDING = {
    "another meaning": {"permission": "urn:rogue:x", "prohibition": "http://www.w3.org/ns/odrl/2/permission"},
    "permission as prohibition": {"prohibition": {"@id": "http://www.w3.org/ns/odrl/2/permission"}},
    "no meaning": {"prohibition": None},
    "another word": {"use": "urn:rogue:use"},
    "another type": {"Offer": "http://www.w3.org/ns/odrl/2/Agreement"},
    "text for an id": {"target": {"@id": "http://www.w3.org/ns/odrl/2/target"}},
    "another prefix": {"odrl": "urn:rogue:"},
    "backwards": {"offer": {"@reverse": "https://w3id.org/dspace/2025/1/offer"}},
    "in order": {"permission": {"@id": "http://www.w3.org/ns/odrl/2/permission", "@container": "@list"}},
    "by type": {"ContractRequestMessage": {"@id": "urn:x", "@context": {"permission": "urn:rogue:x"}}},
    "unprotected": {"@protected": False, "permission": "urn:rogue:x"},
    "keyword": {"@type": "@vocab"},
    "another id": {"@id": "urn:rogue:id"},
}


@pytest.mark.parametrize("place", ["beside", "within the offer"])
@pytest.mark.parametrize("bending", BENDING.values(), ids=BENDING.keys())
def test_a_context_cannot_give_the_protocols_terms_another_meaning(bending: dict[str, Any], place: str) -> None:
    bent = (
        REQUEST | {"@context": [CONTEXT, bending]}
        if place == "beside"
        else REQUEST | {"offer": REQUEST["offer"] | {"@context": bending}}
    )
    with pytest.raises(BadInput):
        NEW.read(bent)


def test_a_context_before_the_protocols_is_overruled_by_it() -> None:
    for bending in ({"permission": "urn:rogue:x"}, {"use": "urn:rogue:use"}, {"@vocab": "urn:rogue:"}, None):
        assert same(NEW.read(REQUEST | {"@context": [bending, CONTEXT]}), REQUEST)


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_a_context_within_may_not_take_the_protocols_away(nothing: Any) -> None:
    bent = REQUEST | {"offer": REQUEST["offer"] | {"@context": nothing}}
    if nothing is None:
        with pytest.raises(BadInput):
            NEW.read(bent)
    else:
        assert same(NEW.read(bent), REQUEST)


@pytest.mark.parametrize("vocabulary", ["http://www.w3.org/ns/odrl/2/", "urn:rogue:", DSPACE, ""])
def test_a_vocabulary_for_other_words_leaves_the_protocols_own(vocabulary: str) -> None:
    read = NEW.read(REQUEST | {"@context": [CONTEXT, {"@vocab": vocabulary}], "permission2": "more"})
    assert same({name: read[name] for name in REQUEST}, REQUEST)


def test_a_base_moves_bare_names_only_and_never_onto_another_message() -> None:
    read = NEW.read(REQUEST | {"@context": [CONTEXT, {"@base": "https://rogue.example/"}]})
    assert (read["consumerPid"], read["offer"]["@id"]) == ("urn:uuid:1", "urn:offer:1")
    assert read["offer"]["target"] == "https://rogue.example/diplomas"


@pytest.mark.parametrize(
    "extra",
    [
        {"@graph": [{"@id": "urn:x"}]},
        {"@included": [{"@id": "urn:x"}]},
        {"@reverse": {"https://foreign.example/x": {"@id": "urn:x"}}},
        {"@index": "x"},
    ],
    ids=lambda extra: next(iter(extra)),
)
def test_json_lds_own_ways_of_adding_content_add_nothing(extra: dict[str, Any]) -> None:
    try:
        read = NEW.read(REQUEST | {"@context": [CONTEXT, FOREIGN]} | extra)
    except BadInput:
        return
    assert same(read, REQUEST) or "permission" not in read


def deep(levels: int) -> Any:
    tree: Any = {"https://foreign.example/x": "y"}
    for _ in range(levels):
        tree = {"https://foreign.example/deeper": tree}
    return tree


def scoped(levels: int) -> dict[str, Any]:
    context: dict[str, Any] = {"z": "urn:z"}
    for _ in range(levels):
        context = {"z": {"@id": "urn:z", "@context": context}}
    return context


HUGE: dict[str, dict[str, Any]] = {
    "many contexts": {"@context": [CONTEXT] * 20_000 + [{}]},
    "many inline contexts": {"@context": [CONTEXT, *[{"x": "urn:x"}] * 20_000]},
    "many terms": {"@context": [CONTEXT, {f"t{number}": f"urn:t:{number}" for number in range(20_000)}]},
    "a circle": {"@context": [CONTEXT, {"a": {"@id": "b:x"}, "b": {"@id": "a:x"}}]},
    "a long circle": {"@context": [CONTEXT, {f"t{n}": f"t{(n + 1) % 3000}:x" for n in range(3000)}]},
    "contexts within": {"more": [{"@context": {"x": f"urn:{number}"}, "x": 1} for number in range(20_000)]},
    "deep": {"@context": [CONTEXT, FOREIGN], "https://foreign.example/x": deep(900)},
    "deep contexts": {"@context": [CONTEXT, scoped(900)]},
    "deep lists": {"@context": [CONTEXT, FOREIGN], "https://foreign.example/x": json.loads("[" * 900 + "]" * 900)},
    "a long word": {"@context": [CONTEXT, {"x" * 500_000: "urn:x"}]},
    "many types": {"@context": [CONTEXT, FOREIGN], "@type": [f"urn:{number}" for number in range(20_000)]},
}


@pytest.mark.parametrize("huge", HUGE.values(), ids=HUGE.keys())
def test_what_is_huge_or_runs_in_circles_is_refused_or_read_soon(huge: dict[str, Any]) -> None:
    began = time.thread_time()
    with suppress(BadInput):
        NEW.read(REQUEST | huge)
    assert time.thread_time() - began < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.sampled_from([CONTEXT, "@id", "@vocab"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=6)
            | st.sampled_from(
                ["@id", "@type", "@value", "@list", "@context", "@graph", "@base", "permission", "offer"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@settings(max_examples=150, deadline=None)
@given(context=JSON, extra=st.dictionaries(st.text(max_size=6) | st.just("@graph"), JSON, max_size=3))
def test_garbage_in_contexts_and_members_is_bad_input_and_nothing_else(context: Any, extra: dict[str, Any]) -> None:
    for reading, contexts in ((NEW, [CONTEXT, context]), (OLD, context)):
        with suppress(BadInput):
            reading.read(REQUEST | extra | {"@context": contexts})


# Against the official contexts.


@pytest.fixture(scope="module")
def official(real_data: Path) -> dict[str, Any]:
    """The official contexts by address."""
    folder = real_data.parent / "spec" / "dsp-2025-1" / "context"
    if not folder.is_dir():
        pytest.skip("needs the official contexts beside the folder of real data")
    names = {CONTEXT: "dspace.jsonld", "https://w3id.org/dspace/2025/1/odrl-profile.jsonld": "odrl.jsonld"}
    return {address: json.loads((folder / name).read_text()) for address, name in names.items()}


#: The official context takes these identifiers for text: `accessService` where it is a name alone, the pids of a
#: TransferError; and the dataset of a message that HTTP replaces by a GET.
READ_BETTER = {"catalog", "nested-catalog", "transfer-error", "dataset-request-message"}


def expanded(content: dict[str, Any], documents: dict[str, Any]) -> Any:
    def load(address: str, _options: object) -> dict[str, Any]:
        return {"contentType": None, "contextUrl": None, "documentUrl": address, "document": documents[address]}

    return jsonld.expand(content, {"documentLoader": load, "base": "urn:base:"})


@pytest.mark.data
def test_our_contexts_expand_the_official_examples_as_the_official_ones_do(
    official: dict[str, Any], real_data: Path
) -> None:
    ours = {CONTEXT: context_of(DSPACE)}
    same_meaning, another = set(), set()
    for path in sorted((real_data.parent / "spec" / "dsp-2025-1").glob("*/example/*.json")):
        content = json.loads(path.read_text())
        if content.get("@context") == [CONTEXT]:
            is_same = expanded(content, ours) == expanded(content, official)
            (same_meaning if is_same else another).add(path.stem)
    assert len(same_meaning) > 17
    assert another == READ_BETTER


@pytest.mark.data
@MANY
@given(made=MESSAGES.filter(lambda made: made["@type"] != "TransferError"))
def test_our_context_expands_made_messages_as_the_official_one_does(
    official: dict[str, Any], made: dict[str, Any]
) -> None:
    assert expanded(made, {CONTEXT: context_of(DSPACE)}) == expanded(made, official)


@pytest.mark.data
@MANY
@given(made=MESSAGES)
def test_a_message_read_by_the_official_context_is_the_same_message(
    official: dict[str, Any], made: dict[str, Any]
) -> None:
    read = canonical(made, official, DSPACE)
    assert same(read, made)

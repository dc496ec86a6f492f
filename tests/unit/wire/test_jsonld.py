"""What JSON-LD says becomes one spelling, nothing is left out without a word, and no graph takes the machine away."""

from __future__ import annotations

import hashlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.wire.jsonld import ContextNotKnown, TooTangled, canonize, content_of, known
from skillspace.wire.jsonld.contexts import FOLDER

V2 = "https://www.w3.org/ns/credentials/v2"
EXAMPLES = "https://www.w3.org/ns/credentials/examples/v2"


def credential(**more: Any) -> dict[str, Any]:
    return {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    } | more


def test_every_known_context_has_the_bytes_its_table_says() -> None:
    table = json.loads((FOLDER / "index.json").read_bytes())
    assert {entry["address"] for entry in table} == known()
    for entry in table:
        content = content_of(entry["address"])
        assert content is not None
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["address"]
        assert "@context" in json.loads(content)
        assert entry["source"]
        assert entry["licence"]
    files = {file.name for file in FOLDER.iterdir()} - {"index.json"}
    assert files == {entry["file"] for entry in table}


def test_the_context_of_the_data_model_is_the_one_the_recommendation_names() -> None:
    # VC Data Model 2.0, §B.1, gives the digest of its base context.
    content = content_of(V2)
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"


def test_the_order_of_members_and_of_types_makes_no_difference() -> None:
    one = credential(name="Invented", description="Also invented")
    other = dict(reversed(list(one.items())))
    assert canonize(one) == canonize(other)


def test_a_whole_number_is_the_same_however_it_is_written() -> None:
    def about(age: float) -> bytes:
        return canonize(credential(**{"@context": [V2, EXAMPLES], "credentialSubject": {"age": age}}))

    assert about(30.0) == about(30)
    assert about(30.5) != about(30)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nobodyKnows": 1}, "do not define the word"),
        ({"credentialSubject": {"id": "did:example:s", "nobodyKnows": 1}}, "do not define the word"),
        ({"type": ["VerifiableCredential", "NobodyKnows"]}, "do not define 'NobodyKnows'"),
        ({"id": "no-url"}, "do not define 'no-url'"),
        (
            {"@context": [V2, {"Wide": "https ://no-url#Wide"}], "type": ["VerifiableCredential", "Wide"]},
            "absolute IRI",
        ),
        ({"@context": [V2, {"VerifiableCredential": "https://example.org/other"}]}, "protected term"),
        ({"@context": [V2, 7]}, "JSON-LD"),
        ({"@context": [V2, {"@vocab": None}], "type": ["VerifiableCredential", "Odd"]}, "JSON-LD"),
    ],
)
def test_what_would_be_left_out_is_refused_by_its_name(change: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        canonize(credential(**change))


def test_an_unknown_context_is_named_and_never_fetched() -> None:
    with pytest.raises(ContextNotKnown, match=r"https://example\.org/unknown/v1"):
        canonize(credential(**{"@context": [V2, "https://example.org/unknown/v1"]}))


def test_the_direction_of_a_text_is_part_of_what_is_said() -> None:
    def named(direction: str) -> bytes:
        return canonize(credential(name={"@value": "Shalom", "@language": "he", "@direction": direction}))

    assert named("rtl") != named("ltr")


def test_a_poison_graph_is_refused_in_good_time() -> None:
    # Every nameless node points to every other one: nothing tells them apart (RDFC-1.0 §7.1).
    nodes = [{"@id": f"_:n{number}"} for number in range(8)]
    graph = [{"@id": node["@id"], "https://example.org/near": [n for n in nodes if n != node]} for node in nodes]
    with pytest.raises(TooTangled):
        canonize({"@context": {"@version": 1.1}, "@graph": graph})


def test_as_many_contexts_as_nobody_needs_are_not_read() -> None:
    with pytest.raises(BadInput, match="contexts"):
        canonize(credential(**{"@context": [V2, *({f"t{n}": f"https://example.org/{n}"} for n in range(100))]}))


def test_many_threads_get_what_one_gets() -> None:
    documents = [
        credential(**{"@context": [V2, {f"Kind{n}": f"https://example.org/{n}"}], "name": f"{n}"}) for n in range(20)
    ]
    alone = [canonize(document) for document in documents]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(canonize, documents * 6)) == alone * 6
    finally:
        sys.setswitchinterval(usual)


_WORDS = ["@context", "@id", "@type", "@value", "@graph", "@list", "id", "type", "name", "proof"]
_JSON: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=20)
        | st.lists(_JSON, max_size=3)
        | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=8), _JSON, max_size=3)
    )
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text(max_size=12), _JSON, max_size=5))
def test_any_json_is_canonized_or_refused_in_words(content: dict[str, Any]) -> None:
    with suppress(BadInput):
        assert canonize(credential(**content)).endswith(b" .\n")

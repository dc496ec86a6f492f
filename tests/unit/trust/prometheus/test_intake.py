"""The door: bounded, strict JSON, whatever comes; every reader gives BadInput for garbage and nothing else."""

from __future__ import annotations

import copy
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus import (
    Read,
    load,
    read_consent,
    read_contract,
    read_document,
    read_documents,
    read_notice,
    read_rule_template,
    read_self_description,
)
from skillspace.trust.prometheus.intake import DEEPEST, MAX_BYTES, check
from tests.unit.trust.prometheus.conftest import FIXTURES, IDENTITIES

READERS = (read_self_description, read_contract, read_consent, read_notice, read_rule_template, read_document)
FILES = sorted(FIXTURES.glob("*.json"))
KINDS = {"participant": "organisation", "offering": "offering", "data": "dataset", "software": "service",
         "infrastructure": "infrastructure", "representation": "source", "ecosystem": "ecosystem",
         "contract-signed": "ecosystem-contract", "contract-revoked": "ecosystem-contract",
         "contract-bilateral": "bilateral-contract", "consent-granted": "consent", "consent-pending": "consent",
         "consent-revoked": "consent", "consent-draft": "consent", "receipt": "consent", "notice": "notice",
         "rules": "rule"}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_a_document_is_recognised_by_what_it_looks_like(name: str, kind: str) -> None:
    assert {one.kind for one in read_documents(load((FIXTURES / f"{name}.json").read_bytes()), IDENTITIES)} == {kind}


def test_what_their_services_answer_with_is_opened() -> None:
    contract = json.loads((FIXTURES / "contract-signed.json").read_bytes())
    assert [one.kind for one in read_documents({"contracts": [contract, contract]})] == ["ecosystem-contract"] * 2
    assert [one.kind for one in read_documents({"contract": contract, "role": "ecosystem"})] == ["ecosystem-contract"]
    assert read_documents([]) == []


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{", b"nonsense", b'{"a": NaN}', b'{"a": 1, "a": 2}', b"\xff\xfe\x00", b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
        b"[" * 100_000, b'{"a":' * 500 + b"1" + b"}" * 500, b'{"a": 1e999}', b'{"a": 123456789012345678901234567890}',
        b" " * (MAX_BYTES + 1),
    ],
)  # fmt: skip
def test_a_file_that_is_no_bounded_json_is_refused(text: bytes) -> None:
    with pytest.raises(BadInput):
        load(text)


def test_an_object_in_memory_meets_the_same_bounds() -> None:
    deep: Any = "end"
    for _ in range(DEEPEST + 1):
        deep = [deep]
    loop: list[Any] = []
    loop.append(loop)
    for wrong in (
        deep,
        loop,
        {1: 2},
        {"a": object()},
        {"a": float("inf")},
        {"a": 10**40},
        {"x" * 201: 1},
        ["y" * 100_001],
    ):
        with pytest.raises(BadInput):
            check(wrong)
        for read in READERS:
            with pytest.raises(BadInput):
                read(wrong)


def test_too_many_documents_in_one_file_are_refused() -> None:
    with pytest.raises(BadInput, match="500"):
        read_documents([{}] * 501)


NAME = re.compile(r'"([@$\w]+)":')
names = st.sampled_from(sorted({name for file in FILES for name in NAME.findall(file.read_text(encoding="utf-8"))}))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["Participant", "DataResource", "granted", "did:web:a.example", "@{x}", "2026-01-01", "use"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6),
    max_leaves=30,
)  # fmt: skip


@given(document=values)
@settings(max_examples=250, deadline=None)
def test_garbage_gives_bad_input_and_nothing_else(document: Any) -> None:
    for read in READERS:
        _try(read, document)


@given(data=st.data(), file=st.sampled_from(FILES), value=values)
@settings(max_examples=250, deadline=None)
def test_a_document_with_one_part_replaced_is_read_or_refused(data: st.DataObject, file: Path, value: Any) -> None:
    document = copy.deepcopy(json.loads(file.read_text(encoding="utf-8")))
    place = document = data.draw(st.sampled_from(document)) if isinstance(document, list) else document
    for _ in range(data.draw(st.integers(0, 4))):
        inner = [
            one
            for one in (place.values() if isinstance(place, dict) else place)
            if isinstance(one, dict | list) and one
        ]
        place = data.draw(st.sampled_from(inner)) if inner else place
    key = (
        data.draw(st.sampled_from(sorted(place)))
        if isinstance(place, dict)
        else data.draw(st.integers(0, len(place) - 1))
    )
    place[key] = value
    _try(read_document, document)


@given(text=st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_bytes_give_json_or_bad_input(text: bytes) -> None:
    with suppress(BadInput):
        read_documents(load(text))


def _try(read: Any, document: Any) -> None:
    try:
        found = read(document, IDENTITIES) if read is not read_rule_template else read(document)
    except BadInput:
        return
    assert isinstance(found, Read)
    json.dumps(found.as_json(), allow_nan=False, ensure_ascii=False).encode()
    # Nothing that is read is ever more than a draft.
    assert all(one["state"] == "draft" for one in found.content.get("asks", ()))
    assert all(one["state"] in ("invited", "left") for one in found.content.get("participations", ()))

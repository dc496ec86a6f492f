"""Whatever can be published is written so that it is valid by the official schemas of DSP 2025-1."""

from __future__ import annotations

import json
from datetime import UTC
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange.catalog import Offering, Reference
from skillspace.exchange.catalog.document import write_catalog, write_dataset
from skillspace.exchange.catalog.model import check_offering
from skillspace.exchange.catalog.reading import read_page
from skillspace.kernel.clock import now

BASE = "https://w3id.org/dspace/2025/1/catalog"
OWN, ENDPOINT = "did:web:school.example", "https://school.example/dsp/2025-1"


class Schemas:
    """The official schemas of catalogs and datasets."""

    def __init__(self, folder: Path) -> None:
        every = {}
        for path in folder.glob("*/*-schema.json"):
            # Three files point to "#definitions/…"; without the slash that is an anchor nobody defined.
            schema = json.loads(path.read_text().replace("json#definitions/", "json#/definitions/"))
            every[schema["$id"]] = schema
        registry = jsonschema_rs.Registry(list(every.items()))
        self._by_type = {
            name: jsonschema_rs.Draft201909Validator(every[f"{BASE}/{name.lower()}-schema.json"], registry=registry)
            for name in ("Catalog", "Dataset")
        }

    def check(self, content: dict[str, Any]) -> None:
        faults = [fault.message for fault in self._by_type[content["@type"]].iter_errors(content)]
        assert not faults, f"{json.dumps(content)[:600]}: {faults}"


@pytest.fixture(scope="module")
def schemas(real_data: Path) -> Schemas:
    folder = real_data.parent / "spec" / "dsp-2025-1"
    if not folder.is_dir():
        pytest.skip("needs the official schemas beside the folder of real data")
    return Schemas(folder)


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
names = st.text("abcö:/-#%", min_size=1, max_size=12)
texts = st.dictionaries(st.sampled_from(["en", "sv", "fr-CA", ""]), words, min_size=1, max_size=3)
right = words | st.lists(words, min_size=1, max_size=3) | st.fixed_dictionaries({"@value": words, "@type": words})
atoms = st.fixed_dictionaries(
    {"leftOperand": words, "operator": st.sampled_from(["eq", "isAnyOf", "lteq"]), "rightOperand": right}
)
constraints = st.recursive(
    atoms,
    lambda inner: st.sampled_from(["and", "or", "xone"]).flatmap(
        lambda kind: st.fixed_dictionaries({kind: st.lists(inner, min_size=1, max_size=2)})
    ),
    max_leaves=4,
)
duties = st.fixed_dictionaries(
    {"action": words}, optional={"constraint": st.lists(constraints, min_size=1, max_size=1)}
)
rules = st.lists(
    st.fixed_dictionaries(
        {"action": st.just("use")},
        optional={
            "constraint": st.lists(constraints, min_size=1, max_size=2),
            "duty": st.lists(duties, min_size=1, max_size=2),
        },
    ),
    min_size=1,
    max_size=2,
)
policies = st.fixed_dictionaries(
    {}, optional={"prohibition": rules, "obligation": rules, "profile": words | st.lists(words, min_size=1)}
).flatmap(lambda policy: rules.map(lambda permission: {"permission": permission} | policy))
offerings = st.builds(
    Offering,
    id=names,
    title=texts,
    description=texts | st.just({}),
    kinds=st.lists(words, max_size=2).map(tuple),
    personal=st.booleans(),
    purposes=st.lists(words, max_size=2).map(tuple),
    media_type=words,
    policy=policies,
    updated=st.datetimes(timezones=st.just(UTC)),
    formats=st.sampled_from([("HttpData-PULL",), ("HttpData-PUSH",), ("HttpData-PULL", "HttpData-PUSH")]),
    retention_days=st.none() | st.integers(0, 4000),
    other_policies=st.lists(policies, max_size=2, unique_by=json.dumps).map(tuple),
    offer_id=st.none() | names,
)
references = st.builds(Reference, participant=names, endpoint=names.map("https://mill.example/{}x".format))


@pytest.mark.data
@settings(max_examples=150, deadline=None)
@given(st.lists(offerings, max_size=3), st.lists(references, max_size=2))
def test_every_catalog_is_valid_and_is_read_back(
    schemas: Schemas, offered: list[Offering], named: list[Reference]
) -> None:
    offered = [one for one in offered if json.dumps(one.policy) not in map(json.dumps, one.other_policies)]
    for one in offered:
        check_offering(one)
        schemas.check(write_dataset(OWN, ENDPOINT, one))
    catalog = write_catalog(OWN, ENDPOINT, "Invented School", offered, named)
    schemas.check(catalog)
    page = read_page(json.loads(json.dumps(catalog)), OWN, now())
    assert (page.skipped, [one.id for one in page.offerings]) == (0, [one.id for one in offered])
    assert set(page.references) == set(named)


@pytest.mark.data
def test_the_official_examples_are_read(schemas: Schemas, real_data: Path) -> None:
    folder = real_data.parent / "spec" / "dsp-2025-1" / "catalog" / "example"
    examples = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    for name in ("catalog", "nested-catalog", "dataset"):
        schemas.check({"@type": "Dataset"} | examples[name])
    provider = examples["catalog"]["participantId"]
    page = read_page(examples["catalog"], provider, now())
    assert [(one.endpoint, one.formats) for one in page.offerings] == [
        ("https://provider-a.com/connector", ("HttpData-PULL",))
    ]
    nested = read_page(examples["nested-catalog"], provider, now())
    assert [(one.participant, one.endpoint) for one in nested.references] == [
        (provider, "https://provder-a.com/subcatalog")
    ]

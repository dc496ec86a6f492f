"""An S3 store behind a dataset, against a real S3 server: signatures, whole objects, parts, and what is in a place."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2 as httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.exchange.dataplane.s3 import S3Source
from skillspace.exchange.dataplane.secrets import Secret
from skillspace.exchange.dataplane.settings import S3Settings
from skillspace.exchange.dataplane.sigv4 import canonical_query, signed
from tests.unit.exchange.dataplane.asking import ask, opened
from tests.unit.exchange.neighbours import Town

KEY, HIDDEN = "INVENTEDACCESSKEY", "invented/secret+key"
BODY = bytes(range(256)) * 8192


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """A bucket with files in it; return the endpoint."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    endpoint = "http://{}:{}".format(*server.get_host_and_port())
    for key, body in {
        "": b"",
        "/open/rows.bin": BODY,
        "/open/a å+b.csv": b"code\n",
        "/closed/salaries.csv": b"no",
    }.items():
        url = f"{endpoint}/school-data{httpx.URL(key).raw_path.decode() if key else ''}"
        proof = signed("PUT", url, access_key=KEY, secret_key=HIDDEN, region="us-east-1", at=datetime.now(UTC))
        httpx.put(url, content=body, headers=proof, trust_env=False).raise_for_status()
    yield endpoint
    server.stop()


def source(endpoint: str, **changes: Any) -> S3Source:
    facts: dict[str, Any] = {"kind": "s3", "endpoint": endpoint, "bucket": "school-data"} | changes
    return S3Source(S3Settings(**facts), Secret({"access_key": KEY, "secret_key": HIDDEN}))


@settings(max_examples=40, deadline=None)
@given(
    key=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="/"), min_size=1, max_size=8).filter(
            lambda step: step.strip(".")
        ),
        min_size=1,
        max_size=3,
    ),
    query=st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=8),
        st.text(st.characters(codec="utf-8"), max_size=8),
        max_size=3,
    ),
    token=st.sampled_from([None, "session-token"]),
)
def test_our_signature_is_the_one_of_the_vendors_own_library(
    key: list[str], query: dict[str, str], token: str | None
) -> None:
    auth = pytest.importorskip("botocore.auth")
    request = pytest.importorskip("botocore.awsrequest").AWSRequest
    credentials = pytest.importorskip("botocore.credentials").Credentials(KEY, HIDDEN, token)
    from urllib.parse import quote  # noqa: PLC0415

    url = "https://s3.example.org/school-data/" + "/".join(quote(step, safe="-_.~") for step in key)
    at = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
    ours = signed(
        "GET",
        url,
        query=query.items(),
        access_key=KEY,
        secret_key=HIDDEN,
        session_token=token,
        region="eu-north-1",
        at=at,
        headers={"Range": "bytes=0-9"},
    )
    theirs = request("GET", f"{url}?{canonical_query(query.items())}" if query else url, headers={"Range": "bytes=0-9"})
    theirs.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
    theirs.headers["X-Amz-Content-SHA256"] = ours["x-amz-content-sha256"]
    theirs.headers["X-Amz-Date"] = theirs.context["timestamp"]
    if token:
        theirs.headers["X-Amz-Security-Token"] = token
    signer = auth.S3SigV4Auth(credentials, "s3", "eu-north-1")
    canonical = signer.canonical_request(theirs)
    signature = signer.signature(signer.string_to_sign(theirs, canonical), theirs)
    assert ours["authorization"].endswith(f"Signature={signature}")


def test_an_object_is_sent_whole_and_in_parts(town: Town, store: str) -> None:
    pid = opened(town, source(store, key="open/rows.bin"))
    whole = ask(town, pid)
    assert (whole.content, whole.headers["content-length"]) == (BODY, str(len(BODY)))
    part = ask(town, pid, Range="bytes=1000-1999", If_Range=whole.headers["etag"])
    assert (part.status_code, part.content) == (206, BODY[1000:2000])
    assert ask(town, pid, method="HEAD").headers["content-length"] == str(len(BODY))


def test_a_place_says_what_is_in_it_and_gives_nothing_beside_it(town: Town, store: str) -> None:
    pid = opened(town, source(store, prefix="open/"))
    files = json.loads(ask(town, pid).content)["files"]
    assert [(one["path"], one["bytes"]) for one in files] == [("a å+b.csv", 5), ("rows.bin", len(BODY))]
    assert ask(town, pid, "/a å+b.csv").content == b"code\n"
    for path in ("/../closed/salaries.csv", "/%2e%2e/closed/salaries.csv", "/..%2fclosed%2fsalaries.csv", "/nothing"):
        assert ask(town, pid, path).status_code in (403, 404)
    assert ask(town, pid, "/rows.bin", "DELETE").status_code == 404


def test_an_object_that_is_not_there_and_a_store_that_is_not_there(town: Town, store: str) -> None:
    assert ask(town, opened(town, source(store, key="open/none"))).status_code == 404
    assert ask(town, opened(town, source("http://127.0.0.1:1", key="open/none"))).status_code == 503


def test_an_object_that_is_replaced_while_it_is_read_does_not_mix_in(store: str) -> None:
    from skillspace.exchange.dataplane.s3 import S3Content  # noqa: PLC0415
    from skillspace.kernel.errors import Unavailable  # noqa: PLC0415

    content = S3Content(source(store, key="open/rows.bin"), "open/rows.bin", len(BODY), '"another-version"')
    with pytest.raises(Unavailable):
        list(content.read(0, 100))

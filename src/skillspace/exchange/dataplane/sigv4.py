"""Signed requests to S3: AWS Signature Version 4 for requests without a body, as S3-compatible stores read them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote, urlsplit

NO_BODY = hashlib.sha256(b"").hexdigest()


def canonical_query(query: Iterable[tuple[str, str]]) -> str:
    """Write a query the one way that is signed: sorted, everything quoted but unreserved characters."""
    return "&".join(sorted(f"{quote(name, safe='-_.~')}={quote(text, safe='-_.~')}" for name, text in query))


def signed(
    method: str,
    url: str,
    *,
    query: Iterable[tuple[str, str]] = (),
    access_key: str,
    secret_key: str,
    session_token: str | None = None,
    region: str,
    at: datetime,
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers of a signed request; `url` has a quoted path and no query, `at` is in UTC.

    Source: AWS Signature Version 4, “Create a signed AWS API request”, with S3's rule that a path is quoted once.
    """
    parts = urlsplit(url)
    stamp, day = at.strftime("%Y%m%dT%H%M%SZ"), at.strftime("%Y%m%d")
    named = {"host": parts.netloc, "x-amz-content-sha256": NO_BODY, "x-amz-date": stamp}
    named |= {name.lower(): text.strip() for name, text in (headers or {}).items()}
    if session_token:
        named["x-amz-security-token"] = session_token
    names = ";".join(sorted(named))
    lines = [method, parts.path or "/", canonical_query(query)]
    lines += [f"{name}:{named[name]}" for name in sorted(named)]
    request = "\n".join([*lines, "", names, NO_BODY])
    scope = f"{day}/{region}/s3/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{secret_key}".encode()
    for step in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    proof = f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return {name: text for name, text in named.items() if name != "host"} | {"authorization": proof}

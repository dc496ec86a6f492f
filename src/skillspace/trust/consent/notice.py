"""Privacy notices: what a person reads before a yes (GDPR Art. 13 and 14), in every language, fixed by a hash.

The sentences are data (`notice.json`): a lawyer changes them and raises the version; no code changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.trust.consent.canonical import digest
from skillspace.trust.consent.model import Grant

CONSENT = "GDPR Art. 6(1)(a)"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice. `texts` maps a language to its sentences by field; `hash` is the SHA-256 of everything else here."""

    hash: str
    version: str
    controller: str
    controller_name: str
    provider: str
    provider_name: str
    purpose: str
    kinds: tuple[str, ...]
    legal_basis: str
    until: str
    country: str
    complaint_authority: str
    texts: Mapping[str, Mapping[str, str]]

    def content(self) -> dict[str, Any]:
        """Everything the hash covers, as JSON."""
        texts = {language: dict(sentences) for language, sentences in self.texts.items()}
        rest = {name: value for name, value in vars(self).items() if name != "hash"}
        return rest | {"kinds": list(self.kinds), "texts": texts}

    def sentences(self, language: str) -> Mapping[str, str]:
        """The notice in a language, in English where there is none."""
        return self.texts.get(language) or self.texts["en"]


@cache
def _wording() -> dict[str, Any]:
    text = resources.files("skillspace.trust.consent").joinpath("notice.json").read_text(encoding="utf-8")
    wording: dict[str, Any] = json.loads(text)
    return wording


def languages() -> tuple[str, ...]:
    """The languages notices and receipts are written in."""
    return tuple(_wording()["languages"])


def kind_label(kind: str, language: str) -> str:
    """A kind of data in a person's words; a kind without words is shown by its name."""
    return str(_wording()["languages"].get(language, {}).get("kinds", {}).get(kind, kind))


def purpose_label(purpose: str, language: str) -> str:
    """A purpose in a person's words; one without words is shown by its name."""
    return str(_wording()["languages"].get(language, {}).get("purposes", {}).get(purpose, purpose))


def make_notice(asked: Grant, *, country: str) -> Notice:
    """Write the notice of an ask; the recipient is the controller of what it gets.

    Raises BadInput for a country whose supervisory authority is not in the wording.
    """
    authority = _wording()["authorities"].get(country)
    if authority is None:
        raise BadInput(f"No supervisory authority is known for country {country!r}; add it to notice.json.")
    facts = {
        "recipient": asked.recipient_name,
        "recipient_did": asked.recipient,
        "provider": asked.provider_name,
        "until": asked.until.date().isoformat(),
        "authority": authority["name"],
        "authority_address": authority["address"],
    }
    texts = {}
    for language, words in _wording()["languages"].items():
        listed = ", ".join(kind_label(kind, language) for kind in asked.kinds)
        filled = facts | {"purpose": purpose_label(asked.purpose, language), "kinds": listed}
        texts[language] = {field: text.format_map(filled) for field, text in words["sentences"].items()}
    content = {
        "version": _wording()["version"],
        "controller": asked.recipient,
        "controller_name": asked.recipient_name,
        "provider": asked.provider,
        "provider_name": asked.provider_name,
        "purpose": asked.purpose,
        "kinds": list(asked.kinds),
        "legal_basis": CONSENT,
        "until": iso(asked.until),
        "country": country,
        "complaint_authority": f"{authority['name']}, {authority['address']}",
        "texts": texts,
    }
    return _sealed(content)


def read_notice(content: Mapping[str, Any]) -> Notice:
    """Read a stored notice back; its hash is computed anew, so a changed notice shows."""
    return _sealed(dict(content))


def _sealed(content: dict[str, Any]) -> Notice:
    return Notice(hash=digest(content), **(content | {"kinds": tuple(content["kinds"])}))

"""Privacy notices: what a person reads before a yes (GDPR Art. 13 and 14), in every language, in linked versions.

A notice is made of the recipient's record, of the agreement and of the ask. The sentences are data (`notice.json`): a
lawyer changes them and raises the version; no code changes. Notices about the same use are a series: each names the
hash of the one before, so none can be changed or left out unseen, and an old one stays readable.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any

from babel import Locale
from babel.lists import format_list

from skillspace.kernel.errors import BadInput
from skillspace.trust.consent.model import Grant
from skillspace.trust.policy.describe import describe, told
from skillspace.trust.register import Basis, Contact, Processing, Record
from skillspace.trust.register.record import in_language
from skillspace.wire.canonical import digest

CONSENT = Basis.CONSENT.article
#: Filled in where the notice is read: the day is the ask's own, everything else is everybody's.
UNTIL = "{until}"
#: Of a notice's facts, those whose change a person must be asked about again: who gets what, why, where and how long.
MATERIAL = (
    "controller",
    "purpose",
    "legal_basis",
    "recipients",
    "transfers",
    "places",
    "keeps_days",
    "decides",
    "duty",
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One notice. `texts` maps a language to its sentences by field; `hash` is the SHA-256 of everything else here.

    `series` names the use it is about, `number` counts its versions from 1, `previous` is the hash of the one before.
    `facts` are what its sentences are made of, for comparing two of them.
    """

    hash: str
    version: str
    series: str
    number: int
    previous: str | None
    controller: str
    controller_name: str
    provider: str
    provider_name: str
    purpose: str
    kinds: tuple[str, ...]
    legal_basis: str
    country: str
    complaint_authority: str
    record_version: int | None
    facts: Mapping[str, Any]
    texts: Mapping[str, Mapping[str, str]]

    def content(self) -> dict[str, Any]:
        """Everything the hash covers, as JSON."""
        texts = {language: dict(sentences) for language, sentences in self.texts.items()}
        rest = {name: value for name, value in vars(self).items() if name != "hash"}
        return rest | {"kinds": list(self.kinds), "texts": texts, "facts": dict(self.facts)}

    def sentences(self, language: str, grant: Grant) -> Mapping[str, str]:
        """The notice in a language, in English where there is none, as the person of `grant` reads it."""
        day = grant.until.date().isoformat()
        found = self.texts.get(language) or self.texts["en"]
        return {field: text.replace(UNTIL, day) for field, text in found.items()}


@cache
def _wording() -> dict[str, Any]:
    text = resources.files("skillspace.trust.consent.notices").joinpath("notice.json").read_text(encoding="utf-8")
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


def authority_of(country: str) -> str:
    """Return name and address of the supervisory authority of a country; empty where none is known."""
    found = _wording()["authorities"].get(country)
    return f"{found['name']}, {found['address']}" if found else ""


def series_of(asked: Grant) -> str:
    """Return the name of the use an ask is about: the same for everybody who is asked the same."""
    use = {name: getattr(asked, name) for name in ("recipient", "provider", "dataset", "purpose")}
    return digest(use | {"kinds": sorted(asked.kinds)})


def write_notice(
    asked: Grant,
    *,
    record: tuple[int, Record] | None,
    policy: Mapping[str, object] | None,
    country: str,
    before: Notice | None,
) -> Notice:
    """Write the notice of an ask; the recipient is the controller of what it gets. `before` itself if nothing changed.

    `record` is the recipient's, None where it was not seen yet; then `country` tells whose supervisory authority hears
    complaints, and the notice says that nothing more is known. Raises BadInput for a country without a known authority.
    """
    where = record[1].country if record else country
    authority = _wording()["authorities"].get(where)
    if authority is None:
        raise BadInput(f"No supervisory authority is known for country {where!r}; add it to notice.json.")
    # In one order, whoever named them how: else two asks for the same would write version after version.
    asked = replace(asked, kinds=tuple(sorted(asked.kinds)))
    processing = record[1].of_purpose(asked.purpose) if record else Processing(purpose=asked.purpose)
    facts = _facts(asked, record[1] if record else None, processing)
    body = {
        "version": _wording()["version"],
        "series": series_of(asked),
        "controller": asked.recipient,
        "controller_name": asked.recipient_name,
        "provider": asked.provider,
        "provider_name": asked.provider_name,
        "purpose": asked.purpose,
        "kinds": list(asked.kinds),
        "legal_basis": CONSENT,
        "country": where,
        "complaint_authority": f"{authority['name']}, {authority['address']}",
        "record_version": record[0] if record else None,
        "facts": facts,
        "texts": {
            language: _texts(asked, language, record[1] if record else None, processing, policy, authority)
            for language in languages()
        },
    }
    if before is not None and before.content() == body | {"number": before.number, "previous": before.previous}:
        return before
    number, previous = (before.number + 1, before.hash) if before else (1, None)
    return _sealed(body | {"number": number, "previous": previous})


def read_notice(content: Mapping[str, Any]) -> Notice:
    """Read a stored notice back; its hash is computed anew, so a changed notice shows.

    Notices from before there were series stand alone; they stay what was shown.
    """
    alone = {"series": "", "number": 0, "previous": None, "record_version": None, "facts": {}}
    known = {name: value for name, value in content.items() if name in Notice.__dataclass_fields__}
    return replace(_sealed(alone | known), hash=digest(content))


def changes(old: Notice, new: Notice) -> tuple[str, ...]:
    """Return what a person must be asked about again when `new` takes the place of `old`; empty when nothing must."""
    told = {name: (old.facts.get(name), new.facts.get(name)) for name in MATERIAL}
    told |= {name: (getattr(old, name), getattr(new, name)) for name in ("controller", "purpose", "legal_basis")}
    told["duty"] = (_duties(old, new.kinds), _duties(new, new.kinds))
    return tuple(name for name in MATERIAL if told[name][0] != told[name][1])


def _duties(notice: Notice, kinds: Collection[str]) -> list[Any]:
    """The duties to keep some of a notice's kinds: those of kinds that a person left out of the yes say nothing."""
    return sorted((one for one in notice.facts.get("duty") or () if one["kind"] in kinds), key=lambda one: one["kind"])


def _facts(asked: Grant, record: Record | None, processing: Processing) -> dict[str, Any]:
    content = processing.model_dump(mode="json")
    kept = ("recipients", "transfers", "keeps_days", "decides")
    duties = [duty.model_dump(mode="json") for kind in asked.kinds if record and (duty := record.duty(kind))]
    places = sorted(record.works_in()) if record else []
    return {name: content[name] for name in kept} | {"places": places, "duty": duties}


def _texts(
    asked: Grant,
    language: str,
    record: Record | None,
    processing: Processing,
    policy: Mapping[str, object] | None,
    authority: Mapping[str, str],
) -> dict[str, str]:
    """Every sentence of the notice that has something to say, in the order of the wording."""
    words = _wording()["languages"][language]
    said: dict[str, str] = {}

    def say(field: str, **facts: object) -> None:
        said[field] = words["sentences"][field].format_map({"recipient": asked.recipient_name, "until": UNTIL} | facts)

    say("controller")
    if record is not None:
        _say_who(say, record)
    say("purpose", purpose=purpose_label(asked.purpose, language))
    say("kinds", kinds=", ".join(kind_label(kind, language) for kind in asked.kinds))
    say("source", provider=asked.provider_name)
    say("legal_basis")
    say("recipient")
    _say_processing(say, asked, language, record, processing)
    for number, one in enumerate(record.besides(frozenset(asked.kinds)) if record else ()):
        facts = {"purpose": purpose_label(one.purpose, language), "basis": words["bases"][one.basis]}
        law = in_language(one.law or one.interests, language)
        said[f"besides_{number}"] = words["sentences"]["besides"].format_map(
            {"recipient": asked.recipient_name} | facts | {"law": law or one.basis.article}
        )
    if policy is not None:
        say("rules", rules=" ".join(told(line, language) for line in describe(policy)))
    for field in ("period", "refusal", "withdrawal", "rights"):
        say(field)
    say("complaint", authority=authority["name"], authority_address=authority["address"])
    return said


def _say_who(say: Any, record: Record) -> None:
    if line := _line(record.contact):
        say("contact", contact=line)
    if record.representative is not None:
        say("representative", representative=_line(record.representative))
    if record.dpo is not None:
        say("dpo", dpo=_line(record.dpo))
    else:
        say("no_dpo")


def _say_processing(say: Any, asked: Grant, language: str, record: Record | None, processing: Processing) -> None:
    locale = Locale.parse(language)
    if processing.recipients:
        named = [in_language(one, language) for one in processing.recipients]
        say("recipients", recipients=format_list(named, locale=locale))
    if record is None:
        return
    names = [locale.territories.get(code, code) for code in record.works_in()]
    say("places", places=format_list(names, locale=locale))
    if processing.transfers:
        sent = [
            f"{locale.territories.get(one.country, one.country)} ({in_language(one.safeguard, language)})"
            for one in processing.transfers
        ]
        say("transfers", transfers=format_list(sent, locale=locale))
    else:
        say("no_transfers")
    if processing.keeps_days:
        say("retention", days=processing.keeps_days, why=in_language(processing.keeps_why, language))
    else:
        say("no_retention")
    for duty in [found for kind in asked.kinds if (found := record.duty(kind))][:1]:
        say("duty", days=duty.days, law=in_language(duty.law, language))
    if processing.needed:
        say("needed", needed=in_language(processing.needed, language))
    else:
        say("no_need")
    if processing.decides:
        say("decides", decides=in_language(processing.decides, language))
    else:
        say("no_decides")


def _line(contact: Contact) -> str:
    parts = (contact.name, contact.email, contact.phone, contact.address, contact.website)
    return ", ".join(part for part in parts if part)


def _sealed(content: dict[str, Any]) -> Notice:
    return Notice(hash=digest(content), **(content | {"kinds": tuple(content["kinds"])}))

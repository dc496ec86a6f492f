"""The organisation's record as fields of a form, and back: texts in one language, those in the others stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.organisation.wording import KINDS, PURPOSES
from skillspace.portal.views.common import Choice
from skillspace.portal.views.connector import RuleField
from skillspace.portal.views.register import FormPart
from skillspace.portal.words import N_
from skillspace.trust.register import Basis, Contact, Duty, Processing, Record, read_record
from skillspace.trust.register.record import in_language

#: Reads one field of a form that was sent.
Sent = Callable[[str], str]

BASES = {
    Basis.CONSENT: N_("the person’s consent"),
    Basis.CONTRACT: N_("a contract with the person"),
    Basis.LEGAL_OBLIGATION: N_("a legal obligation"),
    Basis.VITAL_INTERESTS: N_("vital interests"),
    Basis.PUBLIC_TASK: N_("a public task"),
    Basis.LEGITIMATE_INTERESTS: N_("legitimate interests"),
}
CONTACT = {
    "name": N_("Name"),
    "email": N_("E-mail"),
    "phone": N_("Telephone"),
    "address": N_("Postal address"),
    "website": N_("Web page"),
}
#: Who can be written to, and the heading of their fields.
PEOPLE = {
    "contact": N_("Contact"),
    "dpo": N_("Data protection officer"),
    "representative": N_("Representative in the Union, if you are outside"),
}
TEXTS = {
    "law": N_("Law behind it, if it is not consent"),
    "interests": N_("Whose interests, if it rests on them"),
    "needed": N_("Must people give the data, and what happens otherwise"),
    "keeps_why": N_("Why they are kept longer"),
    "decides": N_("What a machine decides with it, and what that means for people"),
}
RECIPIENTS = N_("Who gets the data, one a line")
TRANSFERS = N_("Countries outside of the EEA, one a line: country code: what protects the data")


def form_of(record: Record, words: Translator, sent: Sent | None = None) -> tuple[FormPart, ...]:
    """Return the fields of a record, with one empty processing and duty to add; `sent` fills in what was sent."""
    language = words.language
    parts = [_organisation(record, words)]
    parts += [_person(key, getattr(record, key), words) for key in PEOPLE]
    processings = [*record.processings, None]
    duties = [*record.duties, None]
    parts += [_processing(number, one, words, language) for number, one in enumerate(processings)]
    parts += [_duty(number, one, words, language) for number, one in enumerate(duties)]
    return tuple(_filled(part, sent) for part in parts) if sent else tuple(parts)


def written(record: Record, sent: Sent, language: str) -> Record:
    """Return the record a form asks for; raise BadInput naming what is wrong."""
    processings = [
        _read_processing(number, one, sent, language) for number, one in enumerate([*record.processings, None])
    ]
    duties = [_read_duty(number, one, sent, language) for number, one in enumerate([*record.duties, None])]
    content: dict[str, Any] = {
        "name": sent("name").strip(),
        "country": sent("country").strip().upper(),
        "places": _codes(sent("places").upper()),
        "processings": [one for one in processings if one is not None],
        "duties": [one for one in duties if one is not None],
        "reviewed": sent("reviewed") or None,
    }
    for key in PEOPLE:
        found = {name: sent(f"{key}.{name}").strip() for name in CONTACT}
        is_there = any(found.values())
        content[key] = found | {"email": found["email"] or None} if is_there else None
    content["contact"] = content["contact"] or {}
    return read_record(content)


def _organisation(record: Record, words: Translator) -> FormPart:
    fields = (
        _text("name", words.gettext("Name"), record.name),
        _text("country", words.gettext("Country of its seat (two letters)"), record.country),
        _text(
            "places",
            words.gettext("Countries it works in with the data, with commas between"),
            ", ".join(record.places),
        ),
        RuleField(
            name="reviewed",
            label=words.gettext("Last looked through on"),
            kind="date",
            value=record.reviewed.isoformat() if record.reviewed else "",
        ),
    )
    return FormPart(key="org", label=words.gettext("The organisation"), fields=fields, is_open=True)


def _person(key: str, one: Contact | None, words: Translator) -> FormPart:
    fields = tuple(
        _text(f"{key}.{name}", words.gettext(label), str(getattr(one, name) or "") if one else "")
        for name, label in CONTACT.items()
    )
    return FormPart(key=key, label=words.gettext(PEOPLE[key]), fields=fields, is_open=key == "contact")


def _processing(number: int, one: Processing | None, words: Translator, language: str) -> FormPart:
    at = f"p{number}"
    fields = (
        _text(f"{at}.purpose", words.gettext("Purpose"), one.purpose if one else ""),
        _text(
            f"{at}.kinds",
            words.gettext("Kinds of data, with commas between; empty for all"),
            ", ".join(one.kinds) if one else "",
        ),
        RuleField(
            name=f"{at}.basis",
            label=words.gettext("Why the law allows it"),
            kind="select",
            choices=tuple(
                Choice(value=basis.value, label=words.gettext(text), is_chosen=bool(one and one.basis is basis))
                for basis, text in BASES.items()
            ),
        ),
        RuleField(
            name=f"{at}.keeps_days",
            label=words.gettext("Days it is kept after the end"),
            kind="text",
            value=str(one.keeps_days) if one else "0",
        ),
        *(
            _text(f"{at}.{name}", words.gettext(label), in_language(getattr(one, name), language) if one else "")
            for name, label in TEXTS.items()
        ),
        _area(
            f"{at}.recipients",
            words.gettext(RECIPIENTS),
            [in_language(each, language) for each in one.recipients] if one else [],
        ),
        _area(
            f"{at}.transfers",
            words.gettext(TRANSFERS),
            [f"{each.country}: {in_language(each.safeguard, language)}" for each in one.transfers] if one else [],
        ),
    )
    label = _named(one.purpose, PURPOSES, words) if one else words.gettext("Add something you do with people’s data")
    return FormPart(key=at, label=label, fields=fields, gone=f"{at}.gone" if one else "")


def _duty(number: int, one: Duty | None, words: Translator, language: str) -> FormPart:
    at = f"d{number}"
    fields = (
        _text(f"{at}.kind", words.gettext("Kind of data"), one.kind if one else ""),
        RuleField(
            name=f"{at}.days",
            label=words.gettext("Days it must be kept"),
            kind="number",
            value=str(one.days) if one else "",
        ),
        _text(f"{at}.law", words.gettext("Which law"), in_language(one.law, language) if one else ""),
    )
    kept = words.gettext("Kept by law: %(kind)s")
    label = kept % {"kind": _named(one.kind, KINDS, words)} if one else words.gettext("Add a duty to keep")
    return FormPart(key=at, label=label, fields=fields, gone=f"{at}.gone" if one else "")


def _read_processing(number: int, one: Processing | None, sent: Sent, language: str) -> dict[str, Any] | None:
    at = f"p{number}"
    purpose = sent(f"{at}.purpose").strip()
    if sent(f"{at}.gone") or not purpose:
        return None
    old = one.model_dump(mode="json") if one else {}
    content: dict[str, Any] = {
        "purpose": purpose,
        "kinds": _codes(sent(f"{at}.kinds")),
        "basis": sent(f"{at}.basis"),
        "keeps_days": _whole(sent(f"{at}.keeps_days") or "0"),
        "recipients": _many(sent(f"{at}.recipients"), old.get("recipients", ()), language),
        "transfers": _transfers(sent(f"{at}.transfers"), old.get("transfers", ()), language),
    }
    return content | {name: _words(sent(f"{at}.{name}"), old.get(name, {}), language) for name in TEXTS}


def _read_duty(number: int, one: Duty | None, sent: Sent, language: str) -> dict[str, Any] | None:
    at = f"d{number}"
    kind = sent(f"{at}.kind").strip()
    if sent(f"{at}.gone") or not kind:
        return None
    law = _words(sent(f"{at}.law"), one.law if one else {}, language)
    return {"kind": kind, "days": _whole(sent(f"{at}.days")), "law": law}


def _words(text: str, old: Mapping[str, str], language: str) -> dict[str, str]:
    """Return words by language with those of one language written anew; an empty field takes them out.

    Where a language had none the field showed another's words: sent back untouched, they stay what they were.
    """
    if language not in old and text.strip() == in_language(old, language):
        return dict(old)
    rest = {one: said for one, said in old.items() if one != language}
    return rest | ({language: text.strip()} if text.strip() else {})


def _many(text: str, old: Sequence[Mapping[str, str]], language: str) -> list[dict[str, str]]:
    """Return a list of words, one a line; a line that stands where one stood keeps its other languages."""
    lines = [line.strip() for line in text.splitlines()]
    kept = [old[place] if place < len(old) else {} for place in range(len(lines))]
    found = [_words(line, before, language) for line, before in zip(lines, kept, strict=True)]
    return [words for words in found if words]


def _transfers(text: str, old: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    known = {str(one["country"]): one["safeguard"] for one in old}
    found = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        country, colon, safeguard = line.partition(":")
        if not colon or not safeguard.strip():
            raise BadInput(f"Say what protects the data in {country[:20]}: country code, colon, safeguard.")
        code = country.strip().upper()
        found.append({"country": code, "safeguard": _words(safeguard, known.get(code, {}), language)})
    return found


def _codes(text: str) -> list[str]:
    return [code for code in (part.strip() for part in text.split(",")) if code]


def _whole(text: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(f"{text[:20]!r} is no number of days.")
    return int(text)


def _named(code: str, catalogue: Mapping[str, str], words: Translator) -> str:
    return words.gettext(catalogue[code]) if code in catalogue else code


def _text(name: str, label: str, value: str) -> RuleField:
    return RuleField(name=name, label=label, kind="text", value=value)


def _area(name: str, label: str, lines: Sequence[str]) -> RuleField:
    return RuleField(name=name, label=label, kind="area", value="\n".join(lines))


def _filled(part: FormPart, sent: Sent) -> FormPart:
    fields = tuple(
        RuleField(
            name=one.name,
            label=one.label,
            kind=one.kind,
            value=sent(one.name),
            choices=tuple(
                Choice(value=it.value, label=it.label, is_chosen=it.value == sent(one.name)) for it in one.choices
            ),
        )
        for one in part.fields
    )
    return FormPart(key=part.key, label=part.label, fields=fields, gone=part.gone, is_open=True)

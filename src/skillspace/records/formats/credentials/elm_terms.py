"""Terms of the EU's lists as a European digital credential names them: countries, languages, levels, skills, modes."""

from __future__ import annotations

import re
from collections.abc import Mapping

from skillspace.records.formats.credentials.addresses import is_iri
from skillspace.records.formats.credentials.countries import three_letters, two_letters
from skillspace.records.formats.writing import present

#: The EU's lists say so of what is not settled yet; here: of what the record does not say.
UNSETTLED = "OP_DATPRO"
QUALITY = "urn:skillspace:quality-assurance"
HEADLINE = "urn:skillspace:headline"
ECTS = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_SNB = "http://data.europa.eu/snb"
_ESCO = "http://data.europa.eu/esco/"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DURATION = re.compile(r"P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
# Languages by their codes of two letters and of three (ISO 639), of the Union.
_LANGUAGES = dict(
    each.split(":")
    for each in [
        "bg:BUL",
        "cs:CES",
        "da:DAN",
        "de:DEU",
        "el:ELL",
        "en:ENG",
        "es:SPA",
        "et:EST",
        "fi:FIN",
        "fr:FRA",
        "ga:GLE",
        "hr:HRV",
        "hu:HUN",
        "is:ISL",
        "it:ITA",
        "lt:LIT",
        "lv:LAV",
        "mt:MLT",
        "nl:NLD",
        "no:NOR",
        "pl:POL",
        "pt:POR",
        "ro:RON",
        "sk:SLK",
        "sl:SLV",
        "sv:SWE",
        "uk:UKR",
    ]
)
_ABOUT = {QUALITY: "Quality assurance", HEADLINE: "Headline"}
_MODES = {"Online": "920fbb3cbe", "Blended": "e92d221e4d"}


def tag_of(language: str | None) -> str:
    """A language's tag (BCP 47), English where none is known that could be one."""
    return language if language and _TAG.fullmatch(language) else "en"


def worded(words: str, language: str | None = None) -> dict[str, str]:
    """Words with their language."""
    return {tag_of(language): words}


def duration(words: str | None) -> str | None:
    """A duration as XML Schema writes it, None where it is none."""
    return words if words and _DURATION.fullmatch(words) else None


def term(identifier: str | None, scheme: str | None, label: str | None = None, **members: object) -> dict[str, object]:
    """A term of a list; one without an identifier stands for its words alone."""
    in_scheme = {"id": scheme, "type": "ConceptScheme"} if scheme else None
    pref = worded(label) if label else None
    return present(id=identifier, type="Concept", inScheme=in_scheme, prefLabel=pref, **members)


def listed(name: str, code: str, label: str | None = None) -> dict[str, object]:
    """A term of one of the EU's authority tables."""
    return term(f"{_AUTHORITY}/{name}/{code}", f"{_AUTHORITY}/{name}", label)


def coined(name: str, code: str, label: str | None = None) -> dict[str, object]:
    """A term of one of the lists that Europass keeps."""
    return term(f"{_SNB}/{name}/{code}", f"{_SNB}/{name}/25831c2", label)


def country(words: str | None, *, is_quoted: bool = False) -> dict[str, object]:
    """A country of the list by its code of two or three letters; the term for what is not settled where it is none.

    With `is_quoted` the words themselves stand beside. A term has one notation in a whole document: quote it once.
    """
    code = three_letters(words)
    return listed("country", code or UNSETTLED) | ({"notation": words} if code and is_quoted else {})


def is_country(words: str | None) -> bool:
    """Whether these words are a code of a country of the list."""
    return three_letters(words) is not None


def country_said(
    address: str | None, *, notation: str | None, label: str | None, name: str | None = None
) -> str | None:
    """The words for a country of the list: those quoted; else a place's own name where it says the same; else two
    letters; else the term's label."""
    if notation and notation != "country":  # Europass writes the list's name there
        return notation
    code = (address or "").rpartition("/")[2]
    if name and (code == UNSETTLED or three_letters(name) == code):
        return name
    return None if code == UNSETTLED else two_letters(code) or label or code or None


def language(tag: str) -> dict[str, object]:
    """A language by its tag (BCP 47)."""
    return listed("language", _LANGUAGES.get(tag.lower().split("-")[0], UNSETTLED))


def eqf(level: str | None) -> dict[str, object] | None:
    """The level of the European Qualifications Framework that a record calls ``EQF 6``; None where it is none."""
    number = level.removeprefix("EQF ") if level and level.startswith("EQF ") else ""
    return coined("eqf", number, f"Level {number}") if number in set("12345678") else None


def mode(words: str) -> dict[str, object]:
    """A form of participation: the list's own where it is known, else its words."""
    code = _MODES.get(words)
    return coined("learning-assessment", code, words) if code else term(None, None, words)


def credit(points: str | None, kind: str | None) -> dict[str, object] | None:
    """Credit points, of ECTS where no other kind is said."""
    if not points:
        return None
    name = kind or "ECTS"
    framework = coined("education-credit", ECTS.rpartition("/")[2]) if name == "ECTS" else term(None, None)
    return {"type": "CreditPoint", "point": points, "framework": framework | {"notation": name}}


def outcome(words: str, tag: str | None, concept: str | None, label: str) -> dict[str, object]:
    """A learning outcome and the skill it is, of ESCO or of another list, which is called `label` there."""
    found: dict[str, object] = {"type": "LearningOutcome", "title": worded(words, tag)}
    if not concept:
        return found
    pref = {"prefLabel": worded(label, tag)}
    if concept.startswith(_ESCO) and is_iri(concept):
        return found | {"relatedESCOSkill": term(concept, f"{_ESCO}concept-scheme/skills") | pref}
    named = {"id": concept} if is_iri(concept) else {"notation": concept}
    return found | {"relatedSkill": {**named, "type": "Concept", **pref}}


def note(words: str, about: str | None = None) -> Mapping[str, object]:
    """A note, on one of the subjects that are named here."""
    subject = {"id": about, "type": "Concept", "prefLabel": {"en": _ABOUT[about]}} if about else None
    return present(type="Note", noteLiteral=worded(words), subject=subject)

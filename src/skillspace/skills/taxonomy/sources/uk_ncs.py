"""Reads job profiles of the National Careers Service (England): occupations under SOC groups, matched to ESCO.

A profile is ``urn:uk-ncs:<its address>``, for instance ``urn:uk-ncs:actuary``, a group ``urn:uk-ncs:soc-<code>``. A
profile names the ESCO occupation it was written for by its preferred label; where ESCO 1.1.1 has exactly one such
label this is kept as a close match. The profiles link to skills and tasks by ids of tables that are not published
here; only the twelve skill names that are become skills, unlinked.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import ConceptKind, Correspondence, MatchKind
from skillspace.skills.taxonomy.sources import esco
from skillspace.skills.taxonomy.sources.tables import document, records

VERSION = "2020.11"
FOLDER = "taxonomies/uk_job_profiles"
LICENCE = "Open Government Licence 3.0"
STATEMENT = "Contains National Careers Service content, Crown copyright, under the Open Government Licence v3.0."
AUTHOR = "National Careers Service"
NAMED = re.compile(r'GetContentItemIdByDisplayText\("Occupation",\s*"([^"]+)"\)')
MARKUP = re.compile(r"<[^>]*>")


def read(data: Path) -> Draft:
    """Return the job profiles as a draft. Raises UnreadableFile for a missing or broken recipe."""
    draft = Draft(scheme="uk-ncs", version=VERSION, licence=LICENCE, statement=STATEMENT)
    occupations = _esco(data)
    try:
        groups = {item["ContentItemId"]: _group(draft, item) for item in _items(data, "SocCodes")}
        for item in _items(data, "ONetSkill"):
            uri = f"urn:uk-ncs:skill-{fold(item['DisplayText']).replace(' ', '-')}"
            text = item["ONetSkill"]["Description"]["Text"]
            draft.concept(uri, ConceptKind.SKILL, description=text)
            draft.label(uri, "en", item["DisplayText"], preferred=True)
        for item in _items(data, "JobProfiles"):
            _profile(draft, item, groups, occupations)
    except (KeyError, TypeError, AttributeError) as error:
        raise UnreadableFile(f"{data / FOLDER}: a recipe has not the shape of job profiles ({error!r}).") from error
    return draft


def _items(data: Path, name: str) -> Iterator[dict[str, Any]]:
    found = sorted((data / FOLDER).glob(f"*{name}*.recipe.json"))
    if not found:
        raise UnreadableFile(f"{data / FOLDER} holds no recipe of {name}; it is part of this taxonomy, put it back.")
    for path in found:
        for step in document(path)["steps"]:
            yield from step["data"]


def _group(draft: Draft, item: dict[str, Any]) -> str:
    code = item["DisplayText"]
    uri = f"urn:uk-ncs:soc-{code.lower()}"
    if uri not in draft.rows:
        draft.concept(uri, ConceptKind.OCCUPATION_GROUP, code=f"soc-{code}")
        draft.label(uri, "en", _plain(item["SOCCode"]["Description"]["Html"]), preferred=True)
    return uri


def _profile(draft: Draft, item: dict[str, Any], groups: dict[str, str], occupations: dict[str, list[str]]) -> None:
    code, profile = item["PageLocationPart"]["UrlName"], item["JobProfile"]
    uri = f"urn:uk-ncs:{code}"
    draft.concept(uri, ConceptKind.OCCUPATION, code=code, description=_plain(profile["Description"]["Html"]))
    draft.label(uri, "en", item["DisplayText"], preferred=True)
    starting, experienced = (profile[name]["Text"] or "" for name in ("SalaryStarter", "SalaryExperienced"))
    if starting.isdecimal() and experienced.isdecimal():
        pay = {"currency": "GBP", "per": "year", "year": int(VERSION[:4]), "middle": None}
        pay |= {"low": int(starting), "high": int(experienced), "basis": "starting to experienced"}
        draft.fact(uri, "pay", pay)
    for identifier in profile["SOCCode"]["ContentItemIds"]:
        if identifier in groups:
            draft.link(LinkKind.BROADER, uri, groups[identifier])
    for named in profile["Occupation"]["ContentItemIds"]:
        label = NAMED.search(named)
        matches = occupations.get(fold(label[1]), []) if label else []
        if len(matches) != 1:
            draft.unknown["ESCO occupations named by a profile"] += 1
            continue
        draft.correspondences.append(
            Correspondence(
                source=uri,
                target=matches[0],
                relation=MatchKind.CLOSE,
                author=AUTHOR,
                version=f"job profiles {VERSION} – ESCO {esco.VERSION}, by label",
            )
        )


def _esco(data: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    table = data / esco.FOLDER / "occupations_en.csv"
    for _, (uri, label) in records(table, "conceptUri", "preferredLabel"):
        found.setdefault(fold(label), []).append(uri)
    return found


def _plain(text: str) -> str:
    return " ".join(html.unescape(MARKUP.sub(" ", text)).split())

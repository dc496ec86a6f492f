"""The documents the demo's organisations hold: written with the same writers a real organisation would use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from skillspace.kernel.errors import UnknownConcept
from skillspace.records.formats.credentials import elm, openbadges
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.schools import school, xapi
from skillspace.records.formats.work import agency_profile, employment
from skillspace.records.model import RecordKind
from skillspace.skills.taxonomy import ConceptKind, Taxonomies

JWT = "application/jwt"
JSON = "application/json"
ECTS = "ECTS A-F"
#: How many of an agency profile's skills are noted in another taxonomy, where one is loaded.
FOREIGN = ("arbetslotsen", "jobtech", "rome")


@dataclass(frozen=True, kw_only=True)
class DemoDocument:
    """One document ready to be held: its kind of data, media type and body."""

    kind: str
    media_type: str
    body: bytes


class DemoWriter:
    """Writes the documents of one organisation about one person; `subject` is the organisation's number for them."""

    def __init__(self, *, issuer: Issuer, subject: str, taxonomies: Taxonomies) -> None:
        self._issuer = issuer
        self._subject = subject
        self._taxonomies = taxonomies

    def write(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        """Write one entry of ``people.json``; a diploma comes with its transcript."""
        writers: Mapping[str, Callable[[Mapping[str, Any]], list[DemoDocument]]] = {
            "diploma": self._diploma,
            "badge": self._badge,
            "employment": self._employment,
            "assessment": self._assessment,
            "trace": self._assessment,
            "profile": self._profile,
            "school-record": self._school_record,
        }
        return writers[item["type"]](item)

    def _claim(self, label: str, level: str | None = None) -> SkillClaim:
        return SkillClaim(label=label, concept=esco_uri(self._taxonomies, label), level=level)

    def _claims(self, labels: list[str]) -> tuple[SkillClaim, ...]:
        return tuple(self._claim(label) for label in labels)

    def _diploma(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        issued = _moment(item["issued"])
        courses = tuple(
            elm.Achievement(
                title=course["title"],
                skills=self._claims(course["skills"]),
                credits=course["credits"],
                grade=course["grade"],
                grading_scheme=ECTS,
            )
            for course in item["courses"]
        )
        every = self._claims(sorted({label for course in item["courses"] for label in course["skills"]}))
        whole = elm.Achievement(title=item["title"], skills=every, eqf=item["eqf"], whole=True)
        shared: dict[str, Any] = {"issuer": self._issuer, "subject_did": self._subject, "issued": issued}
        diploma = elm.write([whole], kind=RecordKind.DIPLOMA, title=item["title"], **shared)
        title = f"Transcript of records: {item['title']}"
        transcript = elm.write(courses, kind=RecordKind.TRANSCRIPT, title=title, **shared)
        return [
            DemoDocument(kind="diploma", media_type=JWT, body=diploma),
            DemoDocument(kind="transcript", media_type=JWT, body=transcript),
        ]

    def _badge(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        badge = openbadges.Badge(
            name=item["title"],
            description=f"Awarded for {item['title'].lower()}.",
            criteria="Attended every session and passed the final task.",
            skills=tuple(self._claim(label, item.get("level")) for label in item["skills"]),
        )
        body = openbadges.write(badge, issuer=self._issuer, subject_did=self._subject, issued=_moment(item["issued"]))
        return [DemoDocument(kind="badge", media_type=JWT, body=body)]

    def _employment(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        told = employment.Employment(
            role=item["title"],
            since=date.fromisoformat(item["from"]),
            until=date.fromisoformat(item["until"]) if item["until"] else None,
            occupation=esco_uri(self._taxonomies, item["occupation"], ConceptKind.OCCUPATION),
            occupation_label=item["occupation"],
            skills=self._claims(item["skills"]),
        )
        body = employment.write(told, issuer=self._issuer, subject_did=self._subject, issued=_moment(item["issued"]))
        return [DemoDocument(kind="employment", media_type=JWT, body=body)]

    def _assessment(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        result = xapi.Result(
            activity=f"urn:example:kvist:{item['title'].lower().replace(' ', '-')}",
            activity_name=item["title"],
            at=datetime.fromisoformat(item["at"]),
            skills=(self._claim(item["skill"]),),
            scaled=item.get("scaled"),
            passed=item.get("success"),
        )
        body = xapi.write(
            [result], subject_did=self._subject, provider_did=self._issuer.did, provider=self._issuer.name
        )
        return [DemoDocument(kind="assessment", media_type=JSON, body=body)]

    def _profile(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        updated = date.fromisoformat(item["updated"])
        skills = [
            agency_profile.ProfileSkill(
                label=skill["label"],
                scheme="esco",
                code=esco_uri(self._taxonomies, skill["label"]),
                language="en",
                tested=updated if skill["tested"] else None,
                test="Practical test with a caseworker" if skill["tested"] else None,
            )
            for skill in item["skills"]
        ]
        since = date(updated.year - int(item["years"]), updated.month, 1)
        occupation = esco_uri(self._taxonomies, item["occupation"], ConceptKind.OCCUPATION)
        experience = agency_profile.ProfileExperience(
            label=item["occupation"], scheme="esco", code=occupation, employer="Krogen Exempel", since=since
        )
        languages = [
            agency_profile.ProfileLanguage(
                label=language["label"], uri=esco_uri(self._taxonomies, language["label"]), cefr=language["cefr"]
            )
            for language in item["languages"]
        ]
        body = agency_profile.write(
            (*skills, *self._foreign(item, skills)),
            agency_did=self._issuer.did,
            agency_name=self._issuer.name,
            subject_did=self._subject,
            updated=updated,
            experience=(experience,),
            languages=languages,
        )
        return [DemoDocument(kind="profile", media_type=JSON, body=body)]

    def _foreign(
        self, item: Mapping[str, Any], skills: list[agency_profile.ProfileSkill]
    ) -> list[agency_profile.ProfileSkill]:
        """The same skills again as the agency's own taxonomy names them, to be joined by the official crosswalk."""
        found: list[agency_profile.ProfileSkill] = []
        for skill in skills:
            for scheme in FOREIGN:
                for link in self._taxonomies.correspondences(skill.code or "", scheme):
                    other = link.target if link.source == skill.code else link.source
                    if len(found) < int(item["foreign_skills"]) and self._taxonomies.has(other):
                        concept = self._taxonomies.concept(other)
                        language = next(iter(concept.labels), "en")
                        found.append(
                            agency_profile.ProfileSkill(
                                label=concept.labels[language], scheme=scheme, code=concept.uri, language=language
                            )
                        )
                    break
        return found

    def _school_record(self, item: Mapping[str, Any]) -> list[DemoDocument]:
        subjects = tuple(
            school.GradedSubject(
                name=subject["title"], grade=subject["grade"], scale="0-20", skills=self._claims(subject["skills"])
            )
            for subject in item["subjects"]
        )
        body = school.write(
            issuer=self._issuer,
            subject_did=self._subject,
            programme=item["title"],
            issued=_moment(item["issued"]),
            subjects=subjects,
        )
        return [DemoDocument(kind="school-record", media_type=JWT, body=body)]


def esco_uri(taxonomies: Taxonomies, label: str, kind: ConceptKind | None = None) -> str:
    """Return the ESCO concept whose English label is exactly this; raise UnknownConcept."""
    skills = (ConceptKind.SKILL, ConceptKind.KNOWLEDGE, ConceptKind.LANGUAGE, ConceptKind.TRANSVERSAL)
    kinds = (kind,) if kind else skills
    for hit in taxonomies.search(label, "en", kinds=kinds, scheme="esco", limit=20):
        if taxonomies.label(hit.uri, "en").casefold() == label.casefold():
            return hit.uri
    raise UnknownConcept(f"No loaded ESCO pack has a concept called {label!r}.")


def skill_labels(people: Mapping[str, Any]) -> set[str]:
    """Return every skill that ``people.json`` names, by its English ESCO label."""
    found: set[str] = set()
    for person in people["people"]:
        for items in person["holdings"].values():
            for item in items:
                nested = [skill for part in item.get("courses", item.get("subjects", [])) for skill in part["skills"]]
                listed = [*nested, *item.get("skills", []), *item.get("languages", []), item.get("skill")]
                found |= {each["label"] if isinstance(each, dict) else each for each in listed if each}
    return found


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(9, 0), tzinfo=UTC)

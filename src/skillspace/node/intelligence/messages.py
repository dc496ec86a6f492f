"""What is asked and answered over HTTP. Answers may gain members; those named here stay."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_TEXTS, MOST_NAMES, MOST_CONCEPTS = 100, 500, 500
LONGEST_TEXT, LONGEST_NAME, LONGEST_CONCEPT = 100_000, 2_000, 500
MOST_LETTERS = 500_000  # of all texts of a call: what takes some seconds to read

Id = Annotated[int, Field(ge=-(2**63), le=2**63 - 1)] | Annotated[str, Field(max_length=500)]
Relation = Literal["exact", "close", "broad", "narrow", "related"]
Share = Annotated[float, Field(ge=0, le=1)]
Language = Annotated[str, Field(min_length=2, max_length=35, examples=["en"])]
Scheme = Annotated[str, Field(min_length=1, max_length=100)]
Code = Annotated[str, Field(min_length=1, max_length=LONGEST_CONCEPT)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Kilometres = Annotated[float, Field(ge=0, le=20_100)]
Hours = Annotated[float, Field(ge=0, le=168)]
MOST_PEOPLE, MOST_SKILLS = 100, 2_000


class Asked(BaseModel):
    """Something asked: nothing but what is named here."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Answered(BaseModel):
    """Something answered: at least what is named here."""

    model_config = ConfigDict(strict=True, extra="allow")


class Fault(BaseModel):
    """What went wrong: ``code`` for programs, ``message`` for people."""

    code: str = Field(examples=["BadInput"])
    message: str


class Text(Asked):
    """A text to read; ``id`` comes back with its answer."""

    id: Id
    text: str = Field(max_length=LONGEST_TEXT)


class EnrichRequest(Asked):
    """Texts to read. Without ``lang`` each text tells its language; ``least`` leaves out lower scores."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"texts": [{"id": 1, "text": "You keep the books; fluent English."}], "lang": "en"}]
        }
    )

    texts: list[Text] = Field(min_length=1, max_length=MOST_TEXTS)
    scheme: Scheme = "esco"
    lang: Language | None = None
    gazetteer_only: bool = False
    everything: bool = False
    least: Share | None = None

    @model_validator(mode="after")
    def _bounded(self) -> EnrichRequest:
        if sum(len(one.text) for one in self.texts) > MOST_LETTERS:
            raise ValueError(
                f"all texts of a call may have {MOST_LETTERS} letters together; send them in several calls"
            )
        return self


class Mention(Answered):
    """Words of a text, ``start`` to ``end`` in letters, and the concept they speak of."""

    start: int
    end: int
    concept: str
    kind: str
    score: float
    relation: Relation
    label: str
    version: str
    calibrated: bool = True
    section: str | None = None
    need: str | None = None
    negated: bool = False
    value: str | None = None
    level: str | None = None


class Enriched(Answered):
    """What one text speaks of; ``note`` says why where that is nothing."""

    id: Id
    language: str | None
    mentions: list[Mention]
    note: str | None = None


class EnrichAnswer(Answered):
    """Answers in the order of the texts, and the models and editions that gave them."""

    answers: list[Enriched]
    version: str


class Name(Asked):
    """A title, the name of a skill or a sentence; ``id`` comes back with its answer."""

    id: Id
    text: str = Field(max_length=LONGEST_NAME)


class LinkRequest(Asked):
    """Titles, names or sentences to link to a scheme such as ``esco-skill``, ``esco-occupation`` or ``rome``."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"scheme": "esco-skill", "k": 3, "texts": [{"id": 1, "text": "keep books"}]}]}
    )

    scheme: Scheme
    texts: list[Name] = Field(min_length=1, max_length=MOST_NAMES)
    lang: Language = "en"
    k: int = Field(default=10, ge=1, le=100)
    least: Share = 0.0


class Candidate(Answered):
    """A concept a text may mean, and the chance that an expert would say so."""

    concept: str
    score: float


class Linked(Answered):
    """The candidates of one text, best first."""

    id: Id
    candidates: list[Candidate]


class LinkAnswer(Answered):
    """Answers in the order of the texts, and the models and editions that gave them."""

    answers: list[Linked]
    version: str


class AskedConcept(Asked):
    """A concept by its scheme's own code or URI; ``id`` comes back with its answer."""

    id: Id
    concept: str = Field(min_length=1, max_length=LONGEST_CONCEPT)


class TranslateRequest(Asked):
    """Concepts of the scheme ``from`` to find in the scheme ``to``."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from": "rome", "to": "esco", "concepts": [{"id": 1, "concept": "J1506"}]}]}
    )

    frm: Scheme = Field(alias="from")
    to: Scheme
    concepts: list[AskedConcept] = Field(min_length=1, max_length=MOST_CONCEPTS)
    limit: int = Field(default=50, ge=1, le=100)


class Step(Answered):
    """One statement on the way, with its author and the editions it speaks of."""

    frm: str = Field(alias="from")
    to: str
    relation: Relation
    author: str
    from_version: str
    to_version: str


class Mapping(Answered):
    """A concept of the other scheme: relation, measured confidence, and every step that leads there."""

    concept: str
    relation: Relation
    confidence: float
    kind: Literal["official", "composed", "learned"]
    path: list[Step]
    retired: bool = False
    replaced_by: list[str] = []


class Translated(Answered):
    """The mappings of one concept, best first; ``note`` says why where there is none."""

    id: Id
    mappings: list[Mapping]
    note: str | None = None


class TranslateAnswer(Answered):
    """Answers in the order of the concepts, and the editions that gave them."""

    answers: list[Translated]
    version: str


class TaxonomyCard(Answered):
    """A pack in use, and on which terms; ``statement`` is to be shown wherever it is shown."""

    scheme: str
    version: str
    concepts: int
    relations: int
    languages: list[str]
    licence: str
    statement: str


class TaxonomyList(Answered):
    """The packs in use, ESCO first."""

    taxonomies: list[TaxonomyCard]


class Found(Answered):
    """A concept whose name resembles what was looked for; a score of 1 means the very name."""

    concept: str
    kind: str
    name: str
    label: str
    score: float


class SearchAnswer(Answered):
    """What was found, best first."""

    hits: list[Found]


class Linkage(Answered):
    """A skill an occupation needs, or an occupation that needs a skill."""

    concept: str
    need: Literal["essential", "optional"]


class Match(Answered):
    """A published match in another scheme."""

    concept: str
    relation: Relation
    author: str
    version: str


class ConceptAnswer(Answered):
    """One concept with all its names and relations; ``replaced_by`` is what to use instead of a retired one."""

    concept: str
    scheme: str
    kind: str
    code: str | None
    status: Literal["current", "retired"]
    replaced_by: list[str]
    labels: dict[str, str]
    alternatives: dict[str, list[str]]
    description: str | None
    broader: list[str]
    narrower: list[str]
    related: list[str]
    skills: list[Linkage]
    occupations: list[Linkage]
    matches: list[Match]


class HeldSkill(Asked):
    """A skill somebody holds: how well it is proven (1 self-declared to 6 formally recognised), the level on EQF's
    scale, how many years ago it was last shown, and who says so, in words that come back with every reason."""

    concept: str = Field(min_length=1, max_length=LONGEST_CONCEPT)
    validation: int = Field(default=1, ge=1, le=6)
    level: int | None = Field(default=None, ge=1, le=8)
    years_since: float | None = Field(default=None, ge=0, le=100)
    source: str | None = Field(default=None, max_length=500)


class WishesAsked(Asked):
    """What somebody wishes beside skills; ``must`` names the conditions that shut an offer out when they are unmet,
    beside kind, dates and place, which always do."""

    on: dt.date | None = Field(default=None, strict=False)
    places: list[Code] | None = Field(default=None, max_length=1000)
    near: tuple[Latitude, Longitude, Kilometres] | None = Field(default=None, strict=False)
    remote: bool = True
    languages: list[Code] | None = Field(default=None, max_length=64)
    licences: list[Code] | None = Field(default=None, max_length=64)
    education: int | None = Field(default=None, ge=1, le=8)
    salary: float | None = Field(default=None, ge=0, le=1e9)
    currency: str | None = Field(default=None, min_length=3, max_length=3)
    hours: tuple[Hours, Hours] | None = Field(default=None, strict=False)
    must: list[Literal["language", "licence", "education", "salary", "hours"]] = Field(default=[], max_length=5)


class PersonAsked(Asked):
    """Somebody to match, without a name; ``id`` comes back with the answer."""

    id: Id
    skills: list[HeldSkill] = Field(default=[], max_length=MOST_SKILLS)
    text: str = Field(default="", max_length=LONGEST_TEXT)
    occupations: list[Code] = Field(default=[], max_length=50)
    aim: str | None = Field(default=None, max_length=LONGEST_CONCEPT)
    wishes: WishesAsked | None = None


class MatchRequest(Asked):
    """People to match with jobs, trainings or moves; ``more`` asks which further skills would open most jobs."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"people": [{"id": 1, "text": "I kept the books of our club."}], "k": 3}]}
    )

    people: list[PersonAsked] = Field(min_length=1, max_length=MOST_PEOPLE)
    kind: Literal["job", "training", "move"] = "job"
    k: int = Field(default=20, ge=1, le=100)
    more: int = Field(default=0, ge=0, le=3)

    @model_validator(mode="after")
    def _bounded(self) -> MatchRequest:
        if sum(len(one.text) for one in self.people) > MOST_LETTERS:
            raise ValueError(
                f"all texts of a call may have {MOST_LETTERS} letters together; send them in several calls"
            )
        return self


class Fit(Answered):
    """One offer, training or occupation that fits, with its reasons."""

    offer: str
    score: float


class Matched(Answered):
    """What fits one person, best first; ``note`` says why where that is nothing."""

    id: Id
    matches: list[Fit]
    note: str | None = None


class MatchAnswer(Answered):
    """Answers in the order of the people, and the offers and editions that gave them."""

    answers: list[Matched]
    version: str

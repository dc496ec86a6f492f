"""The rules by which claims become skills, as data: a small file says which, each with an id, a version and a sentence.

A rule chooses among ways that are written here; it cannot add one, so no file makes more of a claim than it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator

from skillspace.kernel.errors import BadInput
from skillspace.people.profile.levels import rank
from skillspace.people.profile.model import Claim, ConflictKind
from skillspace.records.declared import STRICT, read_declared
from skillspace.records.model import ValidationLevel

_WHAT = "rules of merging"
#: Ways without which claims could not be joined, or a person not be heard: no file leaves them out.
_SAME_ALWAYS = ("concept", "words", "choice")
#: What comes first and last whoever writes the order: no expired claim speaks while another is valid, the person's
#: word comes next, and the answer is always the same.
_FIRST, _LAST = ("valid", "choice"), "name"
Proof = Literal["peer_endorsed", "inferred", "assessed", "certified", "recognised"]


class Sentence(BaseModel):
    """A rule in words, for the person whose skills it makes."""

    model_config = STRICT

    en: str = Field(min_length=1, max_length=500)
    fr: str = Field(min_length=1, max_length=500)
    sv: str = Field(min_length=1, max_length=500)


class _Rule(BaseModel):
    model_config = STRICT

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    version: int = Field(ge=1)
    says: Sentence

    def sentence(self, language: str) -> str:
        """Return the rule in a language of the portal, in English where it is none."""
        return str(getattr(self.says, language, self.says.en))


class SameRule(_Rule):
    """What makes claims be about the same skill: the same concept, the same words, a table's relation, one's word."""

    does: Literal["same"]
    by: Literal["concept", "words", "choice", "exact", "close", "broad"]


class OnceRule(_Rule):
    """What two documents share that are one and the same certificate."""

    does: Literal["once"]
    by: tuple[Literal["issuer", "title", "issued", "until", "level"], ...] = Field(min_length=2)


class SpeaksRule(_Rule):
    """One of the questions, in the order of the file, that decide which claim speaks for a skill."""

    does: Literal["speaks"]
    by: Literal["valid", "choice", "proof", "newest", "name"]


class SpentRule(_Rule):
    """What holds where no claim is valid any more: said by the person, without a level."""

    does: Literal["spent"]


class CompareRule(_Rule):
    """Which scales are compared at all, and which levels of two scales are equal (`equal`: from one to the other)."""

    does: Literal["compare"]
    scales: tuple[Literal["cefr", "eqf", "marks", "named"], ...]
    equal: dict[str, str] = Field(default_factory=dict, max_length=1000)

    @field_validator("equal")
    @classmethod
    def _as_looked_for(cls, equal: dict[str, str]) -> dict[str, str]:
        return {_folded(level): other for level, other in equal.items()}

    def rank(self, level: str | None, scheme: str | None) -> tuple[str, float] | None:
        """Return (scale, height) of a level, or that of the one it is equal to; None where it is not compared."""
        equal = self.equal.get(_folded(level)) if level and self.equal else None
        ranked = rank(equal, None) if equal else rank(level, scheme)
        return ranked if ranked and _family(ranked[0]) in self.scales else None


class ConflictRule(_Rule):
    """What counts as a conflict; `proof` is the level of validation from which a claim is tested, or missed."""

    does: Literal["conflict"]
    kind: ConflictKind
    proof: Proof = "assessed"

    @property
    def level(self) -> ValidationLevel:
        """`proof` as a level of validation."""
        return ValidationLevel[self.proof.upper()]


Rule = SameRule | OnceRule | SpeaksRule | SpentRule | CompareRule | ConflictRule


class _File(BaseModel):
    model_config = STRICT

    name: str = Field(min_length=1, max_length=100)
    version: int = Field(ge=1)
    rule: tuple[Annotated[Rule, Field(discriminator="does")], ...] = Field(max_length=100)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """A whole set of rules, ready for use. `same` are by what they join by, `conflicts` by kind, `order` as written.

    `relations` are those of published tables by which a claim counts for an ESCO skill.
    """

    name: str
    version: int
    same: Mapping[str, SameRule]
    relations: frozenset[str]
    once: OnceRule | None
    order: tuple[SpeaksRule, ...]
    spent: SpentRule
    compare: CompareRule
    conflicts: Mapping[ConflictKind, ConflictRule]

    def why_here(self, claim: Claim) -> SameRule:
        """Return the rule by which a claim is about its skill."""
        if claim.esco and claim.concept != claim.esco:
            return self.same[claim.relation or "exact"]
        return self.same["concept" if claim.esco or claim.concept else "words"]


def read_rules(document: bytes) -> Rules:
    """Return the rules in a TOML or JSON file; raise BadInput naming what does not fit, or is missing."""
    written = read_declared(document, _File, _WHAT)
    ids = [rule.id for rule in written.rule]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise _unfit(f"two are called {twice[0]!r}")
    same = [rule for rule in written.rule if isinstance(rule, SameRule)]
    order = tuple(rule for rule in written.rule if isinstance(rule, SpeaksRule))
    conflicts = [rule for rule in written.rule if isinstance(rule, ConflictRule)]
    for does, found, needed in (
        ("same", [rule.by for rule in same], _SAME_ALWAYS),
        ("speaks", [rule.by for rule in order], (*_FIRST, _LAST)),
        ("conflict", [rule.kind.value for rule in conflicts], tuple(ConflictKind)),
    ):
        _each_once(does, found, needed)
    if tuple(rule.by for rule in order)[:2] != _FIRST or order[-1].by != _LAST:
        raise _unfit("what speaks begins with “valid” and “choice” and ends with “name”")
    once = [rule for rule in written.rule if isinstance(rule, OnceRule)]
    spent = [rule for rule in written.rule if isinstance(rule, SpentRule)]
    compare = [rule for rule in written.rule if isinstance(rule, CompareRule)]
    if len(once) > 1 or len(spent) != 1 or len(compare) != 1:
        raise _unfit("there is one rule that does “spent”, one that does “compare”, and at most one that does “once”")
    return Rules(
        name=written.name,
        version=written.version,
        same={rule.by: rule for rule in same},
        relations=frozenset(rule.by for rule in same).difference(_SAME_ALWAYS),
        once=once[0] if once else None,
        order=order,
        spent=spent[0],
        compare=compare[0],
        conflicts={rule.kind: rule for rule in conflicts},
    )


@lru_cache(maxsize=1)
def shipped_rules() -> Rules:
    """Return the rules that come with the program."""
    return read_rules(files("skillspace.people.profile").joinpath("rules.toml").read_bytes())


def rules_in(file: Path | None) -> Rules:
    """Return the rules in a node's own file, or those that come with the program; raise BadInput naming the file."""
    if file is None:
        return shipped_rules()
    try:
        return read_rules(file.read_bytes())
    except OSError as fault:
        raise BadInput(f"{file} cannot be read: {fault.strerror}.") from fault
    except BadInput as fault:
        raise BadInput(f"{file}: {fault.message}") from fault


def _each_once(does: str, found: Iterable[str], needed: Iterable[str]) -> None:
    listed = list(found)
    if twice := sorted({one for one in listed if listed.count(one) > 1}):
        raise _unfit(f"“{does}” stands twice for {twice[0]}")
    if missing := [one for one in needed if one not in listed]:
        raise _unfit(f"none does “{does}” for {missing[0]}")


def _unfit(why: str) -> BadInput:
    return BadInput(f"The {_WHAT} do not fit: {why}.")


def _folded(level: str) -> str:
    return " ".join(level.casefold().split())


def _family(scale: str) -> str:
    return scale if scale in ("cefr", "eqf") else "marks" if scale.startswith("of ") else "named"

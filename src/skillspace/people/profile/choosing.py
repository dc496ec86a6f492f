"""Saying how one's claims become one's skills, and taking each word back; words are added and never changed."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.profile.choices import Choice, ChoiceKind, living
from skillspace.people.profile.model import Claim, ProfileSkill
from skillspace.people.profile.service import Profile
from skillspace.people.profile.store import chosen
from skillspace.storage.database import Work


class Choosing:
    """What the people of this node say of their skills; `language` is the one in which they read them."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def living(self, work: Work, person: str) -> tuple[Choice, ...]:
        """Return a person's words that they did not take back, in the order they were said."""
        return living(self._profile.history(work, person))

    def let_speak(self, work: Work, person: str, skill: str, claim: str, language: str) -> None:
        """Let the claim with this fingerprint speak for a skill. Raises NotFound, and BadInput when it ran out."""
        face = self._face(work, person, skill, language)
        found = _claim(face, claim)
        if not found.is_live(work.now.date()):
            raise BadInput("This claim ran out, so it cannot speak for you. Ask who made it for a new one.")
        self._say(work, person, ChoiceKind.SPEAKS, face, other=claim, other_label=found.issuer_name)

    def keep_apart(self, work: Work, person: str, skill: str, claim: str, language: str) -> None:
        """Keep what the issuer of this claim means by its name apart from a skill: it stands as one of its own.

        Raises NotFound, and BadInput when there is nothing to keep it apart from.
        """
        face = self._face(work, person, skill, language)
        found = _claim(face, claim)
        if all((each.given, each.issuer) == (found.given, found.issuer) for each in face.claims):
            raise BadInput("Nothing else is said about this skill, so there is nothing to keep it apart from.")
        self._say(work, person, ChoiceKind.APART, face, other=found.given, issuer=found.issuer, other_label=found.label)

    def say_same(self, work: Work, person: str, skill: str, other: str, language: str) -> None:
        """Let two skills stand as one. Raises NotFound, and BadInput when they do already."""
        skills = self._profile.skills(work, person, language)
        one = next((each for each in skills if skill in {face.uri for face in each.faces}), None)
        two = next((each for each in skills if other in {face.uri for face in each.faces}), None)
        if one is None or two is None:
            raise NotFound("You have no such skill.")
        if one.uri == two.uri:
            raise BadInput("These stand as one already.")
        self._say(work, person, ChoiceKind.SAME, one, other=two.uri, other_label=two.label)

    def take_back(self, work: Work, person: str, number: int) -> Choice:
        """Take one living word back and return it. Raises NotFound."""
        word = next((each for each in self.living(work, person) if each.number == number), None)
        if word is None:
            raise NotFound("You said no such thing, or took it back already.")
        row = {name: getattr(word, name) for name in ("skill", "other", "issuer", "label", "other_label")}
        kind = {"person": person, "kind": ChoiceKind.BACK.value, "at": work.now, "ends": number}
        work.insert(chosen, row | kind)
        return word

    def _face(self, work: Work, person: str, skill: str, language: str) -> ProfileSkill:
        for each in self._profile.skills(work, person, language):
            for face in each.faces:
                if face.uri == skill:
                    return face
        raise NotFound("You have no such skill.")

    def _say(
        self,
        work: Work,
        person: str,
        kind: ChoiceKind,
        skill: ProfileSkill,
        *,
        other: str,
        issuer: str = "",
        other_label: str,
    ) -> None:
        row = {"person": person, "kind": kind.value, "skill": skill.uri, "other": other, "issuer": issuer}
        work.insert(chosen, row | {"label": skill.label, "other_label": other_label, "at": work.now, "ends": None})


def _claim(skill: ProfileSkill, fingerprint: str) -> Claim:
    for claim in skill.claims:
        if claim.fingerprint == fingerprint:
            return claim
    raise NotFound("This claim is no longer among yours.")

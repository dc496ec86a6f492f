"""Why a skill is shown as it is, rule by rule, and what the person said of it: choosing, keeping apart, taking back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from skillspace.kernel.errors import BadInput
from skillspace.people.profile import SELF, Choice, ChoiceKind, Choosing, Claim, ProfileSkill, Rules
from skillspace.people.profile.rules import Rule
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.skills import SaidLine, WhyLine
from skillspace.portal.words import LEVELS


def say(visit: Visit) -> str:
    """Take in what the person says of a skill, and return the notice to show. Raises what `Choosing` does."""
    person, spaces = visit.person()
    choosing, skill = Choosing(spaces.profile), visit.field("uri")
    what = visit.field("do")
    if what == ChoiceKind.BACK:
        number = visit.field("number")
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            raise BadInput("There is no such word to take back.")
        choosing.take_back(visit.work, person.id, int(number))
        return "choice-back"
    if what == ChoiceKind.SAME:
        choosing.say_same(visit.work, person.id, skill, visit.field("other"), visit.language)
    elif what == ChoiceKind.APART:
        choosing.keep_apart(visit.work, person.id, skill, visit.field("claim"), visit.language)
    elif what == ChoiceKind.SPEAKS:
        choosing.let_speak(visit.work, person.id, skill, visit.field("claim"), visit.language)
    else:
        raise BadInput("Choose what to do with this skill.")
    return "choice-kept"


def stands(visit: Visit, uri: str) -> bool:
    """Tell whether a skill has a page of its own: one of the person's, or one that a taxonomy knows."""
    person, spaces = visit.person()
    mine = spaces.profile.skills(visit.work, person.id, visit.language)
    return visit.rooms.taxonomies.has(uri) or uri in {face.uri for skill in mine for face in skill.faces}


def who_says(claim: Claim, names: Names) -> str:
    """Return the name of whoever says what a claim says."""
    return names.place(claim.source if claim.source == SELF else claim.issuer, claim.issuer_name).name


def scale_of(claim: Claim) -> str:
    """Return the level as the source gives it, with its scale where a person can read that."""
    if not claim.level:
        return ""
    scheme = claim.level_scheme or ""
    is_readable = scheme and "://" not in scheme and scheme.casefold() not in claim.level.casefold()
    return f"{claim.level} ({scheme})" if is_readable else claim.level


def why(skill: ProfileSkill, rules: Rules, names: Names) -> Iterator[WhyLine]:
    """Give every value of a skill with the rule that made it so, and the claims it weighed."""
    _ = names.words.gettext
    named: dict[str, Rule] = {rules.spent.id: rules.spent}
    named |= {rule.id: rule for rule in rules.order}
    shown = _(LEVELS[int(skill.validation)].word)
    first = skill.assertions[0]
    value = f"{shown}, {scale_of(first)}" if skill.level else shown
    if skill.rule:
        yield _line(_("Shown as “%(value)s”") % {"value": value}, named[skill.rule], skill.claims, names)
    else:
        text = _("One claim says so, and nothing else is weighed.")
        yield WhyLine(value=_("Shown as “%(value)s”") % {"value": value}, says=text, weighed=(_words(first, names),))
    for rule in rules.same.values():
        by_it = [claim for claim in skill.claims if rules.why_here(claim) is rule]
        if by_it:
            yield _line(_("Counted for this skill"), rule, by_it, names)
    for one in dict.fromkeys(copy.of for copy in skill.copies):
        if rules.once is not None:
            again = [copy.claim for copy in skill.copies if copy.of == one]
            yield _line(_("Counted once"), rules.once, [one, *again], names)
    for conflict in skill.conflicts:
        both = [conflict.first, *([conflict.second] if conflict.second else [])]
        yield _line(_("Sources disagree"), rules.conflicts[conflict.kind], both, names)
    if skill.same:
        best = [face.assertions[0] for face in skill.faces]
        yield _line(_("Shown together"), rules.same["choice"], best, names)


def said_of(living: Sequence[Choice], faces: Sequence[ProfileSkill], names: Names) -> Iterator[SaidLine]:
    """Give a person's living words in sentences, with whether each has an effect now; `faces` are all their skills."""
    issuers = {claim.issuer: who_says(claim, names) for face in faces for claim in face.claims}
    for choice in living:
        yield SaidLine(
            number=choice.number,
            text=_sentence(choice, issuers, names),
            on=choice.at.date(),
            is_idle=not _has_effect(choice, faces),
        )


def touches(choice: Choice, faces: Iterable[ProfileSkill]) -> bool:
    """Tell whether a word is about one of these skills."""
    return any(
        choice.skill == face.uri
        or (choice.kind is ChoiceKind.SAME and choice.other == face.uri)
        or (choice.kind is ChoiceKind.APART and _is_apart_by(choice, face))
        for face in faces
    )


def _is_apart_by(choice: Choice, face: ProfileSkill) -> bool:
    wanted = (choice.skill, choice.other, choice.issuer)
    return any((claim.apart_from, claim.given, claim.issuer) == wanted for claim in face.claims)


def _has_effect(choice: Choice, faces: Sequence[ProfileSkill]) -> bool:
    if choice.kind is ChoiceKind.APART:
        return any(_is_apart_by(choice, face) for face in faces)
    held = {face.uri: face for face in faces}
    if choice.kind is ChoiceKind.SAME:
        return choice.skill in held and choice.other in held
    return choice.skill in held and held[choice.skill].assertions[0].fingerprint == choice.other


def _sentence(choice: Choice, issuers: dict[str, str], names: Names) -> str:
    _ = names.words.gettext
    if choice.kind is ChoiceKind.SAME:
        return _("“%(one)s” and “%(other)s” are the same.") % {"one": choice.label, "other": choice.other_label}
    if choice.kind is ChoiceKind.APART:
        who = issuers.get(choice.issuer, choice.issuer)
        told = {"name": choice.other_label, "who": who, "skill": choice.label}
        return _("“%(name)s”, as %(who)s means it, is kept apart from “%(skill)s”.") % told
    who = choice.other_label or names.words.gettext("You")
    return _("For “%(skill)s” the claim from %(who)s counts.") % {"skill": choice.label, "who": who}


def _line(value: str, rule: Rule, claims: Iterable[Claim], names: Names) -> WhyLine:
    told = names.words.gettext("Rule %(id)s, version %(version)s") % {"id": rule.id, "version": rule.version}
    weighed = tuple(dict.fromkeys(_words(claim, names) for claim in claims))
    return WhyLine(value=value, says=rule.sentence(names.language), rule=told, weighed=weighed)


def _words(claim: Claim, names: Names) -> str:
    level = names.words.gettext(LEVELS[int(claim.validation)].word)
    parts = (who_says(claim, names), level, scale_of(claim), names.words.date(claim.since))
    return ", ".join(part for part in parts if part)

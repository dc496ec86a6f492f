"""Matches in a person's words: what they have, are close to and miss, and whole sentences that say why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.common import Match, MatchedSkill
from skillspace.portal.words import LEVELS, N_
from skillspace.records.model import ValidationLevel
from skillspace.skills.matching import Close, Closeness, Gap

#: How a skill one holds comes close to one that is asked for.
PATHS = {
    Closeness.NARROWER: N_("Your “%(yours)s” is a special kind of “%(wanted)s”."),
    Closeness.BROADER: N_("“%(wanted)s” is a special kind of your “%(yours)s”."),
    Closeness.RELATED: N_("Your “%(yours)s” often goes together with “%(wanted)s”."),
    Closeness.SAME_GROUP: N_("Your “%(yours)s” and “%(wanted)s” belong to the same group of skills."),
}
MOST_REASONS = 3


def match_of(found: Gap, essential: Collection[str], names: Names, offered: Iterable[tuple[str, str]] = ()) -> Match:
    """Return a gap as the page draws it; `essential` are the needs the offer insists on.

    `offered` are the provider's own words for needs, as (URI, word).
    """
    theirs = names.theirs(offered)
    return Match(
        have=tuple(
            MatchedSkill(
                uri=one.need_uri,
                label=names.skill(one.need_uri),
                theirs=theirs.get(one.need_uri, ""),
                level=one.validation,
                is_essential=one.need_uri in essential,
            )
            for one in found.have
        ),
        close=tuple(
            MatchedSkill(
                uri=one.need_uri,
                label=names.skill(one.need_uri),
                theirs=theirs.get(one.need_uri, ""),
                via=names.skill(one.by_uri),
                is_essential=one.need_uri in essential,
            )
            for one in found.close
        ),
        missing=tuple(
            MatchedSkill(
                uri=one.need_uri,
                label=names.skill(one.need_uri),
                theirs=theirs.get(one.need_uri, ""),
                is_essential=one.need_uri in essential,
            )
            for one in found.missing
        ),
    )


def reasons_for(found: Gap, essential: Collection[str], names: Names) -> tuple[str, ...]:
    """Return up to three sentences, the weightiest first."""
    return tuple(
        sentence for sentence, _ in zip(_sentences(found, essential, names), range(MOST_REASONS), strict=False)
    )


def how_close(one: Close, names: Names) -> str:
    """Return how a held skill comes close to a needed one."""
    said = {"yours": names.skill(one.by_uri), "wanted": names.skill(one.need_uri)}
    return names.words.gettext(PATHS[one.path]) % said


def _sentences(found: Gap, essential: Collection[str], names: Names) -> Iterator[str]:
    words = names.words
    have = [one for one in found.have if one.need_uri in essential]
    if essential and len(have) == len(essential):
        yield words.gettext("You have every skill it insists on.")
    elif have:
        said = words.ngettext(
            "You have %(have)s of the %(num)d skill it insists on.",
            "You have %(have)s of the %(num)d skills it insists on.",
            len(essential),
        )
        yield said % {"have": len(have), "num": len(essential)}
    proven = [one for one in found.have if one.validation >= ValidationLevel.ASSESSED]
    if proven:
        best = max(proven, key=lambda one: one.validation)
        level = words.gettext(LEVELS[best.validation].word)
        yield words.gettext("Well proven: “%(skill)s” (%(level)s).") % {
            "skill": names.skill(best.need_uri),
            "level": level,
        }
    for one in found.close:
        yield how_close(one, names)
    unmet = [one.need_uri for one in found.missing if one.need_uri in essential]
    if unmet:
        said = words.gettext("What it insists on and you lack: %(skills)s.")
        yield said % {"skills": words.listing([names.skill(uri) for uri in unmet[:3]])}

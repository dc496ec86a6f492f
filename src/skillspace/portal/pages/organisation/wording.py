"""Words of organisations' pages for what travels as codes: names, offerings, purposes, kinds of data, roles, terms."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.words import N_
from skillspace.trust.policy import RECIPIENT_ROLE
from skillspace.trust.policy.terms import duration, moment, short, texts

#: So much of a rule nobody gave words to is shown.
MOST_WRITTEN = 300
PURPOSES = {
    "gather": N_("bringing a person’s records together"),
    "recruitment": N_("recruitment"),
    "training-advice": N_("advice on trainings"),
    "guidance": N_("guidance"),
    "orientation": N_("showing what is on offer"),
    "statistics": N_("statistics"),
}
KINDS = {
    "skills": N_("skills"),
    "name": N_("name"),
    "plan": N_("goal and plan"),
    "diploma": N_("diplomas"),
    "transcript": N_("transcripts"),
    "badge": N_("digital badges"),
    "employment": N_("proofs of employment"),
    "assessment": N_("test results"),
    "profile": N_("jobseeker’s profile"),
    "school-record": N_("school records"),
}
ROLES = {
    "authority": N_("runs the data space"),
    "intermediary": N_("keeps people’s spaces"),
    "university": N_("university"),
    "school": N_("school"),
    "training": N_("training organisation"),
    "employer": N_("employer"),
    "agency": N_("employment agency"),
    "edtech": N_("learning and testing service"),
    "participant": N_("member"),
}


class Names:
    """Names of organisations and titles of offerings, read once for a page."""

    def __init__(self, visit: Visit) -> None:
        rooms, work = visit.rooms, visit.work
        self._own = rooms.did
        self.names = {peer.did: peer.name for peer in rooms.directory.peers(work)} | {rooms.did: rooms.name}
        own = [(rooms.did, offering.id, offering.title) for offering in rooms.exchange.catalog.offerings(work)]
        seen = [(one.provider, one.id, one.title) for one in rooms.exchange.crawler.offerings(work)]
        self.titles = {
            (provider, dataset): in_language(title, visit.language) or dataset
            for provider, dataset, title in (*seen, *own)
        }

    def of(self, did: str) -> str:
        """Return an organisation's name, its DID where nobody by it is known."""
        return self.names.get(did, did)

    def title(self, provider: str, dataset: str) -> str:
        """Return the title of an offering, its identifier where it is not offered any more."""
        return self.titles.get((provider, dataset), dataset)


def in_language(texts_by_language: Mapping[str, str], language: str) -> str:
    """Return a text in the reader's language, else in English, else in any."""
    chosen = texts_by_language.get(language) or texts_by_language.get("en")
    return chosen or next(iter(texts_by_language.values()), "")


def worded(codes: Iterable[str], catalogue: Mapping[str, str], words: Translator) -> tuple[str, ...]:
    """Return codes in words; one nobody gave words to is shown as it is, so that nothing is hidden."""
    return tuple(words.gettext(catalogue[code]) if code in catalogue else code for code in codes)


def pseudonym(subject: str, words: Translator) -> str:
    """Return what somebody is called who did not share their name: the same as long as the share lasts."""
    code = hashlib.sha256(subject.encode()).hexdigest()[:6].upper()
    return words.gettext("Unnamed person %(code)s") % {"code": code}


def terms_of(policy: Mapping[str, Any], words: Translator) -> tuple[tuple[str, str], ...]:
    """Return the rules of an offer or agreement as (term, value); a rule without words of ours is shown as written."""
    found = [_term(constraint, words) for constraint in _constraints(policy, "permission")]
    found += [_prohibited(constraint, words) for constraint in _constraints(policy, "prohibition")]
    for duty in _constraints(policy, "obligation"):
        length = _length(duty)
        if length is None:
            found.append((words.gettext("Duty"), _as_written(duty)))
        else:
            found.append((words.gettext("Copies deleted after"), words.span(length)))
    return tuple(found)


def in_one_line(policy: Mapping[str, Any], words: Translator) -> str:
    """Return the rules as one line of a table."""
    return " · ".join(f"{term}: {value}" for term, value in terms_of(policy, words))


def purposes_in(policy: Mapping[str, Any], words: Translator) -> str:
    """Return what a policy allows its data to be used for."""
    named = [
        short(value)
        for constraint in _constraints(policy, "permission")
        if constraint.get("leftOperand") == "purpose"
        for value in texts(constraint.get("rightOperand")) or ()
    ]
    return words.listing(worded(named, PURPOSES, words))


def until_of(policy: Mapping[str, Any]) -> dt.datetime | None:
    """Return the moment a policy ends by itself, None where it does not."""
    ends = [
        moment(value)
        for constraint in _constraints(policy, "permission")
        if constraint.get("leftOperand") == "dateTime" and constraint.get("operator") in ("lt", "lteq")
        for value in texts(constraint.get("rightOperand")) or ()
    ]
    return min((end for end in ends if end is not None), default=None)


def _term(constraint: Mapping[str, Any], words: Translator) -> tuple[str, str]:
    left, operator = constraint.get("leftOperand"), constraint.get("operator")
    values = texts(constraint.get("rightOperand")) or ()
    if left == "purpose" and operator in ("isAnyOf", "eq"):
        return words.gettext("Only for"), words.listing(worded(map(short, values), PURPOSES, words))
    if left == RECIPIENT_ROLE and operator in ("isAnyOf", "eq"):
        return words.gettext("Only to"), words.listing(worded(map(short, values), ROLES, words))
    until = moment(values[0]) if left == "dateTime" and operator in ("lt", "lteq") and len(values) == 1 else None
    if until is not None:
        return words.gettext("Until"), words.date(until)
    return words.gettext("Other condition"), _as_written(constraint)


def _prohibited(constraint: Mapping[str, Any], words: Translator) -> tuple[str, str]:
    return words.gettext("Never when"), _as_written(constraint)


def _length(constraint: Mapping[str, Any]) -> dt.timedelta | None:
    values = texts(constraint.get("rightOperand")) or ()
    return duration(values[0]) if constraint.get("leftOperand") == "elapsedTime" and len(values) == 1 else None


def _constraints(policy: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """Give the constraints of all rules of a kind; a ban or duty without any stands for itself."""
    for rule in _listed(policy.get(kind, [])):
        found = _listed(rule.get("constraint", []))
        yield from found or ([] if kind == "permission" else [rule])


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]


def _as_written(constraint: Mapping[str, Any]) -> str:
    if not isinstance(constraint.get("leftOperand"), str):
        return json.dumps(constraint, ensure_ascii=False)[:MOST_WRITTEN]
    values = texts(constraint.get("rightOperand"))
    named = ", ".join(map(short, values)) if values else str(constraint.get("rightOperand", ""))
    return f"{short(constraint['leftOperand'])} {constraint.get('operator', '')} {named}".strip()[:MOST_WRITTEN]

"""Words of organisations' pages for what travels as codes: names, offerings, purposes, kinds of data, roles, terms."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from skillspace.exchange import ledger
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.frame import Visit
from skillspace.portal.words import N_
from skillspace.trust.policy.describe import describe, told
from skillspace.trust.policy.terms import moment, short, texts

PURPOSES = {
    "gather": N_("bringing a person’s records together"),
    "recruitment": N_("recruitment"),
    "training-advice": N_("advice on trainings"),
    "guidance": N_("guidance"),
    "orientation": N_("showing what is on offer"),
    "statistics": N_("statistics"),
    "validation": N_("validating a skill"),
    "learning-analytics": N_("supporting how somebody learns"),
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
    "matching": N_("matching with jobs"),
    "records": N_("chosen documents"),
    "validations": N_("requests to validate a skill"),
    "learning": N_("how somebody learns"),
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
    """Names of organisations, and titles of all that is negotiated, agreed or exchanged; read once for a page."""

    def __init__(self, visit: Visit) -> None:
        rooms, work = visit.rooms, visit.work
        self.names = {peer.did: peer.name for peer in rooms.directory.peers(work)} | {rooms.did: rooms.name}
        self.titles = {
            key: in_language(title, visit.language) or key[1] for key, title in ledger.titles(work, rooms.did).items()
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


def terms_of(policy: Mapping[str, Any], words: Translator) -> tuple[str, ...]:
    """Return the rules of an offer or agreement as sentences; a rule without words of ours is told as written."""
    return tuple(told(line, words.language, naming(words)) for line in describe(policy))


def in_one_line(policy: Mapping[str, Any], words: Translator) -> str:
    """Return the rules as one line of a table."""
    return " ".join(terms_of(policy, words))


def naming(words: Translator) -> Callable[[str], str]:
    """Return what gives codes within rules (purposes, roles, kinds of data) the reader's words."""

    def name(code: str) -> str:
        word = short(code)
        for catalogue in (PURPOSES, ROLES, KINDS):
            if word in catalogue:
                return words.gettext(catalogue[word])
        return word

    return name


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


def _constraints(policy: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    """Give the constraints of all rules of a kind; a ban or duty without any stands for itself."""
    for rule in _listed(policy.get(kind, [])):
        found = _listed(rule.get("constraint", []))
        yield from found or ([] if kind == "permission" else [rule])


def _listed(value: object) -> list[Mapping[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Mapping)]

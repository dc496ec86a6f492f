"""What the rooms of people answer when somebody uses their rights: what is held, and what can go at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from skillspace.people.holdings import Holdings
from skillspace.people.leaving.download import Download, jsonld
from skillspace.people.links import Links
from skillspace.people.received import Received, ReceivedProfile
from skillspace.people.received.service import COPIES
from skillspace.people.recognition import Contacts
from skillspace.storage.database import Work
from skillspace.trust.consent import Consents
from skillspace.trust.consent.copies.held import HeldGrants
from skillspace.trust.consent.ports import FindDuty
from skillspace.trust.register.record import in_language
from skillspace.trust.rights import Answerer, DataSubject, Duty, Holding
from skillspace.trust.rights.messages import MAX_NAME

#: Read everything of a person whose space is here.
ReadAll = Callable[[Work, str], Download]


def organisations_of(work: Work, person: str, links: Links, consents: Consents) -> dict[str, str]:
    """Return everybody who has or had data of a person (DID to name): who knows them, and who is in a yes of theirs."""
    named = {link.organisation: link.name for link in links.of_person(work, person)}
    for grant in consents.of_person(work, person):
        named |= {grant.provider: grant.provider_name, grant.recipient: grant.recipient_name}
    return named


def holdings_answerer(holdings: Holdings) -> Answerer:
    """Answer for the documents an organisation keeps about its own people; what goes, people of it decide."""

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        for one in holdings.documents_of(work, intermediary=who.intermediary, subject=who.subject):
            if who.scope.covers(dataset=one.dataset, kind=one.kind):
                yield Holding(
                    kind=one.kind,
                    title=one.id,
                    content=one.body,
                    media_type=one.media_type,
                    source="this organisation",
                    since=one.updated,
                    retention="as long as this organisation's record of processing says",
                )

    return Answerer(name="documents", collect=collect, restrict=_by_the_gate)


def register_answerer(holdings: Holdings, contacts: Contacts) -> Answerer:
    """Answer for what stands of a person in an organisation's own register; what goes, people of it decide."""

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        found = holdings.record_of(work, intermediary=who.intermediary, subject=who.subject)
        if found is None or not who.scope.covers(kind="register"):
            return
        record, since = found
        yield Holding(
            kind="register",
            title="the organisation's register",
            content={
                "number": record.local_id,
                "name": record.name,
                "territory": record.territory,
                "email": contacts.address_of(work, record.local_id) or None,
                "numbers": contacts.numbers_of(work, record.local_id),
            },
            source="this organisation",
            since=since,
            retention="as long as this organisation's record of processing says",
            portable=False,
        )

    return Answerer(name="register", collect=collect, restrict=_by_the_gate)


def received_answerer(received: Received, held: HeldGrants, duty: FindDuty) -> Answerer:
    """Answer for profiles that people shared with an organisation: copies go when they are asked to.

    What a law keeps of them after a yes has ended, or will keep once a living one ends, stays and is named.
    """

    def meant(work: Work, who: DataSubject) -> Iterator[ReceivedProfile]:
        for one in received.of_subject(work, who.intermediary, who.subject):
            is_old = who.before is None or one.since <= who.before
            if is_old and who.scope.covers(dataset=one.dataset, grant=one.grant_id):
                yield one

    def kept_by(work: Work, one: ReceivedProfile) -> Duty | None:
        if one.profile is None:
            return None
        for row in held.kept(work, one.intermediary, one.grant_id):
            if row["kind"] == COPIES:
                return _duty(row["law"], row["until"].date())
        is_over = held.ended_state(work, one.intermediary, one.grant_id) is not None
        known = None if is_over else duty(work, COPIES)
        return _duty(known.law, None) if known is not None else None

    def duties(work: Work, who: DataSubject) -> Sequence[Duty]:
        return list(dict.fromkeys(found for one in meant(work, who) if (found := kept_by(work, one))))

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        for one in meant(work, who):
            if one.profile is not None:
                yield Holding(
                    kind="profile",
                    title=f"profile shared for {one.purpose}",
                    content=one.profile.model_dump(exclude_none=True),
                    source=one.intermediary,
                    since=one.since,
                    purpose=one.purpose,
                    basis="consent",
                    retention=f"until {one.until.date()}, or until the consent is stopped",
                )

    def erase(work: Work, who: DataSubject) -> Mapping[str, int]:
        free = [one for one in meant(work, who) if kept_by(work, one) is None]
        return {"profile": sum(received.delete_copies(one.grant_id, work) for one in free)}

    return Answerer(name="profiles", collect=collect, duties=duties, erase=erase, restrict=_by_the_gate)


def own_space_answerer(read: ReadAll) -> Answerer:
    """Answer for a person's own space: everything in it, as they can download it themselves."""

    def collect(work: Work, who: DataSubject) -> Iterator[Holding]:
        if not who.is_own:
            return
        found = read(work, who.subject)
        yield Holding(
            kind="space",
            title="everything in your space",
            content=json.loads(jsonld(found)),
            source="you, and the organisations you connected",
            since=found.account.made,
            purpose="keeping your skills together for you",
            basis="consent",
            retention="until you erase it",
        )

    return Answerer(name="space", collect=collect, restrict=_by_the_gate)


def _duty(law: Mapping[str, str], until: date | None) -> Duty:
    return Duty(law=in_language(law, "en")[:MAX_NAME], until=until, what="profile")


def _by_the_gate(_work: Work, _who: DataSubject, _on: bool) -> None:
    """Mark nothing: the gate, each new look and the matching of copies ask what is restricted before every use."""

"""Before and after a stop: what it does, who holds a copy and where each stands, and the versions of the notice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.views.sharing import CopyView, KeptCopy, NoticeVersion, Stopping
from skillspace.portal.words import N_
from skillspace.trust.consent import Direction, Grant, Use
from skillspace.trust.consent.model import DeletionReceipt
from skillspace.trust.consent.notices.notice import Notice, changes
from skillspace.trust.register.record import in_language

#: What a person loses with a yes, by what it is for.
LOSSES = {
    "recruitment": N_("They no longer propose jobs that fit you. The jobs under Opportunities stay."),
    "guidance": N_("They no longer help you with your plan. Your plan and what they wrote to you stay with you."),
    "learning-analytics": N_("They no longer see how you learn, and cannot tell when you may need help."),
    "training-advice": N_("They no longer propose courses or shorten one for you."),
    "matching": N_("They no longer find matches for you."),
    "validation": N_("Your case with them ends. What was recognised before stays with you."),
}
NOTHING_LOST = N_("Nothing else. Nobody may treat you worse because you stop.")


def stopping(visit: Visit, grant: Grant, names: Names) -> Stopping:
    """Return what a stop of a living yes does: at once, at those who hold copies, by law, and to the person."""
    other = _other(grant, visit)
    place = names.place(other, grant.provider_name if other == grant.provider else grant.recipient_name)
    known = visit.rooms.registers.of(visit.work, other)
    kept = []
    for kind in grant.kinds if other == grant.recipient and known else ():
        if known and (duty := known[1].duty(kind)):
            what, law = names.kinds([kind])[0], in_language(duty.law, visit.language)
            kept.append(KeptCopy(what=what, law=law, days=duty.days))
    return Stopping(
        at_once=(place,),
        deletes=names.kinds(grant.kinds),
        kept=tuple(kept),
        is_law_unknown=other == grant.recipient and known is None,
        loses=tuple(_losses(visit, grant)),
    )


def copies(visit: Visit, grant: Grant, uses: Sequence[Use], names: Names) -> tuple[CopyView, ...]:
    """Return who holds or held a copy: who looked, and everybody who was told of the end, with their answers."""
    _, spaces = visit.person()
    known = {grant.recipient: grant.recipient_name, grant.provider: grant.provider_name}
    told = {holder.organisation: holder for holder in spaces.consents.holders_of(visit.work, grant)}
    signed = {
        receipt.organisation: (number, receipt)
        for number, receipt in enumerate(spaces.consents.receipts_of(visit.work, grant))
    }
    looked = [use.at for use in uses if use.outcome == "used"]
    given = {grant.recipient: min(looked)} if looked and grant.recipient != visit.rooms.did else {}
    found = []
    for did in dict.fromkeys((*given, *told, *signed)):
        if did == visit.rooms.did:
            continue
        number, receipt = signed.get(did, (0, None))
        holder = told.get(did)
        found.append(
            CopyView(
                place=names.place(did, known.get(did, did)),
                given=given.get(did),
                told=holder.told if holder else None,
                reminders=holder.reminders if holder else 0,
                kept=_kept(visit, receipt, names) if receipt else (),
                deleted=receipt.at if receipt and not receipt.kept else None,
                receipt=f"/sharing/grants/{grant.id}/deletions/{number}" if receipt else "",
            )
        )
    return tuple(found)


def versions(visit: Visit, grant: Grant) -> tuple[NoticeVersion, ...]:
    """Return the versions of the notice a yes rests on, the newest first; empty while there is only the one."""
    _, spaces = visit.person()
    agreed = spaces.consents.notice(visit.work, grant)
    chain = spaces.consents.notices.versions(visit.work, agreed.series) if agreed.series else []
    if len(chain) < 2:
        return ()
    return tuple(
        _version(visit, grant, newer, older, is_agreed=newer.hash == agreed.hash, is_newest=newer is chain[0])
        for newer, older in zip_longest(chain, chain[1:])
    )


def _version(
    visit: Visit, grant: Grant, newer: Notice, older: Notice | None, *, is_agreed: bool, is_newest: bool
) -> NoticeVersion:
    after = list(newer.sentences(visit.language, grant).values())
    before = list(older.sentences(visit.language, grant).values()) if older else after
    return NoticeVersion(
        number=newer.number,
        is_agreed=is_agreed,
        is_newest=is_newest,
        asks_again=older is not None and bool(changes(older, newer)),
        new=tuple(text for text in after if text not in before),
        gone=tuple(text for text in before if text not in after),
    )


def _other(grant: Grant, visit: Visit) -> str:
    return grant.provider if grant.direction(visit.rooms.did) is Direction.GATHER else grant.recipient


def _losses(visit: Visit, grant: Grant) -> Iterator[str]:
    _ = visit.words.gettext
    if grant.direction(visit.rooms.did) is Direction.GATHER:
        person, spaces = visit.person()
        records = spaces.profile.records(visit.work, person.id)
        count = sum(record.source == grant.provider for record in records)
        if count:
            text = visit.words.ngettext(
                "%(num)d record leaves your space, with the skills it proves.",
                "%(num)d records leave your space, with the skills they prove.",
                count,
            )
            yield text % {"num": count}
        return
    yield _(LOSSES.get(grant.purpose, NOTHING_LOST))


def _kept(visit: Visit, receipt: DeletionReceipt, names: Names) -> tuple[KeptCopy, ...]:
    """What a law makes an organisation keep, as it signed."""
    return tuple(
        KeptCopy(what=names.kinds([one.kind])[0], law=in_language(one.law, visit.language), until=one.until.date())
        for one in receipt.kept
    )

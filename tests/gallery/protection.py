"""Sample pages of an organisation's record, its data protection and its audit."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from skillspace.portal.i18n import Translator, translator
from skillspace.portal.pages.organisation.contract_words import (
    moves_in_words,
)
from skillspace.portal.pages.organisation.register import facts_of, notice_of, processing_line
from skillspace.portal.pages.organisation.register_form import form_of
from skillspace.portal.pages.organisation.rights_words import GROUNDS, MOVES, RIGHTS
from skillspace.portal.views.audit import AuditPage, Checked, CheckpointLine, EntryLine, FoundLine, WitnessLine
from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.protection import (
    AfterLine,
    AfterYes,
    Audited,
    CaseLine,
    CasePage,
    CopyLine,
    Day,
    HeldLine,
    KeptLine,
    LawLine,
    RightsPage,
    SaidLine,
    Tally,
    Year,
)
from skillspace.portal.views.register import DutyLine, RecordVersion, RegisterFormPage, RegisterPage
from skillspace.trust.register import Basis, Contact, Duty, Processing, Record, Transfer
from skillspace.trust.rights import Right
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places
from tests.gallery.desks import DID, ROOMS

DPO = ("rights", "register", "audit")


def _record(t: Words) -> Record:
    return Record(
        name=places(t)["employer"].name,
        country="SE",
        places=("SE", "FI"),
        contact=Contact(name="Kim Modell", email="kim@employer.example.org", website="https://employer.example.org"),
        dpo=Contact(name="Robin Provsson", email="dpo@employer.example.org"),
        processings=(
            Processing(
                purpose="recruitment",
                kinds=("skills", "plan"),
                keeps_days=30,
                keeps_why={t.language: t("to answer complaints", "pour répondre aux plaintes", "för klagomål")},
                transfers=(Transfer(country="US", safeguard={"en": "standard clauses"}),),
            ),
            Processing(purpose="payroll", basis=Basis.LEGAL_OBLIGATION, law={"sv": "bokföringslagen"}),
        ),
        duties=(Duty(kind="employment", days=2555, law={"en": "Accounting Act", "sv": "bokföringslagen"}),),
        reviewed=TODAY,
    )


def protection_pages(t: Words) -> dict[str, Page]:
    """The record, data protection and audit."""
    return {**_register(t), **_rights(t), **_audit(t)}


def _register(t: Words) -> dict[str, Page]:
    words, record = translator(t.language), _record(t)
    chrome = office_chrome(t, "register", "/org/register", ROOMS)
    page = RegisterPage(
        chrome=chrome,
        version=2,
        facts=facts_of(record, words),
        processings=tuple(processing_line(one, words) for one in record.processings),
        duties=(DutyLine(kind=words.gettext("proofs of employment"), days=2555, law="bokföringslagen"),),
        versions=tuple(RecordVersion(number=number, by="Kim Modell", made=NOW) for number in (2, 1)),
        previews=(Choice(value="recruitment", label=words.gettext("recruitment"), is_chosen=True),),
        notice=notice_of(DID, (2, record), "recruitment", words, NOW)[0],
        json=json.dumps(record.to_json(), ensure_ascii=False, indent=2),
    )
    return {
        "org-register": page,
        "org-register-empty": RegisterPage(chrome=chrome, version=0, facts=page.facts[:2], json="{}"),
        "org-register-form": RegisterFormPage(chrome=chrome, version=2, parts=form_of(record, words)),
    }


def _rights(t: Words) -> dict[str, Page]:
    words = translator(t.language)
    chrome = office_chrome(t, "rights", "/org/rights", DPO)
    rights = list(Right)
    cases = tuple(
        CaseLine(
            id=f"request-{number}",
            right=words.gettext(RIGHTS[right][0]),
            article=RIGHTS[right][1],
            via=places(t)["agency"].name,
            state=state,
            asked=TODAY - dt.timedelta(days=28 - number),
            due=TODAY + dt.timedelta(days=left) if left is not None else None,
            left=left,
            spent=0 if left is None else max(0, min(100, 100 - 3 * left)),
            is_overdue=left is not None and left < 0,
            note="A law demands to keep some of it: bokföringslagen" if right is Right.ERASURE else "",
        )
        for number, (right, state, left) in enumerate(
            zip(rights, ("received", "in work", "received", "doubted", "extended"), (-2, 3, 12, None, 50), strict=False)
        )
    )
    heights = [0, 0, 20, 0, 60, 100, 0, 0, 40, 0] * 3
    first = TODAY - dt.timedelta(days=29)
    days = tuple(
        Day(day=first + dt.timedelta(days=number), count=high // 20, height=high) for number, high in enumerate(heights)
    )
    kept = KeptLine(what=words.gettext("proofs of employment"), law="bokföringslagen", until=TODAY, case="request-9")
    page = RightsPage(
        chrome=chrome,
        cases=cases,
        answered=(replace(cases[0], id="request-9", state="answered", due=None, left=None, is_overdue=False),),
        copies=(
            CopyLine(
                kinds=words.gettext("skills"),
                provider=places(t)["school"].name,
                purpose=words.gettext("recruitment"),
                until=TODAY,
            ),
        ),
        copies_in_all=38,
        kept=(kept,),
        duties=(replace(kept, case=""),),
        after=_after(t, words),
        days=days,
        refused=(Tally(label=words.gettext("The person stopped this consent."), count=33),),
        uses=(Tally(label=words.gettext("recruitment"), count=412), Tally(label=words.gettext("guidance"), count=7)),
        bare=(("urn:uuid:0123456789ab", words.gettext("transcripts"), places(t)["university"].name),),
        audited=Audited(entries=10_482, signed=10_470, signed_at=NOW, witnesses=(places(t)["agency"].name,)),
        sees_audit=True,
    )
    quiet = tuple(replace(day, count=0, height=0) for day in days)
    empty = replace(
        page,
        cases=(),
        answered=(),
        copies=(),
        copies_in_all=0,
        kept=(),
        duties=(),
        after=None,
        days=quiet,
        refused=(),
        uses=(),
        bare=(),
        audited=Audited(entries=0),
    )
    case = CasePage(
        chrome=chrome,
        case=cases[2],
        words=t("Please delete the old certificate.", "Effacez l’ancien certificat.", "Radera det gamla intyget."),
        corrections=(("diploma", "2025", "2026"),),
        scope=words.gettext("everything"),
        supplied="",
        held=(
            HeldLine(
                kind=words.gettext("proofs of employment"),
                title="Arbetsintyg 2024",
                source="HR",
                since=TODAY,
                purpose=words.gettext("recruitment"),
                retention="7 y",
            ),
        ),
        kept=(kept,),
        said=(SaidLine(move=words.gettext("Received"), at=NOW, told=NOW),),
        moves=moves_in_words(("take", "answer", "extend", "doubt", "refuse"), MOVES, words),
        grounds=tuple(Choice(value=one.value, label=words.gettext(text)) for one, text in GROUNDS.items()),
        hands_over=True,
    )
    over = replace(case, moves=(), held=(), kept=(), case=replace(cases[0], state="refused"))
    return {"org-rights": page, "org-rights-empty": empty, "org-right": case, "org-right-over": over}


def _after(t: Words, words: Translator) -> AfterYes:
    """Copies two laws keep, for some years."""
    law = t("Bookkeeping act, chapter 7", "Loi comptable, chapitre 7", "Bokföringslagen 7 kap.")
    profiles = words.gettext("shared profiles")
    lines = tuple(
        AfterLine(
            what=profiles,
            count=1 + number % 3,
            law=law,
            until=TODAY + dt.timedelta(days=40 + 90 * number),
            via=places(t)["agency"].name,
            grant=f"grant-{number:08x}",
            state=("REVOKED", "EXPIRED", "TERMINATED")[number % 3],
            since=TODAY - dt.timedelta(days=30 * number),
        )
        for number in range(6)
    )
    archive = t("Archive act § 10", "Loi sur les archives, art. 10", "Arkivlagen 10 §")
    first = TODAY.year
    return AfterYes(
        count=1_284,
        laws=(
            LawLine(what=profiles, law=law, count=1_204, yeses=1_150, last=TODAY.replace(year=first + 7)),
            LawLine(what=words.gettext("gathered records"), law=archive, count=80, yeses=12, last=TODAY),
        ),
        years=tuple(
            Year(year=first + number, count=count, length=100 * count // 402)
            for number, count in enumerate((80, 211, 402, 300, 188, 70, 21, 12))
        ),
        lines=lines,
        listing=Listing(path="/org/rights", total=1_150, page=2, pages=46),
    )


def _witnesses(t: Words) -> tuple[WitnessLine, ...]:
    """One witness of each sort."""
    earlier = NOW - dt.timedelta(hours=3)
    known = {"asked": NOW, "answered": NOW, "number": 10_470, "signed": earlier}
    agency, school, university = (places(t)[key].name for key in ("agency", "school", "university"))
    fault = "It holds another journal, from entry 977 on at the latest."
    return (
        WitnessLine(name=agency, did="did:web:a.example", held="matches", **known),
        WitnessLine(name=school, did="did:web:b.example", held="differs", fault=fault, **known),
        WitnessLine(
            name=university,
            did="did:web:c.example",
            held="matches",
            is_silent=True,
            fault="university.example.org does not answer.",
            **{**known, "answered": earlier},
        ),
        WitnessLine(name=f"{school} 2", did="did:web:d.example", held="nothing", asked=NOW, answered=NOW),
        WitnessLine(name=f"{school} 3", did="did:web:e.example", held="unasked"),
    )


def _audit(t: Words) -> dict[str, Page]:
    chrome = office_chrome(t, "audit", "/org/audit", DPO)
    entries = tuple(
        EntryLine(number=1000 - back, at=NOW, kind=kind, about=f"grant-{back:08x}", digest="3f" * 32)
        for back, kind in enumerate(["grant.given", "release.written", "contract.signed"] * 8)
    )
    page = AuditPage(
        chrome=chrome,
        entries_in_all=10_482,
        entries=entries,
        checkpoints=(CheckpointLine(number=990, at=NOW, hash="a7" * 32, witnesses=(places(t)["agency"].name,)),),
        witnesses=_witnesses(t),
        older=976,
    )
    well = Checked(entries=10_482, since=1, proven_to=10_470, witnessed_to=10_400)
    wrong = FoundLine(wrong="altered", number=977, about="grant-00000017", text="the entry is not what its hash covers")
    return {
        "org-audit": page,
        "org-audit-well": replace(page, checked=well),
        "org-audit-wrong": replace(
            page,
            checked=replace(well, since=483, found=(wrong,), notes=("A key could not be fetched.",)),
            about="grant",
        ),
        "org-audit-empty": AuditPage(chrome=chrome, entries_in_all=0, entries=(), checkpoints=()),
    }

"""Sample pages of an organisation's contracts, its record, its data protection and its audit."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from skillspace.portal.i18n import Translator, translator
from skillspace.portal.pages.organisation.contract_moves import changeable
from skillspace.portal.pages.organisation.contract_new import template_fields
from skillspace.portal.pages.organisation.contract_offering import brought_fields
from skillspace.portal.pages.organisation.contract_reading import groups_of
from skillspace.portal.pages.organisation.contract_words import (
    CONTRACT_MOVES,
    OFFER_MOVES,
    OWN_MOVES,
    SEAT_MOVES,
    moves_in_words,
)
from skillspace.portal.pages.organisation.register import facts_of, notice_of, processing_line
from skillspace.portal.pages.organisation.register_form import form_of
from skillspace.portal.pages.organisation.rights_words import GROUNDS, MOVES, RIGHTS
from skillspace.portal.pages.organisation.terms_form import terms_form
from skillspace.portal.pages.organisation.wording import terms_of
from skillspace.portal.views.audit import AuditPage, Checked, CheckpointLine, EntryLine, FoundLine
from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.contracts import (
    BroughtPage,
    ChangeLine,
    ClauseGroup,
    ClauseLine,
    ContractLine,
    ContractPage,
    ContractsPage,
    MemberLine,
    NewContractPage,
    TalkLine,
    VersionLine,
)
from skillspace.portal.views.protection import (
    Audited,
    CaseLine,
    CasePage,
    CopyLine,
    Day,
    HeldLine,
    KeptLine,
    RightsPage,
    SaidLine,
    Tally,
)
from skillspace.portal.views.register import DutyLine, RecordVersion, RegisterFormPage, RegisterPage
from skillspace.trust.contract import Terms, read_terms
from skillspace.trust.contract.clauses import from_template, template, templates
from skillspace.trust.register import Basis, Contact, Duty, Processing, Record, Transfer
from skillspace.trust.rights import Right
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places

ROOMS = ("overview", "offerings", "negotiations", "agreements", "contracts", "transfers", "rights", "register", "log")
DPO = ("rights", "register", "audit")
DID = "did:web:employer.example.org"
CONTRACT = "urn:skillspace:contract:0123456789abcdef:c2FtcGxl"
POLICY = {
    "permission": [
        {
            "action": "use",
            "constraint": [{"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": ["recruitment"]}],
        }
    ]
}


def _terms(t: Words) -> Terms:
    values = {"orchestrator": DID, "starts": "2026-09-01", "ends": "2028-08-31", "law": "SE", "court": "Umeå tingsrätt"}
    return read_terms(from_template("personal-data-sharing", {**values, "language": t.language}, at=NOW))


def contract_pages(t: Words) -> dict[str, Page]:
    """Contracts, one of them in several states, a new one, and an offering for one."""
    words, terms = translator(t.language), _terms(t)
    chrome = office_chrome(t, "contracts", "/org/contracts", ROOMS)
    line = ContractLine(
        id=CONTRACT,
        title=terms.title,
        state="in_force",
        role="data-user",
        kept_by=places(t)["agency"].name,
        is_ours=False,
        members=4,
        version=2,
        starts=terms.starts.date(),
        ends=terms.ends.date(),
    )
    listing = Listing(path="/org/contracts", total=2, sort="ends")
    peers = tuple(Choice(value=f"did:web:{key}.example.org", label=places(t)[key].name) for key in ("school", "agency"))
    page = ContractPage(
        chrome=chrome,
        contract=line,
        facts=(
            (words.gettext("Law"), "SE"),
            (words.gettext("Identifier"), CONTRACT),
            (words.gettext("Fingerprint"), terms.hash),
        ),
        purposes=words.gettext("guidance"),
        groups=groups_of(terms, words),
        notices=(
            words.gettext("Sign the new version by %(date)s, or your part is paused.") % {"date": words.date(TODAY)},
        ),
        members=_members(t, words),
        versions=_versions(terms),
        terms_hash=terms.hash,
        signs=True,
    )
    ours = replace(line, is_ours=True, state="draft", role="", members=0, version=1)
    draft = replace(
        page,
        contract=ours,
        members=(),
        notices=(),
        signs=False,
        roles=tuple(Choice(value=role.role, label=role.role) for role in terms.roles),
        moves=moves_in_words(("terminate",), CONTRACT_MOVES, words),
        json=json.dumps(changeable(terms), ensure_ascii=False, indent=2),
    )
    bad = ClauseLine(clause="nobody-wrote-this/1", title="nobody-wrote-this/1", text="", fault="There is no clause …")
    return {
        "org-contracts": ContractsPage(
            chrome=chrome,
            listing=listing,
            contracts=(line, replace(ours, title=f"{line.title} 2")),
            peers=peers,
        ),
        "org-contracts-empty": ContractsPage(chrome=chrome, listing=replace(listing, total=0), peers=peers),
        "org-contract": page,
        "org-contract-draft": draft,
        "org-contract-faulty": replace(
            draft,
            groups=(ClauseGroup(key="all", label=words.gettext("For everybody"), clauses=(bad,), fault="No clause …"),),
            problem=words.gettext("Mend what is marked in the clauses first."),
        ),
        "org-contract-ours": replace(
            page,
            contract=replace(ours, state="in_force", members=2, role="orchestrator"),
            moves=moves_in_words(("suspend", "terminate"), CONTRACT_MOVES, words),
            members=tuple(
                replace(one, moves=moves_in_words(("countersign", "suspend", "exclude"), SEAT_MOVES, words))
                for one in _members(t, words)[1:]
            ),
            roles=draft.roles,
            invitable=peers,
            signs=False,
            json=draft.json,
        ),
        **_writing(t, words, terms),
    }


def _writing(t: Words, words: Translator, terms: Terms) -> dict[str, Page]:
    chrome = office_chrome(t, "contracts", "/org/contract/new", ROOMS)
    chosen = template("children-voice")
    new = NewContractPage(
        chrome=chrome,
        templates=tuple((one.id, one.title[t.language], one.about[t.language]) for one in templates()),
    )
    brought = BroughtPage(
        chrome=chrome, contract=CONTRACT, title=terms.title, member=places(t)["school"].name, seat="seat-1"
    )
    asset = t("Skills profiles", "Profils de compétences", "Kompetensprofiler")
    return {
        "org-contract-new": new,
        "org-contract-values": replace(
            new,
            templates=(),
            chosen=chosen.id,
            title=chosen.title[t.language],
            about=chosen.about[t.language],
            fields=template_fields(chosen, words),
            roles=tuple((role["role"], role["title"][t.language]) for role in chosen.roles),
            problem="“children-voice” needs a value for “starts”.",
        ),
        "org-contract-choose": replace(brought, datasets=(Choice(value=f"{DID} profiles", label=asset),)),
        "org-contract-nothing": brought,
        "org-contract-offering": replace(
            brought,
            dataset=f"{DID} profiles",
            asset=asset,
            fields=brought_fields(terms, None, words),
            form=terms_form(POLICY, words),
            json=json.dumps(POLICY, indent=2),
        ),
    }


def _members(t: Words, words: Translator) -> tuple[MemberLine, ...]:
    talk = TalkLine(
        id="offer-1",
        round=2,
        title=t("Skills profiles", "Profils de compétences", "Kompetensprofiler"),
        is_ours=True,
        state="countered",
        purposes=words.gettext("recruitment"),
        basis=words.gettext("the person’s consent"),
        roles="data-user",
        terms=terms_of(POLICY, words),
        changes=(ChangeLine(path="purposes", before="guidance", after="recruitment"),),
        moves=moves_in_words(("agree", "drop"), OFFER_MOVES, words),
        counter_href="/org/contract/offering?contract=c&seat=s&offer=o",
    )
    us = MemberLine(
        id="seat-1",
        name=places(t)["employer"].name,
        did=DID,
        role="data-user",
        state="in_force",
        since=NOW,
        is_us=True,
        version=1,
        sign_by=TODAY,
        moves=moves_in_words(("leave", "leave_by_law"), OWN_MOVES, words),
        talks=(talk,),
        propose_href="/org/contract/offering?contract=c&seat=s",
    )
    other = replace(
        us,
        id="seat-2",
        name=places(t)["school"].name,
        is_us=False,
        version=2,
        sign_by=None,
        moves=(),
        talks=(replace(talk, id="offer-2", state="agreed", moves=(), counter_href="", changes=()),),
        propose_href="",
    )
    gone = replace(
        other,
        id="seat-3",
        name=places(t)["university"].name,
        state="left",
        talks=(),
        reason=t("No longer needed", "Plus nécessaire", "Behövs inte längre"),
    )
    return us, other, gone


def _versions(terms: Terms) -> tuple[VersionLine, ...]:
    first = VersionLine(number=1, issued=TODAY - dt.timedelta(days=90), is_material=True, sign_by=TODAY)
    change = ChangeLine(path="clauses › deletion-at-end/1 › values › days", before="730", after="365")
    return (replace(first, number=2, issued=TODAY, changes=(change,)), first)


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

"""Sample pages of an organisation's contracts."""

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
from skillspace.portal.pages.organisation.terms_form import terms_form
from skillspace.portal.pages.organisation.wording import terms_of
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
from skillspace.trust.contract import Terms, read_terms
from skillspace.trust.contract.clauses import from_template, template, templates
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places

ROOMS = ("overview", "offerings", "negotiations", "agreements", "contracts", "transfers", "rights", "register", "log")
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

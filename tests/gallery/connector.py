"""Sample pages of the connector: offerings, negotiations, agreements, transfers, peers."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from skillspace.exchange.doctor import CHECKS
from skillspace.portal.i18n import translator
from skillspace.portal.pages.organisation.terms import changed_terms, side_by_side
from skillspace.portal.pages.organisation.terms_form import terms_form
from skillspace.portal.pages.organisation.wording import in_one_line, terms_of
from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.connector import (
    AgreementLine,
    AgreementPage,
    AgreementsPage,
    DecisionLine,
    Examined,
    FindingLine,
    NegotiationLine,
    NegotiationPage,
    NegotiationsPage,
    Offering,
    OfferingFormPage,
    OfferingPage,
    OfferingsPage,
    PeerLine,
    PeerPage,
    PeersPage,
    Step,
    TransferLine,
    TransferPage,
    TransfersPage,
    Turn,
)
from skillspace.trust.policy import offer_rules
from tests.gallery.content import NOW, TODAY, Words, office_chrome, places

ROOMS = (
    "overview",
    "offerings",
    "negotiations",
    "agreements",
    "transfers",
    "peers",
    "people",
    "shared",
    "statistics",
    "log",
)
UNTIL = dt.datetime(2027, 12, 31, tzinfo=dt.UTC)
BEFORE = offer_rules(purposes=["guidance"], roles=["employer", "agency"], until=UNTIL, keep_days=365)
NOW_OFFERED = offer_rules(
    purposes=["guidance", "recruitment"], roles=["employer", "agency"], until=UNTIL.replace(month=6, day=30)
)
ODD = {"permission": [{"action": "use", "constraint": [
    {"leftOperand": "purpose", "operator": "isAnyOf", "rightOperand": ["https://w3id.org/skillspace/purpose#guidance"]},
    {"or": [{"leftOperand": "count", "operator": "lt", "rightOperand": "5"},
            {"leftOperand": "spatial", "operator": "eq", "rightOperand": "SE"}]},
]}]}  # fmt: skip


def names(t: Words) -> tuple[str, str]:
    """What is offered: open data, and data about people."""
    courses = t("Course catalogue, spring 2027", "Catalogue de formations, printemps 2027", "Kurskatalog, våren 2027")
    profiles = t(
        "Skills of people who consented", "Compétences des personnes consentantes", "Färdigheter hos dem som sagt ja"
    )
    return courses, profiles


def negotiation_lines(t: Words) -> tuple[NegotiationLine, ...]:
    """Three negotiations: an offer waits, one is in force, one ended."""
    where, (courses, profiles) = places(t), names(t)
    late = t(
        "the counterpart’s membership was not live",
        "l’adhésion de l’autre n’était plus valable",
        "motpartens medlemskap gällde inte",
    )
    first = NegotiationLine(
        id="n1",
        asset=profiles,
        other=where["agency"].name,
        is_ours=True,
        state="OFFERED",
        changed=NOW,
        who=where["agency"].name,
    )
    training, school = where["training"].name, where["school"].name
    return (
        first,
        replace(first, id="n2", asset=courses, other=training, state="FINALIZED", who="Kim Modell"),
        replace(
            first, id="n3", asset=courses, other=school, is_ours=False, state="TERMINATED", who="Kim Modell", why=late
        ),
    )


def offering_pages(t: Words) -> dict[str, Page]:
    """Offerings: the list, one of them, the form."""
    words, (courses, profiles) = translator(t.language), names(t)
    where = places(t)
    first = Offering(
        id="courses",
        title=courses,
        kind=t("open data", "données ouvertes", "öppna data"),
        policy=in_one_line(BEFORE, words),
        is_personal=False,
        changed=NOW,
        agreements=3,
    )
    chrome = office_chrome(t, "offerings", "/org/offerings", ROOMS)
    text = t("Every course that starts in spring.", "Toutes les formations du printemps.", "Alla kurser i vår.")
    form = OfferingFormPage(
        chrome=chrome,
        id="courses",
        name="courses",
        texts=(("en", "English", courses, text), ("fr", "Français", courses, ""), ("sv", "Svenska", courses, "")),
        kinds="",
        is_personal=False,
        media_type="application/x-ndjson",
        formats=(
            Choice(value="HttpData-PULL", label=words.gettext("they fetch it"), is_chosen=True),
            Choice(value="HttpData-PUSH", label=words.gettext("we send it")),
        ),
        roles=(
            Choice(value="employer", label=words.gettext("employer"), is_chosen=True),
            Choice(value="school", label=words.gettext("school")),
        ),
        others="did:web:college.example.org",
        retention="365",
        terms=terms_form(ODD, words),
    )
    problem = t("A title is missing.", "Il manque un titre.", "En titel saknas.")
    return {
        "org-offerings": OfferingsPage(
            chrome=chrome,
            listing=Listing(path="/org/offerings", total=2, sort="title"),
            offerings=(first, replace(first, id="profiles", title=profiles, is_personal=True, is_hidden=True)),
        ),
        "org-offerings-empty": OfferingsPage(chrome=chrome, listing=Listing(path="/org/offerings", total=0)),
        "org-offering": OfferingPage(
            chrome=chrome,
            offering=first,
            description=text,
            terms=terms_of(BEFORE, words),
            warnings=(text,),
            facts=((words.gettext("Identifier"), "courses"), (words.gettext("Format of the data"), "text/csv")),
            document=json.dumps({"@id": "courses", "@type": "Dataset", "hasPolicy": [BEFORE]}, indent=2),
            peers=(Choice(value="did:web:agency.example.org", label=where["agency"].name),),
        ),
        "org-offering-form": form,
        "org-offering-new": replace(form, id="", name="", terms=terms_form(BEFORE, words, json="{"), problem=problem),
    }


def negotiation_pages(t: Words) -> dict[str, Page]:
    """Negotiations: the list, one with a counter-offer to answer, one that is over."""
    words, where, lines = translator(t.language), places(t), negotiation_lines(t)
    ours, theirs = where["employer"].name, where["agency"].name
    said = t(
        "Half a year is what our board allows.", "Notre conseil autorise six mois.", "Vår styrelse tillåter ett halvår."
    )
    turns = (
        Turn(at=NOW - dt.timedelta(hours=5), who=ours, is_us=True, state="REQUESTED", than="catalog"),
        Turn(
            at=NOW - dt.timedelta(hours=3),
            who=theirs,
            is_us=False,
            state="OFFERED",
            than="before",
            changes=changed_terms(BEFORE, NOW_OFFERED, words),
            rows=side_by_side(BEFORE, NOW_OFFERED),
        ),
        Turn(
            at=NOW - dt.timedelta(hours=2),
            who=f"Kim Modell · {ours}",
            is_us=True,
            state="REQUESTED",
            than="before",
            changes=changed_terms(NOW_OFFERED, BEFORE, words),
            rows=side_by_side(NOW_OFFERED, BEFORE),
        ),
    )
    chrome = office_chrome(t, "negotiations", "/org/negotiations", ROOMS)
    facts = ((words.gettext("Ours"), "urn:uuid:1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed"),)
    open_one = NegotiationPage(
        chrome=chrome,
        negotiation=lines[0],
        turns=(*turns, replace(turns[1], at=NOW)),
        moves=("accept",),
        can_end=True,
        form=terms_form(NOW_OFFERED, words),
        terms=terms_of(NOW_OFFERED, words),
        facts=facts,
    )
    over = Turn(at=NOW, who=theirs, is_us=False, state="TERMINATED", text=said)
    listing = Listing(
        path="/org/negotiations",
        total=1203,
        page=2,
        pages=25,
        sort="changed",
        is_down=True,
        export="/org/negotiations?format=csv",
    )
    return {
        "org-negotiations": NegotiationsPage(chrome=chrome, listing=listing, negotiations=lines),
        "org-negotiation": open_one,
        "org-negotiation-over": NegotiationPage(
            chrome=chrome,
            negotiation=lines[2],
            turns=(*turns[:2], over),
            terms=terms_of(NOW_OFFERED, words),
            facts=facts,
            agreement="urn:uuid:2",
        ),
    }


def agreement_pages(t: Words) -> dict[str, Page]:
    """Agreements: the list, and one with what came of it."""
    words, where, (courses, _) = translator(t.language), places(t), names(t)
    line = AgreementLine(
        id="urn:uuid:2",
        asset=courses,
        other=where["training"].name,
        is_ours=True,
        state="FINALIZED",
        signed=dt.date(2026, 5, 2),
        until=dt.date(2026, 12, 1),
        purpose=t("guidance", "orientation", "vägledning"),
        transfers=14,
    )
    chrome = office_chrome(t, "agreements", "/org/agreements", ROOMS)
    why = terms_of(BEFORE, words)[0]
    return {
        "org-agreements": AgreementsPage(
            chrome=chrome,
            listing=Listing(path="/org/agreements", total=1, sort="signed", is_down=True),
            agreements=(line,),
            today=TODAY,
        ),
        "org-agreement": AgreementPage(
            chrome=chrome,
            agreement=line,
            provider=where["training"].name,
            consumer=where["employer"].name,
            made=NOW,
            terms=terms_of(BEFORE, words),
            json=json.dumps(BEFORE, indent=2),
            negotiation="n2",
            transfers=transfer_lines(t),
            decisions=(DecisionLine(at=NOW, is_allowed=True, why=why), DecisionLine(at=NOW, is_allowed=False, why=why)),
        ),
    }


def transfer_lines(t: Words) -> tuple[TransferLine, ...]:
    """Two transfers: one done, one paused."""
    where, (courses, profiles) = places(t), names(t)
    first = TransferLine(
        id="tp1",
        asset=courses,
        other=where["training"].name,
        is_incoming=True,
        state="COMPLETED",
        changed=NOW,
        who=where["training"].name,
    )
    return first, replace(first, id="tp2", asset=profiles, state="SUSPENDED", is_incoming=False)


def transfer_pages(t: Words) -> dict[str, Page]:
    """Transfers: the list, none, one under way, one that is over."""
    words, where, lines = translator(t.language), places(t), transfer_lines(t)
    chrome = office_chrome(t, "transfers", "/org/transfers", ROOMS)
    steps = (
        Step(at=NOW - dt.timedelta(hours=1), state="REQUESTED", who=where["training"].name),
        Step(at=NOW, state="SUSPENDED", who="Kim Modell", why=t("Maintenance", "Entretien du système", "Underhåll")),
    )
    paused = TransferPage(
        chrome=chrome,
        transfer=lines[1],
        facts=((words.gettext("How it is handed over"), "HttpData-PULL"),),
        steps=steps,
        moves=("resume", "terminate"),
        agreement="urn:uuid:2",
    )
    listing = Listing(path="/org/transfers", total=2)
    return {
        "org-transfers": TransfersPage(chrome=chrome, listing=listing, transfers=lines),
        "org-transfers-empty": TransfersPage(chrome=chrome, listing=replace(listing, total=0)),
        "org-transfer": paused,
        "org-transfer-running": replace(
            paused, transfer=replace(lines[1], state="STARTED"), moves=("suspend", "complete", "terminate")
        ),
        "org-transfer-over": replace(paused, transfer=lines[0], moves=()),
    }


def peer_pages(t: Words) -> dict[str, Page]:
    """Peers: the list, one examined, one under examination, one never examined."""
    words, where = translator(t.language), places(t)
    chrome = office_chrome(t, "peers", "/org/peers", ROOMS)
    first = PeerLine(
        id="did:web:training.example.org",
        name=where["training"].name,
        roles=(t("training organisation", "organisme de formation", "utbildningsanordnare"),),
        is_member=True,
        is_reachable=True,
        seen=NOW,
        address="https://training.example.org",
        worst="warn",
    )
    levels = dict.fromkeys(CHECKS, "ok") | {"certificate": "warn", "way-back": "fail", "credentials": "skip"}
    fine = words.gettext("The clocks agree.")
    findings = tuple(
        FindingLine(
            check=words.gettext(title),
            level=levels[check],
            found=fine,
            mend=words.gettext("Ask them to renew the certificate.") if levels[check] in ("warn", "fail") else "",
        )
        for check, (title, _) in CHECKS.items()
    )
    done = Examined(
        at=NOW, is_over=True, checks=len(CHECKS), findings=findings, summary=words.gettext("Something is wrong.")
    )
    one = PeerPage(
        chrome=chrome,
        peer=first,
        facts=(
            (words.gettext("Identifier"), first.id),
            (words.gettext("Speaks the protocol at"), "https://training.example.org/dsp/2025-1"),
            (words.gettext("Last answered"), words.moment(NOW)),
        ),
        examined=done,
        negotiations=negotiation_lines(t)[1:2],
        offered=(("courses", names(t)[0]),),
        offered_in_all=1204,
        dead=2,
    )
    stranger = replace(
        first, id="urn:connector:foreign", name="urn:connector:foreign", roles=(), is_member=False, is_reachable=False
    )
    return {
        "org-peers": PeersPage(
            chrome=chrome,
            listing=Listing(path="/org/peers", total=2, sort="name"),
            peers=(first, replace(stranger, seen=None, worst="")),
        ),
        "org-peers-empty": PeersPage(chrome=chrome, listing=Listing(path="/org/peers", total=0)),
        "org-peer": one,
        "org-peer-looking": replace(one, examined=replace(done, is_over=False, findings=findings[:4]), dead=0),
        "org-peer-stranger": PeerPage(
            chrome=chrome, peer=stranger, facts=one.facts[:1], error="PeerUnreachable: example.org"
        ),
    }


def connector_pages(t: Words) -> dict[str, Page]:
    """Every page of the connector."""
    families = (offering_pages, negotiation_pages, agreement_pages, transfer_pages, peer_pages)
    return {name: page for family in families for name, page in family(t).items()}

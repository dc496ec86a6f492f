"""Sample pages of guardians: asking to be one, what a child reads and says, and the officer's desk."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.portal.views.account import YouPage
from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.guardians import (
    AgePage,
    AppointPage,
    EvidenceLine,
    GuardianAskPage,
    GuardianCard,
    GuardianLine,
    GuardianPage,
    GuardiansPage,
    GuardianWrongPage,
    Party,
    ProofForm,
    ReachForm,
    StepLine,
    ToldLine,
    WorryLine,
)
from skillspace.trust.mandate import guardian_texts
from tests.gallery.content import NOW, TODAY, Words, office_chrome, person_chrome

DAY = dt.timedelta(days=1)
CHILD = Party(name="Robin Sample", code="account-0199f3c2a1")
GUARDIAN = Party(name="Kim Modell", code="account-0199f3d04b")


def guardian_pages(t: Words) -> dict[str, Page]:
    """A guardian's request, a child's view of its guardians, and the desk that decides."""
    return {**_asking(t), **_child(t), **_desk(t)}


def _proof(t: Words) -> ProofForm:
    kinds = (
        ("document", t("A document, such as a ruling", "Un document, par exemple un jugement", "En handling, till exempel en dom")),
        ("civil_register", t("An entry in the population register", "Une inscription à l’état civil", "En uppgift i folkbokföringen")),
    )  # fmt: skip
    return ProofForm(
        types=tuple(Choice(value=value, label=label, is_chosen=value == "civil_register") for value, label in kinds),
        issuer=t("Sample Register Office", "Bureau d’état civil Exemple", "Exempelregistret"),
        reference="2026-118",
        dated=TODAY - 30 * DAY,
        latest=TODAY,
    )


def _acts(t: Words) -> tuple[str, ...]:
    return (
        t("See what they are asked", "Voir ce qu’on lui demande", "Se vad personen får frågor om"),
        t("Say no for them", "Dire non à sa place", "Säga nej åt personen"),
        t("Say yes for them", "Dire oui à sa place", "Säga ja åt personen"),
    )


def _reach(t: Words) -> ReachForm:
    return ReachForm(
        acts=tuple(Choice(value=str(n), label=text, is_chosen=True) for n, text in enumerate(_acts(t))),
        until=TODAY + 365 * DAY,
        earliest=TODAY,
        latest=TODAY + 1825 * DAY,
    )


def _asking(t: Words) -> dict[str, Page]:
    empty = replace(_proof(t), issuer="", reference="", dated=None)
    page = GuardianAskPage(chrome=person_chrome(t, "you", "/you/guardians"), proof=empty, reach=_reach(t))
    problem = t("This is nobody’s code.", "Ce code n’est celui de personne.", "Det här är ingens kod.")
    return {
        "guardian-ask": page,
        "guardian-ask-problem": replace(page, code="account-0199", proof=_proof(t), problem=problem),
    }


def _child(t: Words) -> dict[str, Page]:
    chrome = person_chrome(t, "you", "/you")
    texts = guardian_texts(
        t.language, "10-12", guardian=GUARDIAN.name, since=t("5 May 2026", "5 mai 2026", "5 maj 2026")
    )
    may = tuple(texts[name] for name in ("view", "refuse", "revoke", "grant_after", "together"))
    card = GuardianCard(id="m1", name=GUARDIAN.name, said=texts["is"], may=may, wrong=texts["wrong"])
    asks = guardian_texts(t.language, "10-12", guardian="Alex Sample", since="")
    other = replace(card, id="m2", name="Alex Sample", said=asks["asks"], may=(), told=texts["told"])
    you = YouPage(chrome=chrome, name=CHILD.name, guardians_title=texts["title"], guardians=(card, other))
    words = t(
        "I live with my aunt, not with Kim.",
        "J’habite chez ma tante, pas chez Kim.",
        "Jag bor hos min moster, inte hos Kim.",
    )
    answer = t(
        "Thank you. We talked with your aunt.",
        "Merci. Nous avons parlé avec ta tante.",
        "Tack. Vi har pratat med din moster.",
    )
    waiting = ToldLine(words=words, said=NOW - DAY)
    wrong = GuardianWrongPage(chrome=chrome, card=card, help=texts["help"])
    problem = t("Write at least a word.", "Il faut au moins un mot.", "Skriv minst ett ord.")
    return {
        "you-child": you,
        "you-child-alone": replace(you, guardians=()),
        "guardian-wrong": wrong,
        "guardian-wrong-problem": replace(wrong, problem=problem),
        "guardian-wrong-told": replace(wrong, card=replace(card, told=texts["told"]), may_tell=False, told=(waiting,)),
        "guardian-wrong-answered": replace(wrong, card=replace(card, answer=texts["answered"]), told=(replace(waiting, answer=answer, answered=NOW),)),
    }  # fmt: skip


def _line(t: Words) -> GuardianLine:
    return GuardianLine(
        id="mandate-0199f3d0aa11",
        child=CHILD,
        guardian=GUARDIAN,
        state=t("Active", "Actif", "Aktiv"),
        kind="good",
        since=TODAY - 20 * DAY,
        until=TODAY + 700 * DAY,
    )


def _desk(t: Words) -> dict[str, Page]:
    chrome = office_chrome(t, "guardians", "/org/guardians", ("guardians",), "agency")
    listing = Listing(path="/org/guardians", total=2)
    active = _line(t)
    paused = replace(active, id="m-2", state=t("Paused", "En pause", "Pausad"), kind="care", jointly=True)
    waits, ours = (
        t("Waits for a yes", "Attend un oui", "Väntar på ett ja"),
        t("It waits for you.", "Cela vous attend.", "Det väntar på dig."),
    )
    asked = replace(
        active,
        id="m-3",
        state=waits,
        kind="waiting",
        waits=ours,
        is_ours=True,
        guardian=Party(name="Alex Sample", code="account-0199f3e77c"),
    )
    theirs = replace(
        asked,
        id="m-4",
        waits=t("It waits for the guardian.", "Cela attend le responsable.", "Det väntar på vårdnadshavaren."),
        is_ours=False,
    )
    words = t(
        "I live with my aunt, not with Kim.",
        "J’habite chez ma tante, pas chez Kim.",
        "Jag bor hos min moster, inte hos Kim.",
    )
    worry = WorryLine(id="w1", mandate=active.id, child=CHILD, guardian=GUARDIAN, words=words, said=NOW)
    desk = GuardiansPage(
        chrome=chrome, listing=listing, worries=(worry,), requests=(asked, theirs), living=(active, paused)
    )
    return {
        "org-guardians": desk,
        "org-guardians-empty": GuardiansPage(chrome=chrome, listing=replace(listing, total=0)),
        "org-guardians-none-found": replace(desk, worries=(), requests=(), living=(), listing=replace(listing, total=0, query="account-1")),
        **_mandate(t, asked, words),
        "org-guardian-new": AppointPage(chrome=chrome, child=CHILD.code, guardian=GUARDIAN.code, proof=_proof(t), reach=_reach(t)),
        "org-guardian-new-problem": AppointPage(chrome=chrome, proof=_proof(t), reach=_reach(t), problem=t("At least one of these codes is wrong.", "Au moins un de ces codes est faux.", "Minst en av koderna är fel.")),
        "org-guardian-age": AgePage(chrome=chrome, code=CHILD.code, countries=(Choice(value="SE", label=t("Sweden", "Suède", "Sverige"), is_chosen=True),), proof=_proof(t)),
    }  # fmt: skip


def _mandate(t: Words, asked: GuardianLine, words: str) -> dict[str, Page]:
    chrome = office_chrome(t, "guardians", "/org/guardians", ("guardians",), "agency")
    told = EvidenceLine(
        type=_proof(t).types[1].label, issuer=_proof(t).issuer, reference="2026-118", dated=TODAY - 30 * DAY
    )
    guardian, officer = (
        t("the guardian", "le responsable", "vårdnadshavaren"),
        t("an officer", "un agent", "en handläggare"),
    )
    begun = StepLine(state=asked.state, kind="waiting", at=NOW - 3 * DAY, by=guardian)
    request = GuardianPage(
        chrome=chrome, line=asked, acts=_acts(t), evidence=(told,), steps=(begun,), proof=_proof(t),
        moves=(("confirm", t("Confirm", "Confirmer", "Bekräfta")), ("refuse", t("Refuse", "Refuser", "Avslå"))),
        earlier=(replace(_line(t), id="m-0", state=t("Refused", "Refusé", "Avslaget"), kind="ended"),),
    )  # fmt: skip
    living = replace(
        request, line=replace(_line(t), jointly=True), evidence=(replace(told, seen=NOW - 2 * DAY),), earlier=(), proof=None,
        steps=(begun, StepLine(state=_line(t).state, kind="good", at=NOW - 2 * DAY, by=officer), StepLine(state=t("Paused", "En pause", "Pausad"), kind="care", at=NOW - DAY, by=officer, why=t("A court looks at it.", "Un tribunal l’examine.", "En domstol tittar på det."))),
        worries=(ToldLine(words=words, said=NOW),),
        moves=(("suspend", t("Pause", "Mettre en pause", "Pausa")), ("end", t("End it", "Mettre fin", "Avsluta"))),
    )  # fmt: skip
    problem = t(
        "Say why, in a sentence or two.",
        "Dites pourquoi, en une ou deux phrases.",
        "Säg varför, med en eller två meningar.",
    )
    return {
        "org-guardian-request": request,
        "org-guardian-unknown": replace(request, is_age_unknown=True, earlier=()),
        "org-guardian": living,
        "org-guardian-problem": replace(living, problem=problem),
        "org-guardian-over": replace(living, line=replace(living.line, state=t("Ended", "Terminé", "Avslutat"), kind="ended"), moves=(), worries=()),
    }  # fmt: skip

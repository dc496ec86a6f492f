"""Sample pages of a person's rights: the six, their form, a case with every kind of answer, and who holds what."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.rights import (
    CaseLine,
    CasePage,
    Clock,
    HeldLine,
    HolderView,
    MyDataPage,
    PartView,
    RightCard,
    RightPage,
    RightsPage,
)
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places
from tests.gallery.deciding import sample_grant

DAY = dt.timedelta(days=1)


def rights_pages(t: Words) -> dict[str, Page]:
    """The rights of a person, and the page of who holds what."""
    chrome, where = person_chrome(t, "you", "/you/rights"), places(t)
    titles = (
        ("access", t("See what they have", "Voir ce qu’ils ont", "Se vad de har")),
        ("portability", t("Take it with me", "L’emporter", "Ta det med mig")),
        ("rectification", t("Have it corrected", "Le faire corriger", "Få det rättat")),
        ("erasure", t("Have it deleted", "Le faire effacer", "Få det raderat")),
        ("restriction", t("Pause it", "Le mettre en pause", "Pausa det")),
        ("objection", t("Object", "M’opposer", "Invända")),
    )
    says = t(
        "They show you everything they hold about you, and say why.",
        "Ils vous montrent tout ce qu’ils ont sur vous, et disent pourquoi.",
        "De visar allt de har om dig och berättar varför.",
    )
    cards = tuple(RightCard(key=key, title=title, says=says) for key, title in titles)
    open_, done = (
        t("Partly answered", "Réponses partielles", "Delvis besvarat"),
        t("All have answered", "Tous ont répondu", "Alla har svarat"),
    )
    clock = Clock(due=TODAY + 12 * DAY, left=12, total=31)
    case = CaseLine(
        id="c1",
        title=titles[3][1],
        opened=TODAY - 19 * DAY,
        state=open_,
        kind="waiting",
        answered=2,
        asked=5,
        clock=clock,
    )
    closed = replace(case, id="c2", title=titles[0][1], state=done, kind="good", answered=5, clock=None)
    form = RightPage(
        chrome=chrome,
        right=cards[2],
        organisations=tuple(Choice(value=key, label=it.name, is_chosen=True) for key, it in list(where.items())[:4]),
        kinds=(Choice(value="diploma", label=t("your diplomas", "vos diplômes", "dina diplom")),),
        corrects=True,
    )
    problem = t(
        "Choose at least one organisation.", "Choisissez au moins une organisation.", "Välj minst en organisation."
    )
    return {
        "rights": RightsPage(
            chrome=chrome,
            rights=cards,
            cases=(case, replace(case, id="c3", opened=TODAY - 34 * DAY, clock=replace(clock, left=-3)), closed),
        ),
        "rights-empty": RightsPage(chrome=chrome, rights=cards),
        "right": form,
        "right-problem": replace(form, corrects=False, kinds=(), problem=problem),
        "rights-case": CasePage(
            chrome=chrome,
            case=case,
            parts=_parts(t, clock),
            words=t("I finished there in 2024.", "J’y ai terminé en 2024.", "Jag slutade där 2024."),
            can_withdraw=True,
            can_lift=True,
            has_package=True,
        ),
        "my-data": _held(t),
        "my-data-empty": MyDataPage(chrome=chrome),
    }


def _parts(t: Words, clock: Clock) -> tuple[PartView, ...]:
    where = places(t)
    diplomas = t("diplomas", "diplômes", "diplom")
    work, no, yes = (
        t("They are working on it", "Ils s’en occupent", "De arbetar med det"),
        t("They said no", "Ils ont dit non", "De sa nej"),
        t("Answered", "Répondu", "Besvarat"),
    )
    kept = t(
        f"{diplomas} until 31 December 2028, because of the School Act",
        f"{diplomas} jusqu’au 31 décembre 2028, à cause de : loi scolaire",
        f"{diplomas} till 31 december 2028, på grund av skollagen",
    )
    law = t("A law makes them keep it.", "Une loi les oblige à le garder.", "En lag gör att de måste spara det.")
    asks = t("They ask you something first", "Ils vous posent d’abord une question", "De frågar dig något först")
    sent = t("On its way to them", "En route vers eux", "På väg till dem")
    year = t("In which year were you here?", "En quelle année étiez-vous ici ?", "Vilket år gick du här?")
    return (
        PartView(id="1", place=where["university"], state=work, kind="waiting", clock=clock),
        PartView(
            id="2",
            place=where["school"],
            state=yes,
            kind="good",
            done=TODAY - DAY,
            deleted=(f"{diplomas}: 3",),
            kept=(kept,),
        ),
        PartView(
            id="3",
            place=where["training"],
            state=no,
            kind="care",
            done=TODAY - 2 * DAY,
            ground=law,
            complaint="Integritetsskyddsmyndigheten",
        ),
        PartView(id="4", place=where["agency"], state=asks, kind="care", asks_you=True, words=year),
        PartView(
            id="5",
            place=where["employer"],
            state=sent,
            kind="waiting",
            clock=replace(clock, left=-3),
            unreached_since=NOW - 4 * DAY,
        ),
    )


def _held(t: Words) -> MyDataPage:
    where, grant = places(t), sample_grant(t)
    sees, gone, sends = (
        t("may see it", "peut le voir", "får se det"),
        t("deleted", "effacé", "raderat"),
        t("may send it to you", "peut vous l’envoyer", "får skicka det till dig"),
    )
    line = HeldLine(grant_id="g1", what=grant.what, why=grant.why, since=grant.since, state=sees, kind="good")
    return MyDataPage(
        chrome=person_chrome(t, "you", "/you/data"),
        holders=(
            HolderView(place=where["coach"], lines=(line, replace(line, grant_id="g2", state=gone))),
            HolderView(
                place=where["university"], lines=(replace(line, grant_id="g3", state=sends, is_gather=True),), records=2
            ),
            HolderView(place=where["employer"], lines=()),
        ),
        records=9,
        skills=38,
    )

"""Sample pages of a person's agent: told nothing, told much, a wish before it counts, choosing, programs beside people."""

# ruff: noqa: E501  sample sentences in three languages stand side by side

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from babel.dates import get_day_names

from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.agent import EXAMPLES, HINTS
from skillspace.portal.pages.person.agent_choose import DIRECTIONS, EFFECTS, KINDS, LASTS, PURPOSES, ROLES
from skillspace.portal.pages.person.agent_lines import FIRST_TIME, FROM_NOW, MEANS, MOST_A_DAY, OTHERWISE, UNDO
from skillspace.portal.pages.person.programs import ACTS
from skillspace.portal.views.acting import HelpersPage, ProgramLine, ProgramsPart
from skillspace.portal.views.agent import (
    AgentPage,
    ChoosePage,
    DecisionLine,
    Rehearsal,
    RehearsedAsk,
    ScoreTerm,
    SuggestionCard,
    WishLine,
    WishPage,
)
from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.sharing import AskLine, AskPage, DataKind, GrantPage, SharingPage
from skillspace.trust.agent import Effect, Reason, category_label, role_label, say
from skillspace.trust.agent.limits import limits
from skillspace.trust.consent.notices.notice import kind_label, purpose_label
from skillspace.trust.mandate import Stage
from tests.gallery.content import NOW, TODAY, Words, person_chrome, places
from tests.gallery.deciding import deciding_pages, sample_grant

DAY = dt.timedelta(days=1)


def agent_pages(t: Words) -> dict[str, Page]:
    """Everything of the agent, and where other pages show that it answered."""
    return {**_homes(t), **_wishes(t), **_choosing(t), **_elsewhere(t)}


def _told(t: Words) -> tuple[WishLine, ...]:
    always = t(
        "Always show your skills and how they are proven to Demo Training Centre, for finding the training that fits you, for 30 days at most.",
        "Toujours montrer vos compétences et leurs preuves à Centre Démo Formation, pour trouver la formation qui vous convient, 30 jours au plus.",
        "Alltid visa dina kompetenser och hur de är styrkta för Demo Yrkesutbildning, för att hitta den utbildning som passar dig, högst 30 dagar.",
    )
    never = t(
        "Never show your school record to employers.",
        "Ne jamais montrer votre dossier scolaire aux employeurs.",
        "Aldrig visa dina skolbetyg för arbetsgivare.",
    )
    ask = t(
        "Ask you before showing anything to anybody, on Saturdays and Sundays.",
        "Vous demander avant de montrer quoi que ce soit à qui que ce soit, le samedi et le dimanche.",
        "Fråga dig innan den visar något för någon, på lördagar och söndagar.",
    )
    words = translator(t.language).gettext(EXAMPLES[0])
    paused = translator(t.language).gettext("It paused itself: you undid what it did twice.")
    return (
        WishLine(id="w1", told=always, effect="always", state="proposed"),
        WishLine(id="w2", told=never, effect="never", state="active", words=words, since=TODAY - 20 * DAY),
        WishLine(id="w3", told=ask, effect="ask", state="paused", since=TODAY - 40 * DAY, note=paused),
    )


def _decisions(t: Words) -> tuple[DecisionLine, ...]:
    where, skills = places(t), kind_label("skills", t.language)
    yes = DecisionLine(
        id="d1",
        place=where["training"],
        what=(skills,),
        why=purpose_label("training-advice", t.language),
        effect="always",
        at=NOW,
        reasons=(say(Reason(code="wish_always"), t.language),),
        undo_until=TODAY + 14 * DAY,
        href="/sharing/grants/g1",
    )
    no = replace(
        yes,
        id="d2",
        place=where["employer"],
        what=(kind_label("school-record", t.language), skills),
        why=purpose_label("recruitment", t.language),
        effect="never",
        at=NOW - 2 * DAY,
        reasons=(say(Reason(code="wish_never"), t.language),),
        href="",
    )
    return yes, no, replace(yes, id="d3", at=NOW - 9 * DAY, undo_until=None, undone=TODAY - 8 * DAY)


def _left(t: Words) -> DecisionLine:
    more = Reason(code="more_kinds", facts={"kinds": "plan, name"})
    reasons = (say(more, t.language), say(Reason(code="longer"), t.language))
    return replace(_decisions(t)[0], id="d4", effect="ask", reasons=reasons, undo_until=None, href="/sharing/ask/a1")


def _cards(t: Words) -> tuple[SuggestionCard, ...]:
    def term(code: str, points: int, most: int, count: int, of: int) -> ScoreTerm:
        reason = Reason(code=code, facts={"count": str(count), "of": str(of)})
        return ScoreTerm(points=points, most=most, reason=say(reason, t.language))

    asks = tuple(kind_label(kind, t.language) for kind in ("skills", "plan"))
    training = SuggestionCard(
        id="s1",
        made=TODAY - 3 * DAY,
        title=t("Data analysis in practice", "Analyse de données en pratique", "Dataanalys i praktiken"),
        place=places(t)["training"],
        score=45,
        terms=(term("teaches_gap", 23, 35, 2, 3), term("teaches_useful", 10, 10, 1, 1), term("asks_little", 7, 10, 3, 4), term("has_record", 5, 5, 1, 1)),
        asks=asks,
        why=purpose_label("training-advice", t.language),
        href="/opportunities/trainings/t1",
        sort="training",
        is_synthetic=True,
    )  # fmt: skip
    job = SuggestionCard(
        id="s2",
        made=TODAY - 11 * DAY,
        title=t("Data analyst", "Analyste de données", "Dataanalytiker"),
        place=places(t)["agency"],
        score=30,
        terms=(term("seeks_held", 20, 25, 8, 10), term("asks_little", 10, 10, 4, 4)),
    )
    test = SuggestionCard(
        id="s3",
        made=TODAY - 19 * DAY,
        title=t("Skills assessments", "Évaluations de compétences", "Kompetenstester"),
        place=places(t)["university"],
        score=25,
        terms=(term("tests_untested", 10, 15, 4, 6), term("asks_little", 10, 10, 4, 4), term("has_record", 5, 5, 1, 1)),
        href="/you/connect",
        sort="test",
    )
    app = replace(
        test,
        id="s4",
        title=t("Welding in the simulator", "Souder au simulateur", "Svetsa i simulator"),
        place=places(t)["training"],
        score=28,
        terms=(term("about_gap", 13, 20, 2, 3), term("asks_little", 10, 10, 4, 4), term("has_record", 5, 5, 1, 1)),
        sort="app",
    )
    advice = replace(
        training,
        id="s5",
        title=translator(t.language).gettext("Advice on your plan"),
        place=places(t)["agency"],
        score=27,
        terms=(term("advises_gap", 15, 20, 6, 8), term("asks_little", 7, 10, 3, 4), term("has_record", 5, 5, 1, 1)),
        why=purpose_label("guidance", t.language),
        href="/sharing/give",
        sort="advice",
        is_synthetic=False,
    )
    return training, replace(job, is_gone=True), test, app, advice


def _homes(t: Words) -> dict[str, Page]:
    words = translator(t.language)
    empty = AgentPage(
        chrome=person_chrome(t, "you", "/you/agent"),
        undo_days=14,
        examples=tuple(words.gettext(text) for text in EXAMPLES),
    )
    goal = t("data analyst", "analyste de données", "dataanalytiker")
    full = replace(empty, wishes=_told(t), decisions=_decisions(t), left=(_left(t),), suggestions=_cards(t), goal=goal)
    typed = t(
        "Never show my unicorns to employers",
        "Ne montre jamais mes licornes aux employeurs",
        "Visa aldrig mina enhörningar för arbetsgivare",
    )
    missed = t(
        "I do not understand: “unicorns”.", "Je ne comprends pas : “licornes”.", "Jag förstår inte: “enhörningar”."
    )
    looked = tuple(replace(card, id="", made=None, is_gone=False) for card in _cards(t))
    return {
        "agent": full,
        "agent-empty": empty,
        "agent-missed": replace(empty, typed=typed, missed=missed),
        "agent-child": replace(empty, hint=words.gettext(HINTS[Stage.CHILD])),
        "agent-looked": replace(empty, goal=goal, is_quiet=True, looked=looked),
        "agent-nothing-fits": replace(empty, goal=goal, looked=()),
    }  # fmt: skip


def _rehearsal(t: Words) -> Rehearsal:
    words, where = translator(t.language), places(t)
    skills = (kind_label("skills", t.language),)
    ends = (
        (3, Effect.ALWAYS, Effect.ALWAYS, "training"),
        (20, Effect.ALWAYS, Effect.ALWAYS, "training"),
        (21, Effect.NEVER, Effect.ALWAYS, "training"),
        (44, Effect.ASK, Effect.ALWAYS, "training"),
        (45, Effect.ALWAYS, Effect.NEVER, "employer"),
        (70, Effect.NEVER, Effect.NEVER, "employer"),
        (88, Effect.ALWAYS, Effect.ASK, "agency"),
    )
    asks = tuple(
        RehearsedAsk(
            place=where[place],
            what=skills,
            at=NOW - days * DAY,
            effect=decided.value,
            is_other=happened is not decided,
            said=words.gettext(OTHERWISE[happened, decided]),
            href="/sharing/grants/g1" if happened is Effect.ALWAYS else "",
        )
        for days, happened, decided, place in reversed(ends)
    )
    return Rehearsal(since=TODAY - 90 * DAY, until=TODAY, looked=11, asks=asks)


def _wishes(t: Words) -> dict[str, Page]:
    words = translator(t.language)
    always = [*map(words.gettext, MEANS[Effect.ALWAYS]), words.gettext(FIRST_TIME)]
    always += [words.gettext(MOST_A_DAY) % {"num": 10}, words.gettext(FROM_NOW), words.gettext(UNDO) % {"num": 14}]
    proposed, never, ask = _told(t)
    chrome = person_chrome(t, "you", "/you/agent/wishes/w1")
    run, said = _rehearsal(t), words.gettext(EXAMPLES[1])
    page = WishPage(chrome=chrome, wish=replace(proposed, words=said), means=tuple(always), rehearsal=run)
    few = replace(run, looked=2, asks=tuple(one for one in run.asks if one.effect == "never"))
    none = replace(run, looked=0, asks=())
    return {
        "agent-wish": page,
        "agent-wish-counts": replace(
            page,
            wish=never,
            means=tuple(map(words.gettext, MEANS[Effect.NEVER])),
            rehearsal=few,
            decided=_decisions(t)[1:2],
        ),
        "agent-wish-same": replace(page, wish=ask, means=(), rehearsal=replace(none, looked=4)),
        "agent-wish-nothing": replace(page, rehearsal=none, hint=words.gettext(HINTS[Stage.UNKNOWN])),
    }


def _choosing(t: Words) -> dict[str, Page]:
    words, days = translator(t.language), get_day_names("wide", locale=t.language)

    def offered(texts: dict[object, str], chosen: object = None) -> tuple[Choice, ...]:
        return tuple(
            Choice(value=str(value), label=words.gettext(text), is_chosen=value == chosen)
            for value, text in texts.items()
        )

    page = ChoosePage(
        chrome=person_chrome(t, "you", "/you/agent/choose"),
        effects=offered(dict(EFFECTS)),
        directions=offered(dict(DIRECTIONS), next(iter(DIRECTIONS))),
        categories=tuple(Choice(value=name, label=category_label(name, t.language)) for name in limits().categories),
        kinds=tuple(
            Choice(value=kind, label=kind_label(kind, t.language), is_chosen=kind == "skills") for kind in KINDS
        ),
        roles=tuple(Choice(value=role, label=role_label(role, t.language)) for role in ROLES),
        members=tuple(Choice(value=key, label=place.name) for key, place in places(t).items() if key != "you"),
        purposes=tuple(Choice(value=name, label=purpose_label(name, t.language)) for name in PURPOSES),
        often=(Choice(value="", label=t("As often as they need", "Aussi souvent que nécessaire", "Så ofta de behöver")),),
        lasts=offered(dict(LASTS)),
        times=(Choice(value="own", label=t("Only on the days and hours below", "Seulement aux jours et heures ci-dessous", "Bara de dagar och tider som står nedan"), is_chosen=True),),
        days=tuple(Choice(value=str(day), label=days[day], is_chosen=day > 4) for day in range(7)),
        where=(Choice(value="", label=t("In any country", "Dans tout pays", "I vilket land som helst")),),
        start="08:00",
        end="16:00",
        until=None,
        earliest=TODAY,
        latest=TODAY + 730 * DAY,
    )  # fmt: skip
    problem = t("Choose what shall happen.", "Choisissez ce qui doit se passer.", "Välj vad som ska hända.")
    return {"agent-choose": page, "agent-choose-problem": replace(page, problem=problem, until=TODAY + 90 * DAY)}


def _elsewhere(t: Words) -> dict[str, Page]:
    """The pages of sharing where the agent answered, left an ask, or may be undone; programs beside the helpers."""
    where, words, yes = places(t), translator(t.language), _decisions(t)[0]
    chrome, reasons = person_chrome(t, "sharing", "/sharing"), _left(t).reasons
    kinds = tuple(kind_label(kind, t.language) for kind in ("skills", "plan", "name"))
    line = AskLine(id="a1", place=where["training"], why=yes.why, what=kinds, asked=TODAY - DAY, left=reasons)
    fits = words.gettext("Of this, %(what)s until %(date)s fits what you told your agent.")
    ask = AskPage(
        chrome=chrome,
        id="a1",
        place=where["training"],
        why=yes.why,
        kinds=tuple(DataKind(key=kind, label=kind) for kind in kinds),
        until=TODAY + 90 * DAY,
        earliest=TODAY,
        latest=TODAY + 90 * DAY,
        left=reasons,
        fits=fits % {"what": kinds[0], "date": words.date(TODAY + 30 * DAY)},
        fits_href="/sharing/ask/a1?fit=agent",
    )
    acts = tuple(words.gettext(text) for text in ACTS.values())
    line_of = ProgramLine(
        id="p1", name="Sample Assistant", acts=acts[:2], since=TODAY - 30 * DAY, until=TODAY + 60 * DAY
    )
    programs = ProgramsPart(
        mine=(
            line_of,
            replace(line_of, id="p2", name="Example Archive", acts=acts[:1], until=TODAY - DAY, is_over=True),
        ),
        offered=(Choice(value="Sample Assistant", label="Sample Assistant"),),
        acts=tuple(Choice(value=act.value, label=words.gettext(text)) for act, text in ACTS.items()),
        until=TODAY + 90 * DAY,
        earliest=TODAY,
        latest=TODAY + 365 * DAY,
    )
    helpers = deciding_pages(t)["helpers"]
    assert isinstance(helpers, HelpersPage)
    return {
        "sharing-agent": SharingPage(
            chrome=chrome, asks=(line,), answered=_decisions(t)[:2], grants=(sample_grant(t),), is_agent_told=True
        ),
        "ask-left": ask,
        "grant-agent": GrantPage(chrome=chrome, grant=sample_grant(t), decision=yes),
        "grant-agent-undone": GrantPage(
            chrome=chrome, grant=replace(sample_grant(t), state="REVOKED", ended=TODAY), decision=_decisions(t)[2]
        ),
        "helpers-programs": replace(helpers, programs=programs),
        "helpers-no-programs": replace(helpers, programs=replace(programs, mine=())),
    }

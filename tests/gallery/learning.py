"""Sample pages of how somebody learns: for the learner, and for a teacher."""

from __future__ import annotations

import datetime as dt

from skillspace.portal.i18n import translator
from skillspace.portal.pages.inferring import sign_line, skill_line, text_of, why_of
from skillspace.portal.views.common import Choice, Comment, Page
from skillspace.portal.views.insight import SharedProfilePage
from skillspace.portal.views.learning import (
    ActivityLine,
    AgreedLine,
    CountLine,
    CourseLine,
    GroupPage,
    Inferred,
    LearnerLine,
    LearnersPage,
    LearningPage,
    SeenBy,
    TimeLine,
    WeekLine,
    Why,
)
from skillspace.portal.views.sharing import SharedProfile
from skillspace.records.analytics import Basis, Family, Inference, standing_rules
from tests.gallery.content import NOW, PEOPLE, TODAY, Words, office_chrome, person_chrome, places

ROOMS = ("shared", "learning")
RULES = standing_rules()


def learning_pages(t: Words) -> dict[str, Page]:
    """A learner's own page, full and empty; a teacher's list, one learner, the group."""
    return {
        "learning": _own(t),
        "learning-empty": _empty(t),
        "org-learning": _learners(t, 12),
        "org-learning-few": _learners(t, 0),
        "org-learner": _learner(t),
        "org-learning-group": _group(t),
        "org-learning-group-few": GroupPage(
            chrome=office_chrome(t, "learning", "/org/learning/group", ROOMS, "school"), learners=None, threshold=10
        ),
    }


def _own(t: Words) -> LearningPage:
    return LearningPage(
        chrome=person_chrome(t, "you", "/you/learning"),
        inferred=_inferred(t, is_own=True),
        deeds=214,
        since=TODAY - dt.timedelta(days=80),
        agreed=(
            AgreedLine(
                case="c4",
                words=t(
                    "A long pause: I was ill, and the school knew.",
                    "Une longue pause : j’étais malade, et l’école le savait.",
                    "Ett långt uppehåll: jag var sjuk, och skolan visste det.",
                ),
                on=TODAY - dt.timedelta(days=30),
            ),
        ),
        seen_by=(SeenBy(id="g7", place=places(t)["school"], until=TODAY + dt.timedelta(days=60)),),
        recipients=(Choice(value="did:web:university.example.org", label=places(t)["university"].name),),
        until=TODAY + dt.timedelta(days=90),
        earliest=TODAY,
        latest=TODAY + dt.timedelta(days=365),
    )


def _empty(t: Words) -> LearningPage:
    return LearningPage(
        chrome=person_chrome(t, "you", "/you/learning"),
        inferred=Inferred(),
        deeds=0,
        since=None,
        until=TODAY + dt.timedelta(days=90),
        earliest=TODAY,
        latest=TODAY + dt.timedelta(days=365),
    )


def _learners(t: Words, count: int) -> LearnersPage:
    pupil = t("Learner", "Élève", "Elev")
    return LearnersPage(
        chrome=office_chrome(t, "learning", "/org/learning", ROOMS, "school"),
        learners=tuple(
            LearnerLine(
                grant_id=f"g{number}",
                name=f"{pupil} {number:02}",
                since=TODAY - dt.timedelta(days=number),
                until=TODAY + dt.timedelta(days=90),
            )
            for number in range(count)
        ),
        threshold=10,
    )


def _learner(t: Words) -> SharedProfilePage:
    return SharedProfilePage(
        chrome=office_chrome(t, "shared", "/org/shared/g1", ROOMS, "school"),
        grant_id="g1",
        profile=SharedProfile(name=PEOPLE[t.language]),
        why=t("supporting how somebody learns", "soutien à l’apprentissage", "stöd för lärandet"),
        until=TODAY + dt.timedelta(days=60),
        read_at=NOW,
        comments=(
            Comment(
                by="Kim Modell",
                at=NOW,
                text=t("Shall we look at it together?", "On regarde ensemble ?", "Ska vi titta på det tillsammans?"),
            ),
        ),
        can_comment=True,
        inferred=_inferred(t, is_own=False),
    )


def _group(t: Words) -> GroupPage:
    pause, again, soon = (
        t("A long pause", "Une longue pause", "Ett långt uppehåll"),
        t("Not passed again and again", "Pas réussi à plusieurs reprises", "Inte godkänt gång på gång"),
        t("Due soon", "À rendre bientôt", "Snart dags att bli klar"),
    )
    return GroupPage(
        chrome=office_chrome(t, "learning", "/org/learning/group", ROOMS, "school"),
        learners=34,
        skills=(
            CountLine(what=t("analyse data", "analyser des données", "analysera data"), so=12, of=31),
            CountLine(what=t("query languages", "langages de requête", "frågespråk"), so=None, of=None),
        ),
        signs=(
            CountLine(what=pause, so=None, of=None),
            CountLine(what=again, so=11, of=34),
            CountLine(what=soon, so=None, of=None),
        ),
        threshold=10,
        unreached=2,
    )


def _inferred(t: Words, *, is_own: bool) -> Inferred:
    words = translator(t.language)
    course = t("Data for beginners", "Les données pour débuter", "Data för nybörjare")
    safety = t("Safety at work", "Sécurité au travail", "Säkerhet på jobbet")
    quiz = t("Quiz 3: tables", "Quiz 3 : tableaux", "Prov 3: tabeller")
    progress = _made(
        "progress", Family.PROGRESS, Basis.REPORTED, activities=12, completed=7, passed=5, failed=1, attempts=14
    )
    second = _made(
        "progress", Family.PROGRESS, Basis.REPORTED, activities=4, completed=4, passed=3, failed=0, attempts=5
    )
    time = _made("time", Family.TIME, Basis.ESTIMATED, confidence=0.6, said=43_200, estimated=28_800)
    pause = _made("sign-pause", Family.SIGN, Basis.DECLARED, confidence=0.86, silence=16, usual=5, days=22)
    again = _made("sign-failures", Family.SIGN, Basis.DECLARED, failures=3)
    skills = (
        (t("analyse data", "analyser des données", "analysera data"), 0.97, 0.88, 0.99, 11, 12),
        (t("query languages", "langages de requête", "frågespråk"), 0.62, 0.31, 0.84, 5, 9),
        (t("use spreadsheets software", "utiliser un tableur", "använda kalkylprogram"), 0.18, 0.06, 0.4, 1, 5),
    )

    def why(one: Inference, number: int, title: str = "", standing: str = "") -> Why:
        found = why_of(one, one.basis.value, 23, NOW, RULES, words, anchor=f"w{number}", standing=standing)
        more = {"key": one.rule, "title": title or text_of(one, quiz, words), "case": "c9"} if is_own else {}
        ids = ("00000000-0000-4000-8000-000000000021", "00000000-0000-4000-8000-000000000022") if is_own else ()
        return Why(**{**vars(found), **more, "statements": ids})

    lines = []
    for number, (label, chance, low, high, right, answers) in enumerate(skills):
        made = _made(
            "mastery", Family.MASTERY, Basis.MODELLED, confidence=max(chance, 1 - chance), chance=chance, low=low,
            high=high, right=right, answers=answers,
        )  # fmt: skip
        standing = "denied" if is_own and number == 2 else "stands" if number == 1 else ""
        if is_own or number != 2:
            lines.append(skill_line(made, label, why(made, number, label, standing), RULES, words))
    return Inferred(
        courses=(
            CourseLine(
                title=course, done=7, of=12, text=text_of(progress, "", words), why=why(progress, 11, course),
                activities=_activities(t, quiz) if is_own else (), more=3,
            ),
            CourseLine(title=safety, done=4, of=4, text=text_of(second, "", words), why=why(second, 12, safety)),
        ),
        time=TimeLine(
            text=text_of(time, "", words),
            why=why(time, 13),
            weeks=tuple(
                WeekLine(day=TODAY - dt.timedelta(days=4 + 7 * back), said=said, estimated=estimated)
                for back, said, estimated in ((7, 2.5, 0.6), (6, 0.0, 1.2), (5, 3.1, 2.0), (4, 1.4, 0.0), (2, 5.0, 4.2))
            ),
        ),
        skills=tuple(lines),
        signs=(
            sign_line(pause, "", why(pause, 14), words),
            sign_line(again, quiz, why(again, 15), words),
        ),
        mastered=RULES.mastery.mastered,
    )  # fmt: skip


def _activities(t: Words, quiz: str) -> tuple[ActivityLine, ...]:
    words = translator(t.language).gettext
    return (
        ActivityLine(title=quiz, attempts=3, state=words("not passed yet"), kind="care", day=TODAY),
        ActivityLine(
            title=t("Film: what is a table?", "Film : qu’est-ce qu’un tableau ?", "Film: vad är en tabell?"),
            attempts=1,
            state=words("completed"),
            kind="good",
            day=TODAY - dt.timedelta(days=3),
        ),
    )


def _made(rule: str, family: Family, basis: Basis, *, confidence: float = 1.0, **numbers: float) -> Inference:
    return Inference(
        key=rule,
        rule=rule,
        version=RULES.version,
        family=family,
        basis=basis,
        about=None,
        numbers=numbers,
        confidence=confidence,
        statements=(),
        computed=NOW,
    )

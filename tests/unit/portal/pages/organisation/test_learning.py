"""A teacher sees how somebody learns while they let them, and a group in counts that point at nobody."""

from __future__ import annotations

from skillspace.kernel.clock import iso
from skillspace.people.sharing import LEARNING_PURPOSE, SharedProfile
from skillspace.people.sharing.document import SharedInference, SharedRow
from skillspace.trust.consent.errors import ConsentRevoked
from tests.conftest import NOON
from tests.unit.portal.pages.organisation.conftest import Office, hold

HOSTILE = "<script>alert(1)</script>"


def inference(rule: str, family: str, basis: str, about: str = "", **more: object) -> SharedInference:
    facts: dict[str, object] = {
        "rule": rule, "version": "2026-11-1", "family": family, "basis": basis, "about": about, "confidence": 0.9,
        "names": {"en": about}, "numbers": {}, "statements": 4, "computed": iso(NOON),
    }  # fmt: skip
    return SharedInference.model_validate(facts | more)


def learner(subject: str, *found: SharedInference, name: str | None = None) -> SharedProfile:
    return SharedProfile(subject=subject, language="en", made=iso(NOON), name=name, learning=list(found))


def known(chance: float) -> SharedInference:
    numbers = {"chance": chance, "low": chance / 2, "high": chance, "right": 3.0, "answers": 4.0}
    return inference("mastery", "mastery", "modelled", "urn:x:sums", names={"en": "do sums"}, numbers=numbers)


def share(office: Office, grant: str, document: SharedProfile | ConsentRevoked, subject: str = "urn:s:1") -> None:
    shown = document if isinstance(document, SharedProfile) else learner(subject)
    office.share(grant, shown, purpose=LEARNING_PURPOSE, kinds=("learning",))
    hold(office, grant)
    office.rooms.received.answers[f"pull {grant}"] = document  # type: ignore[attr-defined]


def test_one_learner_is_read_live_in_the_words_they_read_themselves(office: Office) -> None:
    weeks = [SharedRow(day="2026-11-16", numbers={"said": 3600.0, "estimated": 1800.0})]
    numbers = {"activities": 4.0, "done": 3.0, "completed": 3.0, "passed": 2.0, "failed": 1.0, "attempts": 6.0}
    document = learner(
        "urn:s:1",
        inference("progress", "progress", "reported", f"urn:x:{HOSTILE}", names={"en": HOSTILE}, numbers=numbers),
        inference("time", "time", "estimated", numbers={"said": 3600.0, "estimated": 1800.0}, weeks=weeks),
        known(0.8),
        inference("sign-failures", "sign", "declared", "urn:x:quiz", numbers={"failures": 3.0}, was_denied=True),
        inference("sign-of-next-year", "sign", "declared", numbers={"moons": 2.0}),
    )
    share(office, "g1", document)
    assert "/org/shared/g1" in office.get("/org/learning", "teacher")
    page = office.get("/org/shared/g1", "teacher")
    for text in (
        "3 of 4 activities completed, 2 passed, 1 not passed yet",
        "About 1.5 hours in all: 1 said by tools, 0.5 estimated.",
        "Known with a chance of 80 in 100, somewhere between 40 and 80.",
        "urn:x:quiz: not passed 3 times in a row.",
        "The learner said that this is wrong. A person looked at it, and it stands.",
        "sign-of-next-year: {&#39;moons&#39;: &#39;2&#39;}",
        "not stored here",
    ):
        assert text in page, text
    assert HOSTILE not in page
    assert "/you/learning/deny" not in page
    assert "Profile opened" in office.get("/org/log")


def test_a_learner_who_stopped_is_not_seen(office: Office) -> None:
    share(office, "g1", ConsentRevoked())
    answer = office.clients["teacher"].get("/org/shared/g1")
    assert answer.status_code == 403
    assert "stopped sharing with you" in answer.text


def test_what_was_shared_for_something_else_is_not_for_teachers_and_the_other_way_round(office: Office) -> None:
    share(office, "g1", learner("urn:s:1", known(0.9)))
    assert office.clients["coach"].get("/org/shared/g1").status_code == 404
    office.share("g2", learner("urn:s:2"), purpose="guidance", kinds=("skills",))
    hold(office, "g2")
    assert office.clients["teacher"].get("/org/shared/g2").status_code == 404
    assert "/org/shared/g2" not in office.get("/org/learning", "teacher")


def test_a_group_is_counted_when_it_is_large_enough_and_each_is_asked(office: Office) -> None:
    least = office.rooms.threshold
    for number in range(least - 1):
        share(office, f"g{number}", learner(f"urn:s:{number}", known(0.99)), f"urn:s:{number}")
    assert f"fewer than {least} learners" in office.get("/org/learning/group", "teacher")
    for number in range(least - 1, 2 * least):
        share(office, f"g{number}", learner(f"urn:s:{number}", known(0.5)), f"urn:s:{number}")
    share(office, "gone", ConsentRevoked(), "urn:s:gone")
    assert "Look at the group" in office.get("/org/learning", "teacher")
    page = office.get("/org/learning/group", "teacher")
    assert f"{2 * least} learners, as of now." in page
    assert "1 learner could not be asked" in page
    assert "Do sums" in page
    assert ">9<" not in page  # nine know it: one fewer than may be shown
    share(office, "more", learner("urn:s:more", known(0.97)), "urn:s:more")
    page = office.get("/org/learning/group", "teacher")
    assert f'<td class="num">{least}</td><td class="num">{2 * least + 1}</td>' in page
    assert "The group" in office.get("/org/log")

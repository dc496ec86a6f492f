"""Whatever people, strangers, the clock and a registrar do: a code links the record its letter went to, once."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from skillspace.people.holdings import AlreadyLinked, TooManyAttempts, WrongCode
from skillspace.people.recognition import TooManyLetters
from skillspace.people.recognition.addresses import plain_address
from skillspace.people.recognition.letters import TO_ONE, WITHIN
from skillspace.people.recognition.model import CODE_LASTS
from tests.small_space import HeldClock
from tests.unit.people.recognition.conftest import ADDRESSES, HUB, OTHER_HUB, STRANGE, School, school_at

SUBJECTS, HUBS = st.sampled_from(["urn:x:1", "urn:x:2"]), st.sampled_from([HUB, OTHER_HUB])
RECORDS = st.sampled_from(sorted(ADDRESSES))
POOL = st.sampled_from(["alva@example.org", "camille@example.org", "nn@example.org", STRANGE])
KNOWN = st.sampled_from(["alva@example.org", "camille@example.org"])
Code = tuple[str, str, str, str, datetime]


class Histories(RuleBasedStateMachine):
    """Codes know what they may do: (code, hub, subject, record it went to, when)."""

    codes: Bundle[Code] = Bundle("codes")

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = HeldClock()
        self.school: School = school_at(self.folder, self.clock)
        self.addresses = {number: plain_address(address) for number, address in ADDRESSES.items()}
        #: What must be connected, and the addresses that were on records when a code was sent, until they change.
        self.linked: dict[tuple[str, str], str] = {}
        self.used: set[str] = set()
        self.stale: set[str] = set()
        self.sent: list[tuple[str, datetime]] = []

    @rule(target=codes, hub=HUBS, subject=SUBJECTS, address=POOL)
    def ask(self, hub: str, subject: str, address: str):  # type: ignore[no-untyped-def]
        before = len(self.school.postbox.letters)
        try:
            self.school.ask(address, subject=subject, hub=hub)
        except TooManyLetters:
            return multiple()
        new = self.school.postbox.letters[before:]
        owners = [number for number, own in self.addresses.items() if own == address]
        if not new:
            return multiple()
        assert len(new) == len(owners) == 1, "a letter goes out for one record with the address, and for that alone"
        assert plain_address(new[0].to) == address
        self.sent.append((address, self.clock.at))
        return self.school.postbox.code(), hub, subject, owners[0], self.clock.at

    @rule(target=codes, hub=HUBS, subject=SUBJECTS, address=KNOWN)
    def ask_and_use(self, hub: str, subject: str, address: str):  # type: ignore[no-untyped-def]
        """Nothing goes wrong, at first."""
        code = self.ask(hub, subject, address)
        if isinstance(code, tuple):
            self.use(code)
        return code

    @rule(code=codes, hub=HUBS, subject=SUBJECTS)
    def try_code(self, code: Code, hub: str, subject: str) -> None:
        text, for_hub, for_subject, record, at = code
        try:
            self.school.redeem(text, subject=subject, hub=hub)
        except (WrongCode, TooManyAttempts, AlreadyLinked):
            return
        assert (hub, subject) == (for_hub, for_subject), "a code counts for whom it was asked for"
        assert self.clock.at < at + CODE_LASTS, "a code counts for a quarter of an hour"
        assert text not in self.stale, "a code counts while its record has the address, and alone"
        if text in self.used:
            assert self.linked.get((hub, subject)) == record, "a used code connects nothing any more"
            return
        self.used.add(text)
        self.linked = {key: value for key, value in self.linked.items() if (key[0], value) != (hub, record)}
        self.linked[hub, subject] = record

    @rule(code=codes)
    def use(self, code: Code) -> None:
        """The right one types it."""
        self.try_code(code, code[1], code[2])

    @rule(code=codes)
    def leave_and_use(self, code: Code) -> None:
        """Somebody lets go, and tries the code once more."""
        self.leave(code[1], code[2])
        self.use(code)

    @rule(code=codes, address=POOL)
    def move_and_use(self, code: Code, address: str) -> None:
        """The registrar changes the address a letter went to, and then its code is typed."""
        self.change_address(code[3], address)
        self.use(code)

    @rule(target=codes, hub=HUBS, subject=SUBJECTS, address=KNOWN)
    def go_and_come_back(self, hub: str, subject: str, address: str):  # type: ignore[no-untyped-def]
        """The address is taken off the record and written there again before the code is typed."""
        code = self.ask(hub, subject, address)
        if isinstance(code, tuple):
            self.change_address(code[3], "")
            self.change_address(code[3], address)
            self.use(code)
        return code

    @rule(target=codes, code=codes, subject=SUBJECTS)
    def overtake(self, code: Code, subject: str):  # type: ignore[no-untyped-def]
        """The same record is connected from another space, and then the older code is typed again."""
        address = self.addresses.get(code[3], "")
        newer = self.ask_and_use(code[1], subject, address) if address else multiple()
        self.use(code)
        return newer

    @rule(hub=HUBS, subject=SUBJECTS, code=st.from_regex(r"[2-9A-HJKMNP-TV-Z]{8}", fullmatch=True))
    def guess(self, hub: str, subject: str, code: str) -> None:
        try:
            self.school.redeem(code, subject=subject, hub=hub)
        except (WrongCode, TooManyAttempts):
            return
        raise AssertionError("a guess connected somebody")

    @rule(number=RECORDS, address=POOL | st.just(""))
    def change_address(self, number: str, address: str) -> None:
        with self.school.database.writing() as work:
            self.school.recognition.contacts.set_address(work, number, address)
        if self.addresses.get(number) != address:
            self._spoil(number)
        self.addresses[number] = address

    @rule(hub=HUBS, subject=SUBJECTS)
    def leave(self, hub: str, subject: str) -> None:
        with self.school.database.writing() as work:
            self.school.recognition.disconnect(work, hub, subject)
        self.linked.pop((hub, subject), None)

    @rule(minutes=st.sampled_from([1, 6, 20, 70]))
    def wait(self, minutes: int) -> None:
        self.clock.move(minutes=minutes)

    @invariant()
    def only_what_was_proven_is_connected(self) -> None:
        found = {key: record for key, (record, _way) in self.school.connected().items()}
        assert found == self.linked

    @invariant()
    def nobody_is_flooded(self) -> None:
        for address in {each for each, _ in self.sent}:
            recent = [at for each, at in self.sent if each == address and at > self.clock.at - WITHIN]
            assert len(recent) <= TO_ONE

    def _spoil(self, number: str) -> None:
        """Codes that went to a record before its address changed connect it no more."""
        for position, letter in enumerate(self.school.postbox.letters):
            if plain_address(letter.to) == self.addresses.get(number):
                code = self.school.postbox.code(position)
                if code not in self.used:
                    self.stale.add(code)

    def teardown(self) -> None:
        if hasattr(self, "school"):
            self.school.database.close()
            shutil.rmtree(self.folder, ignore_errors=True)


def test_a_code_links_the_record_its_letter_went_to_once_or_nothing() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Histories,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""Takes one check of the release gate away at a time, or what keeps something through a crash; the tests of whole
histories must notice each.

``python tools/break_the_gate.py`` works on copies, never on the source, and leaves with 1 when one was missed by
nobody. With words, only those whose names contain one of them are taken away.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOM = Path("skillspace/trust/consent")
TEST = "tests/unit/trust/consent/test_no_byte_leaves.py"
TEST_OF_FALLS = "tests/unit/trust/consent/test_nothing_is_lost.py"
DATABASE, WORKER, SERVICE, TASKS = "../../storage/database.py", "../../storage/tasks.py", "service.py", "tasks.py"
HELD, HOLDERS, BOOKS, DIARY = "copies/held.py", "copies/holders.py", "log/books.py", "log/diary.py"
GATE, DESK, MODEL, TOKENS, REDEMPTION = (
    "release/gate.py",
    "release/desk.py",
    "model.py",
    "release/tokens.py",
    "release/redemption.py",
)
#: A plug-in: the first history that goes wrong is enough, and looking for the smallest one takes long.
QUICKLY = """
from hypothesis import Phase, settings
settings.register_profile("quick", phases=[Phase.generate], database=None)
settings.load_profile("quick")
"""
#: A check by its name, and the places it stands in: file, what is there, what stands there without it. Where two
#: places keep the same promise, both are taken away.
CHECKS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "status": (
        (MODEL, "if self.state is GrantState.GRANTED and self.starts is not None", "if self.starts is not None"),
        (GATE, "self._held.ended_state(work, terms.intermediary, terms.grant):", "None:"),
    ),
    "expiry": (
        (MODEL, "<= at < self.until", "<= at"),
        (GATE, "<= work.now < terms.until", "<= work.now"),
    ),
    "revocation": (
        (MODEL, "self.state is GrantState.GRANTED", "self.state in (GrantState.GRANTED, GrantState.REVOKED)"),
        (GATE, "self._held.ended_state(work, terms.intermediary, terms.grant):", "None:"),
    ),
    "limit of uses": ((MODEL, "self.used >= self.max_uses", "False"),),
    "age of a token": ((TOKENS, "        check_times(claims, at=at)\n", "        pass\n"),),
    "single use of a token": (
        (DESK, "if self._consents.is_spent(work, token.id):", "if False:"),
        (DESK, "work.insert(spent,", "work.insert_new(spent,"),
        (DESK, '"expires": token.expires})', '"expires": token.expires}, on="id")'),
        (GATE, "elif self._audit.was_used(work, token):", "elif False:"),
    ),
    "hash of the grant": (
        (TOKENS, "if not hmac.compare_digest(", "if False and not hmac.compare_digest("),
        (DESK, "if token.terms.hash != digest(terms_of(grant)):", "if False:"),
    ),
    "recipient": (
        (GATE, "if token.recipient != case.recipient:", "if False:"),
        (
            GATE,
            "(found.provider, found.consumer, found.dataset) !=",
            "(found.provider, case.recipient, found.dataset) !=",
        ),
    ),
    "recipient of the token": ((GATE, "if token.recipient != case.recipient:", "if False:"),),
    "provider and dataset": (
        (GATE, "if token.provider != self._own_did or terms.dataset != case.dataset:", "if False:"),
        (DESK, "if found.provider != provider:", "if False:"),
    ),
    "membership": (
        (
            GATE,
            "        if found is None:\n            raise NotAMember",
            "        if False:\n            raise NotAMember",
        ),
        (GATE, "member.roles, offered", "frozenset(member.roles if member else ()), offered"),
    ),
    "agreement in force": ((GATE, "found is None or not found.in_force", "found is None"),),
    "contract in force": ((GATE, "if reason := self._why_no_contract(", "if reason := nothing_against("),),
    "policy": ((GATE, "        if not decision.allowed:\n", "        if False:\n"),),
    "restriction": ((GATE, "if reason := self._why_restricted(", "if reason := nothing_against("),),
    "kinds of the token": (
        (GATE, "terms.kinds & token.what &", "terms.kinds &"),
        (DESK, "if set(kinds) - token.what:", "if False:"),
    ),
    "kinds of the grant": (
        (GATE, "terms.kinds & token.what &", "token.what &"),
        (DESK, "if token.terms.hash != digest(terms_of(grant)):", "if False:"),
        (DESK, "if not kinds or set(kinds) - set(grant.kinds):", "if False:"),
    ),
    "kinds on offer": ((GATE, " & self._kinds_offered(work, case.dataset)", ""),),
    "single things of a kind": (
        (
            GATE,
            "return kind in self.kinds and (kind not in self.items or item in self.items[kind])",
            "return kind in self.kinds",
        ),
    ),
    "silence of the intermediary": (
        (REDEMPTION, "raise_unless_live(self._ask_there(token, kinds))", "self._in_vain(token, kinds)"),
        (
            REDEMPTION,
            "    def _look_here(",
            "    def _in_vain(self, token, kinds):\n        try:\n            answer = self._ask_there(token, kinds)\n"
            "        except IntermediarySilent:\n            return\n        raise_unless_live(answer)\n\n"
            "    def _look_here(",
        ),
    ),
}
#: What is done a moment later, after the commit: whoever falls in between has not done it.
LATER = (
    DATABASE,
    "            connection.commit()\n",
    "            connection.commit()\n            for late in getattr(work, 'late', ()):\n                late()\n"
    "                connection.commit()\n",
)
#: What keeps something through a crash, and what stands there in a program that loses it.
FALLS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "delivery left with the yes": (
        LATER,
        (
            SERVICE,
            'work.enqueue(DELIVER, {"grant": id}, key=f"{DELIVER}:{id}")',
            'work.late = [lambda: work.enqueue(DELIVER, {"grant": id}, key=f"{DELIVER}:{id}")]',
        ),
    ),
    "order to let go left with the end": (
        LATER,
        (
            HOLDERS,
            "    _order(work, grant, organisation, 0)\n",
            '    work.late = [*getattr(work, "late", ()), lambda: _order(work, grant, organisation, 0)]\n',
        ),
    ),
    "use counted with the release": (
        LATER,
        (
            DESK,
            "work.update(grants, grants.c.id == found.id, used=grants.c.used + 1)",
            "work.late = [lambda: work.update(grants, grants.c.id == found.id, used=grants.c.used + 1)]",
        ),
    ),
    "mark of a used token on the disk": (
        (BOOKS, "        self.notices = notices\n", "        self.notices, self.marks = notices, set()\n"),
        (BOOKS, "return work.where(spent, id=token) is not None", "return token in self.marks"),
        (
            DESK,
            'work.insert(spent, {"id": token.id, "grant": found.id, "expires": token.expires})',
            "self._consents.marks.add(token.id)",
        ),
    ),
    "receipts with the yes": (
        LATER,
        (SERVICE, "self._write_receipts(work, given)", "work.late = [lambda: self._write_receipts(work, given)]"),
    ),
    "journal with what it tells": (
        LATER,
        (
            SERVICE,
            '        self._note(work, f"grant.{what}", grant.id, frame_of(grant))',
            '        work.late = [*getattr(work, "late", ()),'
            ' lambda: self._note(work, f"grant.{what}", grant.id, frame_of(grant))]',
        ),
    ),
    "line of a use with the use": (
        LATER,
        (
            DIARY,
            'work.insert_new(uses, row, on="id")',
            'work.late = [*getattr(work, "late", ()), lambda: work.insert_new(uses, row, on="id")]',
        ),
    ),
    "delivery finished after the call": (
        (
            TASKS,
            "            token = consents.credential(work, grant.id) if grant.why_not(work.now) is None else None\n",
            "            token = consents.credential(work, grant.id) if grant.why_not(work.now) is None else None\n"
            "        with run.finishing():\n            pass\n",
        ),
    ),
    "order finished with its receipt": (
        (
            TASKS,
            '        at = iso(grant.ended) if grant.ended else ""\n',
            '        with run.finishing():\n            pass\n        at = iso(grant.ended) if grant.ended else ""\n',
        ),
    ),
    "deletion and its receipt together": (
        (
            HELD,
            "        work.delete(held, held.c.id == grant)\n",
            "        work.connection.commit()\n        work.delete(held, held.c.id == grant)\n",
        ),
    ),
    "tasks in hand taken up again": (
        (WORKER, 'work.update(tasks, tasks.c.state == "running",', 'work.update(tasks, tasks.c.state == "asleep",'),
    ),
}


def main(*words: str) -> int:
    """Break every one that is named, tell what the test said of it, and return the exit code."""
    missed = 0
    for name in CHECKS | FALLS:
        if words and not any(word in name for word in words):
            continue
        begun = time.monotonic()
        with broken(name) as source:
            is_noticed = not passes(source, TEST_OF_FALLS if name in FALLS else TEST)
        missed += not is_noticed
        sys.stdout.write(f"{name:30} {'noticed' if is_noticed else 'MISSED'} in {time.monotonic() - begun:.0f} s\n")
        sys.stdout.flush()
    return 1 if missed else 0


@contextmanager
def broken(name: str) -> Iterator[Path]:
    """Copy the source, take one check away, and give the copy's folder."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        for place, there, without in (CHECKS | FALLS)[name]:
            file = source / ROOM / place
            text = file.read_text(encoding="utf-8")
            if there not in text:
                raise SystemExit(f"“{name}” is no longer in {place}: {there}")
            file.write_text(text.replace(there, without), encoding="utf-8")
        yield source


def passes(source: Path, test: str) -> bool:
    """Run a test against a copy of the source, without the search for the smallest history."""
    (source / "quickly.py").write_text(QUICKLY, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "quickly", "-p", "no:cacheprovider", "-m", "not slow"]
    own = os.environ | {"PYTHONPATH": os.pathsep.join([str(source), str(ROOT)])}
    run = subprocess.run([*command, test], cwd=ROOT, env=own, check=False, capture_output=True, text=True)  # noqa: S603
    if run.returncode != 0 and "FAILED " not in run.stdout:
        raise SystemExit(f"The test did not run: {(run.stdout + run.stderr)[-2000:]}")
    return run.returncode == 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

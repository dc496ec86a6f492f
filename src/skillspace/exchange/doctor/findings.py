"""What an examination finds: one finding a check, as a sentence with values, and how bad it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from skillspace.kernel.errors import BadInput, Refused, SkillspaceError, Unavailable

#: So much of what a peer said is repeated.
MOST_SAID = 300


def N_(message: str) -> str:  # noqa: N802  gettext's own name for this mark
    """Mark a sentence for the catalogues of the portal and leave it as it is."""
    return message


class Level(StrEnum):
    """How a check came out, the best first; what could not be checked says nothing."""

    OK = "ok"
    SKIP = "skip"
    WARN = "warn"
    FAIL = "fail"


#: Every check in its order: what it is called, and the fault that its failure amounts to.
CHECKS: Mapping[str, tuple[str, type[SkillspaceError]]] = {
    "name": (N_("Name"), Unavailable),
    "connection": (N_("Connection"), Unavailable),
    "certificate": (N_("Certificate"), Unavailable),
    "clock": (N_("Clocks"), BadInput),
    "document": (N_("DID document"), BadInput),
    "keys": (N_("Keys"), BadInput),
    "services": (N_("Services"), BadInput),
    "versions": (N_("Versions of the protocol"), BadInput),
    "catalog": (N_("Our token"), Refused),
    "way-back": (N_("The way back"), Unavailable),
    "credentials": (N_("Their credentials"), Refused),
}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding: `found` and `mend` are sentences whose `%(name)s` stand for `values`; `mend` is empty when all is
    well."""

    check: str
    level: Level
    found: str
    mend: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What was found, in English."""
        return self.found % self.values

    @property
    def advice(self) -> str:
        """What to do, in English."""
        return self.mend % self.values

    def as_json(self) -> dict[str, Any]:
        """The finding as plain JSON values."""
        return {
            "check": self.check,
            "level": self.level.value,
            "found": self.found,
            "mend": self.mend,
            "values": dict(self.values),
        }


def finding_of(written: Mapping[str, Any]) -> Finding:
    """Read what `as_json` wrote."""
    return Finding(**{**written, "level": Level(written["level"])})


def worst(findings: Iterable[Finding]) -> Level:
    """Return how bad it is as a whole."""
    order = list(Level)
    return max((one.level for one in findings), key=order.index, default=Level.OK)


def exit_code(findings: Iterable[Finding]) -> int:
    """Return the exit code of the first check that failed, 0 when none did."""
    failed = next((one for one in findings if one.level is Level.FAIL), None)
    return CHECKS[failed.check][1].exit_code if failed else 0


def said(text: object) -> str:
    """Return what came from outside as one short line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(text)).split())[:MOST_SAID]

"""Left operands: what each one asks of the facts, how its values are written, and which operators it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from skillspace.trust.policy import terms
from skillspace.trust.policy.facts import Facts
from skillspace.trust.policy.vocabulary import Scheme, scheme

#: A moment, a length of time, a number, or words; None when it is not known.
Known = datetime | timedelta | Decimal | frozenset[str] | None


class Kind(StrEnum):
    """What sort of value an operand has."""

    MOMENT = "moment"
    SPAN = "span"
    NUMBER = "number"
    WORDS = "words"


ORDERED = frozenset({"eq", "neq", "lt", "lteq", "gt", "gteq"})
ON_WORDS = frozenset({"eq", "neq", "isAnyOf", "isNoneOf", "isAllOf", "isA", "isPartOf", "hasPart"})


@dataclass(frozen=True, kw_only=True, eq=False)
class Operand:
    """One left operand (ODRL 2.2 vocabulary §4.4, or ours).

    `is_whole` says that every value found must fit: a use in two countries is no use in one of them; for the others
    one is enough: a member with two roles has each. `idioms` reads an operator as ODRL's notes do: “timeInterval eq
    P7D” means at least seven days. `least` is the smallest value there is, `most` the largest; `is_counted` knows
    whole numbers only; the words of a scheme that `is_ranked` are compared by their rank.
    """

    name: str
    kind: Kind
    found: Callable[[Facts], Known]
    scheme: Scheme = field(default_factory=lambda: scheme("free"))
    is_whole: bool = False
    is_counted: bool = False
    has_unit: bool = False
    is_ranked: bool = False
    least: timedelta | Decimal | None = None
    most: Decimal | None = None
    idioms: Mapping[str, str] = field(default_factory=dict)

    @property
    def operators(self) -> frozenset[str]:
        """The operators that mean something for this operand."""
        return ON_WORDS if self.kind is Kind.WORDS else ORDERED


def operand(name: str) -> Operand | None:
    """Return an operand by its term; an absolute IRI of nobody we know stands for an attribute of the recipient."""
    found = TABLE.get(terms.own(name))
    if found is None and ":" in name and not name.startswith((terms.ODRL, "odrl:", terms.OPERAND)):
        return Operand(name=name, kind=Kind.WORDS, found=lambda facts: facts.attributes.get(name))
    return found


def _since(start: datetime | None, at: datetime) -> timedelta | None:
    """The time that passed; a start ahead of the clock is no fact to build on."""
    return at - start if start is not None and start <= at else None


def _interval(facts: Facts) -> timedelta | None:
    return timedelta.max if facts.uses == 0 else _since(facts.last_use, facts.at)


def _count(facts: Facts) -> Decimal | None:
    return Decimal(facts.uses + 1) if facts.uses is not None and facts.uses >= 0 else None


def _paid_uses(facts: Facts) -> Decimal | None:
    return Decimal(facts.paid_uses) if facts.paid_uses is not None and facts.paid_uses >= 0 else None


def _rank(facts: Facts) -> Decimal | None:
    order = scheme("levels").order
    level = scheme("levels").word(facts.level or "")
    return Decimal(order.index(level)) if level in order else None


def _one(value: str | None) -> frozenset[str] | None:
    return None if value is None else frozenset({value})


def _consent(facts: Facts) -> frozenset[str] | None:
    return None if facts.consent is None else frozenset({"given" if facts.consent else "not-given"})


def _words(name: str, found: Callable[[Facts], Known], scheme_name: str = "free", *, is_whole: bool = False) -> Operand:
    return Operand(name=name, kind=Kind.WORDS, found=found, scheme=scheme(scheme_name), is_whole=is_whole)


_NO_TIME = timedelta()
TABLE: Mapping[str, Operand] = {
    one.name: one
    for one in (
        Operand(name="dateTime", kind=Kind.MOMENT, found=lambda facts: facts.at),
        Operand(
            name="elapsedTime",
            kind=Kind.SPAN,
            found=lambda facts: _since(facts.agreed, facts.at),
            least=_NO_TIME,
            idioms={"eq": "lteq"},
        ),
        Operand(
            name="delayPeriod",
            kind=Kind.SPAN,
            found=lambda facts: _since(facts.agreed, facts.at),
            least=_NO_TIME,
            idioms={"eq": "gteq"},
        ),
        Operand(name="timeInterval", kind=Kind.SPAN, found=_interval, least=_NO_TIME, idioms={"eq": "gteq"}),
        Operand(name="count", kind=Kind.NUMBER, found=_count, least=Decimal(1), is_counted=True),
        Operand(name="payAmount", kind=Kind.NUMBER, found=lambda _: None, least=Decimal(0), has_unit=True),
        Operand(name="paidUntil", kind=Kind.MOMENT, found=lambda facts: facts.paid_until),
        Operand(name="paidUses", kind=Kind.NUMBER, found=_paid_uses, least=Decimal(0), is_counted=True),
        _words("purpose", lambda facts: _one(facts.purpose), "purposes", is_whole=True),
        _words("recipient", lambda facts: _one(facts.recipient), is_whole=True),
        _words("spatial", lambda facts: facts.places, "places", is_whole=True),
        _words("event", lambda facts: facts.events, "events"),
        _words("language", lambda facts: facts.languages, "languages"),
        _words("industry", lambda facts: facts.sectors, "sectors"),
        _words("fileFormat", lambda facts: facts.formats, "formats", is_whole=True),
        _words("deliveryChannel", lambda facts: facts.channels, "channels", is_whole=True),
        _words("systemDevice", lambda facts: facts.devices, is_whole=True),
        _words("recipientRole", lambda facts: facts.roles, "roles"),
        _words("membership", lambda facts: facts.memberships),
        _words("commitment", lambda facts: facts.commitments, "commitments"),
        _words("dataKind", lambda facts: facts.kinds, "kinds", is_whole=True),
        _words("consent", _consent, "consents", is_whole=True),
        Operand(
            name="validationLevel",
            kind=Kind.NUMBER,
            found=_rank,
            scheme=scheme("levels"),
            is_counted=True,
            is_ranked=True,
            least=Decimal(0),
            most=Decimal(len(scheme("levels").order) - 1),
        ),
    )
}

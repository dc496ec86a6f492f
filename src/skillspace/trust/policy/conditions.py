"""Reading conditions: constraints and refinements, atomic and logical (ODRL 2.2 §2.5), each understood or named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from skillspace.trust.policy import terms
from skillspace.trust.policy.model import Condition, Group, Limit, Unread, Value
from skillspace.trust.policy.operands import Kind, Operand, operand
from skillspace.trust.policy.reasons import Reason, named
from skillspace.trust.policy.vocabulary import scheme

LOGICAL = frozenset({"and", "andSequence", "or", "xone"})
_MEMBERS = frozenset({"@id", "@type", "uid", "leftOperand", "operator", "rightOperand", "dataType", "unit"})
#: Operators that compare with one value; the others take several.
_SINGLE = frozenset({"eq", "neq"})
MOST_NESTED = 12


def read_conditions(written: Sequence[tuple[str, object]], *, depth: int = 1) -> tuple[Condition, ...]:
    """Read conditions, each given with where it lies (RFC 6901)."""
    return tuple(_condition(one, pointer, depth) for pointer, one in written)


def _condition(written: object, pointer: str, depth: int) -> Condition:
    if not terms.is_object(written):
        return _unread(pointer, "unread.object", kind="constraint")
    if depth > MOST_NESTED:
        return _unread(pointer, "unread.deep", kind="constraint")
    if not LOGICAL.isdisjoint(written):
        return _group(written, pointer, depth)
    if strange := written.keys() - _MEMBERS:
        return _unread(pointer, "unread.member", kind="constraint", name=named(min(map(str, strange))))
    return _limit(written, pointer)


def _group(written: Mapping[str, object], pointer: str, depth: int) -> Condition:
    members = {str(member) for member in written if member not in ("@id", "@type", "uid")}
    word = min(members & LOGICAL)
    if members != {word}:
        return _unread(pointer, "unread.member", kind="constraint", name=named(min(members - {word})))
    inner, at = written[word], f"{pointer}/{word}"
    holder = (inner, "@list", at) if terms.is_object(inner) and set(inner) == {"@list"} else (written, word, pointer)
    parts = terms.each(*holder)
    if not parts:
        return _unread(pointer, "unread.empty", name=word)
    return Group(pointer=pointer, word=word, parts=read_conditions(parts, depth=depth + 1))


def _limit(written: Mapping[str, object], pointer: str) -> Condition:
    left, operator = _term(written.get("leftOperand")), terms.own(_term(written.get("operator")))
    found = operand(left)
    if found is None:
        return _unread(pointer, "unread.operand", name=named(terms.own(left)))
    if operator not in found.operators:
        return _unread(pointer, "unread.operator", name=named(operator), operand=found.name)
    unit = _unit(written, found)
    if unit is None:
        return _unread(pointer, "unread.unit", name=found.name)
    values = _values(written.get("rightOperand"), found, operator)
    if values is None:
        return _unread(pointer, "unread.value", name=named(found.name))
    operator = found.idioms.get(operator, operator)
    read, shown = values
    return Limit(pointer=pointer, operand=found, operator=operator, values=read, written=shown, unit=unit)


def _values(right: object, found: Operand, operator: str) -> tuple[tuple[Value, ...], tuple[str, ...]] | None:
    """The values of a right operand as they are meant and as they are shown; None when one cannot be read."""
    if found.kind is not Kind.MOMENT and isinstance(right, int | float) and not isinstance(right, bool):
        right = str(right)
    texts = terms.texts(right)
    if texts is None or (len(texts) > 1 and (found.kind is not Kind.WORDS or operator in _SINGLE)):
        return None
    if found.kind is Kind.WORDS:
        words = tuple(found.scheme.word(text) for text in texts)
        return words, words
    value = _value(texts[0], found)
    return None if value is None else ((value,), texts)


def _value(text: str, found: Operand) -> Value | None:
    if found.is_ranked:
        level = found.scheme.word(text)
        return Decimal(found.scheme.order.index(level)) if level in found.scheme.order else None
    if found.kind is Kind.MOMENT:
        return terms.POLICY_USAGE if terms.own(text) == terms.POLICY_USAGE else terms.moment(text)
    return terms.duration(text) if found.kind is Kind.SPAN else terms.number(text)


def _unit(written: Mapping[str, object], found: Operand) -> str | None:
    """The unit of an amount; None where one is missing, or stands where there is none."""
    unit = terms.texts(written["unit"]) if "unit" in written else ()
    if unit is None or len(unit) != int(found.has_unit):
        return None
    return scheme("currencies").word(unit[0]) if unit else ""


def _term(value: object) -> str:
    if terms.is_object(value) and set(value) == {"@id"}:
        value = value["@id"]
    return value if isinstance(value, str) else ""


def _unread(pointer: str, message: str, **params: str) -> Unread:
    return Unread(pointer=pointer, reason=Reason(message=message, params=params))

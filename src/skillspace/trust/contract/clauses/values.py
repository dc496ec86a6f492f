"""Values of clauses: read strictly, written into rules as ODRL spells them, and told as people write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from skillspace.kernel.clock import iso
from skillspace.trust.contract.clauses import words
from skillspace.trust.contract.clauses.errors import BadClauseValue
from skillspace.trust.membership.model import ROLES
from skillspace.trust.policy.vocabulary import scheme

_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,4})?")
_DAY = re.compile(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_PARTY = re.compile(r"did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,250}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.-]{1,250}(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]{0,250})?")
_FOREIGN = re.compile(r"[a-z][a-z0-9+.-]{0,30}:[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,300}")
#: Territories that are groups of countries and have no law of their own.
_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"})


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One value a clause needs. `kind` says how it is read; `default` is None where a value must be given.

    `least` and `most` bound a whole number or an amount; for texts and lists `most` is the greatest length. `unit` is
    what a whole number counts, `scheme` the vocabulary of words, `options` the choices by language.
    """

    name: str
    kind: str
    default: Any = None
    unit: str = ""
    least: Any = None
    most: Any = None
    scheme: str = ""
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def read(self, value: object, clause: str) -> Any:
        """Return the value as it is kept (plain JSON); raise BadClauseValue naming the parameter."""
        try:
            return _READ[self.kind](self, value)
        except ValueError as fault:
            raise BadClauseValue(f"“{clause}” needs another value for “{self.name}”: {fault}.") from None

    def told(self, value: Any, language: str) -> str:
        """Return the value as a person reads it."""
        tell = _TOLD.get(self.kind)
        return tell(self, value, language) if tell is not None else str(value)

    def written(self, value: Any) -> str | list[str]:
        """Return the value as a rule holds it."""
        if self.kind == "words":
            return [scheme(self.scheme).iri(word) for word in value]
        if self.kind == "date":
            return iso(datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC))
        return list(value) if isinstance(value, list) else str(value)


def read_values(parameters: Mapping[str, Parameter], given: object, clause: str) -> dict[str, Any]:
    """Return every parameter's value, defaults filled in; raise BadClauseValue naming the parameter at fault."""
    if not isinstance(given, Mapping):
        raise BadClauseValue(f"The values of “{clause}” are a JSON object of names and values.")
    if strange := sorted(str(name)[:60] for name in given if name not in parameters):
        there = ", ".join(parameters) or "none"
        raise BadClauseValue(f"“{clause}” has no parameter “{strange[0]}”; there are: {there}.")
    found = {}
    for name, parameter in parameters.items():
        value = given.get(name, parameter.default)
        if value is None:
            raise BadClauseValue(f"“{clause}” needs a value for “{name}”.")
        found[name] = parameter.read(value, clause)
    return found


def _text_in(value: object, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{what} is wanted")
    return value


def _whole(parameter: Parameter, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not parameter.least <= value <= parameter.most:
        raise ValueError(f"a whole number from {parameter.least} to {parameter.most} is wanted")
    return value


def _amount(parameter: Parameter, value: object) -> str:
    text = _text_in(value, _AMOUNT, "an amount as text, such as “9.50”,")
    if not Decimal(parameter.least) <= Decimal(text) <= Decimal(parameter.most):
        raise ValueError(f"an amount from {parameter.least} to {parameter.most} is wanted")
    return text


def _day(_: Parameter, value: object) -> str:
    text = _text_in(value, _DAY, "a day such as 2027-06-30")
    date.fromisoformat(text)
    return text


def _choice(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str) or value not in parameter.options:
        raise ValueError(f"one of {', '.join(parameter.options)} is wanted")
    return value


def _country(_: Parameter, value: object) -> str:
    territories = words.locale("en").territories
    if not isinstance(value, str) or len(value) != 2 or value in _NO_COUNTRY or value not in territories:
        raise ValueError("a country such as SE (ISO 3166-1 alpha-2) is wanted")
    return value


def _text(parameter: Parameter, value: object) -> str:
    if not isinstance(value, str) or value != value.strip() or not 0 < len(value) <= parameter.most:
        raise ValueError(f"a text of one to {parameter.most} characters is wanted")
    if any(letter in "{}" or unicodedata.category(letter)[0] == "C" for letter in value):
        raise ValueError("a line without braces and control characters is wanted")
    if any(unicodedata.category(letter) in ("Zl", "Zp") for letter in value):
        raise ValueError("a single line is wanted")
    return value


def _address(_: Parameter, value: object) -> str:
    text = _text_in(value, _ADDRESS, "an address such as https://jobs.example/")
    if urlsplit(text).port == 0 or ".." in text:
        raise ValueError("an address such as https://jobs.example/ is wanted")
    return text


def _several(parameter: Parameter, value: object) -> list[object]:
    if not isinstance(value, list) or not 0 < len(value) <= parameter.most:
        raise ValueError(f"a list of one to {parameter.most} values is wanted")
    return value


def _parties(parameter: Parameter, value: object) -> list[str]:
    found = [_text_in(one, _PARTY, "the DID of each organisation") for one in _several(parameter, value)]
    return _once(found)


def _words(parameter: Parameter, value: object) -> list[str]:
    found = []
    for one in _several(parameter, value):
        vocabulary = scheme(parameter.scheme)
        word = vocabulary.word(one) if isinstance(one, str) else ""
        is_foreign = ":" in word and not vocabulary.is_closed and _FOREIGN.fullmatch(word)
        is_known = vocabulary.knows(word) or (parameter.scheme == "roles" and word in ROLES)
        if not is_known and not is_foreign:
            raise ValueError(f"{str(one)[:60]!r} is none of the {parameter.scheme} known here")
        found.append(word)
    return _once(found)


def _once(found: list[str]) -> list[str]:
    if len(set(found)) != len(found):
        raise ValueError("each value is wanted once")
    return found


_READ: Mapping[str, Callable[[Parameter, object], Any]] = {
    "whole": _whole,
    "amount": _amount,
    "currency": lambda _, value: _text_in(value, _CURRENCY, "a currency such as EUR (ISO 4217)"),
    "date": _day,
    "time": lambda _, value: _text_in(value, _TIME, "a time such as 08:00"),
    "choice": _choice,
    "country": _country,
    "text": _text,
    "address": _address,
    "party": lambda _, value: _text_in(value, _PARTY, "the DID of an organisation"),
    "parties": _parties,
    "words": _words,
}


def _told_whole(parameter: Parameter, value: int, language: str) -> str:
    if parameter.unit == "basis-point":
        return str(format_percent(Decimal(value) / 10000, format="#,##0.##%", locale=words.locale(language)))
    return words.counted(value, parameter.unit, language)


def _told_amount(_: Parameter, value: str, language: str) -> str:
    amount = Decimal(value)
    pattern = "#,##0" if amount == amount.to_integral_value() else "#,##0.00##"
    return str(format_decimal(amount, format=pattern, locale=words.locale(language)))


def _told_words(parameter: Parameter, value: list[str], language: str) -> str:
    say = words.place if parameter.scheme == "places" else words.name
    return words.listed((say(word, language) for word in value), language)


_TOLD: Mapping[str, Callable[[Parameter, Any, str], str]] = {
    "whole": _told_whole,
    "amount": _told_amount,
    "date": lambda _, value, language: str(
        format_date(date.fromisoformat(value), "d MMMM y", locale=words.locale(language))
    ),
    "choice": lambda parameter, value, language: parameter.options[value][language],
    "country": lambda _, value, language: words.place(value, language),
    "parties": lambda _, value, language: words.listed(value, language),
    "words": _told_words,
}

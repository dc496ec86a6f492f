"""Values for clauses: one example of each kind, and strategies for all of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from skillspace.trust.contract.clauses import Clause, Parameter
from skillspace.trust.policy.vocabulary import scheme

#: Words to try of schemes whose words are codes.
CODES = {"places": ["SE", "FR1", "NO"]}
EXAMPLES: dict[str, Any] = {
    "date": "2027-01-01", "time": "08:00", "country": "SE", "text": "Somewhere", "amount": "9.50",
    "address": "https://jobs.example/", "party": "did:web:uni.example", "parties": ["did:web:uni.example"],
    "currency": "EUR",
}  # fmt: skip
days = st.dates(date(2025, 1, 1), date(2090, 1, 1))


def words_of(parameter: Parameter) -> list[str]:
    return CODES.get(parameter.scheme) or sorted(scheme(parameter.scheme).above)


def example(one: Clause) -> dict[str, Any]:
    """Values a clause can take, as plain as possible."""
    found = {}
    for name, parameter in one.parameters.items():
        if parameter.default is not None:
            continue
        choices = {"whole": parameter.least, "choice": next(iter(parameter.options), "")}
        words = words_of(parameter)[:1] if parameter.scheme else []
        found[name] = words or choices.get(parameter.kind) or EXAMPLES[parameter.kind]
    return found | ({"until": "2028-01-01"} if one.id == "period" else {})


def of(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Every value a parameter can take, more or less."""
    plain = st.characters(codec="utf-8", exclude_characters="{}", exclude_categories=("C", "Z"))
    kinds: dict[str, Any] = {
        "amount": lambda: st.decimals(parameter.least, parameter.most, places=2).map(lambda amount: f"{amount:f}"),
        "date": lambda: days.map(lambda day: day.isoformat()),
        "time": lambda: st.times().map(lambda time: f"{time:%H:%M}"),
        "choice": lambda: st.sampled_from(sorted(parameter.options)),
        "country": lambda: st.sampled_from(["SE", "FR", "FI", "DE"]),
        "text": lambda: st.text(plain, min_size=1, max_size=parameter.most),
        "address": lambda: st.sampled_from(["https://jobs.example/", "https://jobs.example:8443/a/b"]),
        "currency": lambda: st.sampled_from(["EUR", "SEK"]),
        "party": lambda: st.sampled_from(["did:web:uni.example", "did:web:uni.example%3A8443:a"]),
        "parties": lambda: st.lists(st.sampled_from(["did:web:a.example", "did:key:z6Mk"]), min_size=1, unique=True),
        "words": lambda: st.lists(st.sampled_from(words_of(parameter)), min_size=1, max_size=4, unique=True),
        "whole": lambda: st.integers(parameter.least, parameter.most),
    }
    found: st.SearchStrategy[Any] = kinds[parameter.kind]()
    return found


def values_of(one: Clause) -> st.SearchStrategy[dict[str, Any]]:
    """Values a clause can take, with its own relations kept."""

    def related(values: dict[str, Any]) -> dict[str, Any]:
        for first, second in one.ordered:
            low, high = sorted((values[first], values[second]))
            later = "23:59" if ":" in high else (date.fromisoformat(high) + timedelta(days=1)).isoformat()
            values |= {first: low if low < later else "00:00", second: high if low < high else later}
        for parts, total in one.totals:
            values |= {parts[-1]: total - sum(values[part] for part in parts[:-1])}
        return values

    return st.fixed_dictionaries({name: of(parameter) for name, parameter in one.parameters.items()}).map(related)

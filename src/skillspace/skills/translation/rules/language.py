"""The rule language: one rule says which value of a provider's record becomes which property of which thing.

A rule file is a JSON object with ``graph``, a list of rules. ``sourcePath`` leads to a value through objects and lists,
its names separated by dots (``.`` alone is the whole record). ``targetClass`` and ``targetProperty`` say what it
becomes, ``targetFunction`` how, ``targetValue`` a fixed value instead. ``generateId``, or the function
``fno:generateId``, makes a new thing for every value at the path. ``relationTo`` with ``relationName`` and
``relationNameInverse`` tie it to things of another class in the same record.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from skillspace.kernel.errors import BadInput

WORDS = {
    "id": "id",
    "sourcePath": "path",
    "targetClass": "becomes",
    "targetProperty": "into",
    "targetFunction": "function",
    "targetFunctionParam": "param",
    "targetLang": "language",
    "targetValue": "value",
    "generateId": "makes_one",
    "relationTo": "related_to",
    "relationName": "relation",
    "relationNameInverse": "inverse",
}
#: Spellings of functions which their authors mean to bring together (their notes say so).
SPELLINGS = {"fno:asIs": "fno:as-is", "fno:asIs_WithLang": "fno:as-is-with-lang"}
FUNCTIONS = frozenset(
    {
        "",
        "fno:as-is",
        "fno:as-is-with-lang",
        "fno:generateId",
        "fno:date-to-xsd",
        "fno:keep-source-data",
        "fno:search-for-mapping-with-source",
        "fno:get-polarity-value",
        "fno:get-family-value",
        "fno:skill-value-to-scale",
    }
)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule, its words as in WORDS; empty where the file says nothing."""

    id: str
    path: str
    becomes: str
    into: str = ""
    function: str = ""
    param: str = ""
    language: str = ""
    value: str = ""
    makes_one: bool = False
    related_to: str = ""
    relation: str = ""
    inverse: str = ""

    @property
    def steps(self) -> tuple[str, ...]:
        """The names that lead to the value; none for the whole record."""
        return () if self.path == "." else tuple(self.path.split("."))

    @property
    def scope(self) -> tuple[str, ...]:
        """Where the thing is that the rule speaks of: the object which holds the value."""
        return self.steps[:-1]


def read_rules(document: Any) -> tuple[Rule, ...]:
    """Return the rules of a file. Raises BadInput, naming the rule, for words or functions this language has not."""
    graph = document.get("graph") if isinstance(document, dict) else None
    if not isinstance(graph, list) or not graph:
        raise BadInput("A rule file is a JSON object with a list of rules in “graph”; this is not one.")
    return tuple(_rule(written, number) for number, written in enumerate(graph))


def _rule(written: Any, number: int) -> Rule:
    if not isinstance(written, dict) or not all(isinstance(value, str) for value in written.values()):
        raise BadInput(f"Rule {number} is not an object of texts.")
    name = written.get("id", f"number {number}")
    strange = sorted(set(written) - set(WORDS))
    if strange:
        raise BadInput(f"The rule {name} has {strange[0]!r}, which this language does not know.")
    read = {WORDS[word]: value.strip() for word, value in written.items()}
    read.setdefault("id", name)
    for needed in ("path", "becomes"):
        if not read.get(needed):
            raise BadInput(f"The rule {name} lacks its {'sourcePath' if needed == 'path' else 'targetClass'}.")
    read["function"] = SPELLINGS.get(read.get("function", ""), read.get("function", ""))
    if read["function"] not in FUNCTIONS:
        raise BadInput(f"The rule {name} uses {read['function']!r}, which is no function of this language.")
    made = read.pop("makes_one", "") == "true" or read["function"] == "fno:generateId"
    return Rule(**{field.name: read[field.name] for field in fields(Rule) if field.name in read}, makes_one=made)

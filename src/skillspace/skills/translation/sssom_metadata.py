"""The metadata block of SSSOM/TSV: the small part of YAML 1.2 that the format uses, and nothing else of YAML.

Read are ``key: value``, lists of values, and one map, ``curie_map``; values are plain, double- or single-quoted. Tags,
anchors, aliases and directives, which the format forbids, and nested structures, which no slot read here has, are
refused with their line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from skillspace.kernel.errors import UnreadableFile

Metadata = Mapping[str, str | tuple[str, ...]]
KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*))?")
PLAIN = re.compile(r"[A-Za-z0-9/_(][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]*")
WORDS_OF_YAML = {"true", "false", "null", "yes", "no", "on", "off", "~"}


def read_metadata(lines: list[str], name: str) -> tuple[dict[str, str], Metadata]:
    """Return the CURIE map and the other slots of a block. Raises UnreadableFile, naming the line."""
    reader = _Block(name)
    for number, line in enumerate(lines, 1):
        reader.take(line[1:].rstrip("\r\n"), number)
    return reader.prefixes, {
        key: value if isinstance(value, str) else tuple(value) for key, value in reader.slots.items()
    }


class _Block:
    def __init__(self, name: str) -> None:
        self._name = name
        self.prefixes: dict[str, str] = {}
        self.slots: dict[str, str | list[str]] = {}
        self._margin: int | None = None
        self._key = ""  # the slot that the indented lines below it belong to

    def take(self, line: str, number: int) -> None:
        """Take the next line, without its ``#``."""
        text = line.strip(" \t")
        if not text or text.startswith("#"):
            return
        indent = len(line) - len(line.lstrip(" "))
        self._margin = indent if self._margin is None else self._margin
        if text == "-" or text.startswith("- "):
            self._item(text[1:].strip(), number)
            return
        found = KEY.fullmatch(text)
        if found is None or indent < self._margin:
            raise self._fault(number, f"{text[:60]!r} is not of the form “key: value”")
        key, value = found[1], (found[2] or "").strip()
        if indent > self._margin:
            self._prefix(key, value, number)
        else:
            self._slot(key, value, number)

    def _slot(self, key: str, value: str, number: int) -> None:
        if key in self.slots or (key == "curie_map" and self.prefixes):
            raise self._fault(number, f"{key!r} is there twice")
        self._key = "" if value else key
        if key != "curie_map":
            self.slots[key] = self._value(value, number) if value else []
        elif value:
            raise self._fault(number, "the curie_map must be a map, one prefix a line below it")

    def _prefix(self, key: str, value: str, number: int) -> None:
        if self._key != "curie_map":
            raise self._fault(number, "nested values are read in the curie_map only")
        iri = self._value(value, number)
        if not isinstance(iri, str) or not iri or key in self.prefixes:
            raise self._fault(number, f"the prefix {key!r} must stand once, with an IRI")
        self.prefixes[key] = iri

    def _item(self, value: str, number: int) -> None:
        items = self.slots.get(self._key)
        read = self._value(value, number)
        if not isinstance(items, list) or not isinstance(read, str):
            raise self._fault(number, "an item of no list")
        items.append(read)

    def _value(self, text: str, number: int) -> str | list[str]:
        try:
            if text.startswith(('"', "[")):
                value = json.loads(text)
                if isinstance(value, str) or (isinstance(value, list) and all(isinstance(item, str) for item in value)):
                    return value
                raise ValueError
            if text.startswith("'"):
                if not re.fullmatch(r"'(?:[^']|'')*'", text):
                    raise ValueError
                return text[1:-1].replace("''", "'")
        except (ValueError, RecursionError) as fault:
            raise self._fault(number, f"{text[:60]!r} is no quoted text and no list of texts") from fault
        if text.startswith(("!", "&", "*", "%", "{", "|", ">", "@", "`")):
            raise self._fault(number, f"{text[:60]!r} uses YAML that SSSOM/TSV forbids or this reader does not read")
        return re.split(r"[ \t]#", text, maxsplit=1)[0].rstrip()

    def _fault(self, line: int, what: str) -> UnreadableFile:
        return UnreadableFile(f"{self._name}, line {line}: {what}.")


def write_metadata(prefixes: Mapping[str, str], metadata: Metadata) -> str:
    """Return the block: the CURIE map first, sorted, then the slots in their order; plain where YAML allows."""
    lines = ["curie_map:", *(f"  {prefix}: {_scalar(iri)}" for prefix, iri in sorted(prefixes.items()))]
    for key, value in metadata.items():
        if isinstance(value, str):
            lines.append(f"{key}: {_scalar(value)}")
        else:
            lines += [f"{key}:", *(f"  - {_scalar(item)}" for item in value)]
    return "".join(f"#{line}\n" for line in lines if prefixes or line != "curie_map:")


def _scalar(text: str) -> str:
    plain = (
        PLAIN.fullmatch(text) is not None
        and ": " not in text
        and " #" not in text
        and text.strip() == text
        and not text.endswith(":")
        and text.casefold() not in WORDS_OF_YAML
        and not re.fullmatch(r"[\d.eE+_-]+", text)
    )
    return text if plain else json.dumps(text, ensure_ascii=False)

"""Expanding JSON-LD by the library, in the one place that knows how: with contexts given, and one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from pyld import jsonld

Load = Callable[..., dict[str, Any]]
"""Return a context's document by its address as the library wants it, or raise its JsonLdError."""

#: What the library keeps of contexts is not made for threads: without this a good document now and then seems broken.
#: It is all computation of one interpreter, so nothing is lost by waiting.
ONE_AT_A_TIME = threading.Lock()


def expand(document: Mapping[str, Any], load: Load, *, base: str) -> list[Any]:
    """Return a document in expanded form, its relative IRIs resolved against `base`.

    Raises what the library does: JsonLdError, and whatever a document of an unexpected shape makes it stumble over.
    """
    with ONE_AT_A_TIME:
        expanded: list[Any] = jsonld.expand(dict(document), {"documentLoader": load, "base": base})
    return expanded

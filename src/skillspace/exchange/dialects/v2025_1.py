"""DSP 2025-1: the canonical form itself. JSON-LD is worked through only where a message brings contexts of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.dialects.jsonld import canonical, context_of, contexts_in
from skillspace.exchange.dialects.terms import DSPACE
from skillspace.kernel.errors import BadInput

CONTEXT = "https://w3id.org/dspace/2025/1/context.jsonld"
#: Contexts that leave the protocol's terms as they are; a message with these alone means what its plain JSON says.
HARMLESS = frozenset(
    {
        CONTEXT,
        "https://w3id.org/dspace/2025/1/odrl-profile.jsonld",
        "https://w3id.org/edc/dspace/v0.0.1",
        "https://w3id.org/edc/connector/management/v0.0.1",
    }
)
_DOCUMENTS = {CONTEXT: context_of(DSPACE)} | {name: {"@context": {}} for name in HARMLESS - {CONTEXT}}


class V20251:
    """Dataspace Protocol 2025-1 (Eclipse Dataspace Working Group, 2025-08-29)."""

    version = "2025-1"
    names_callback = frozenset[str]()

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return the canonical form; raise BadInput unless @context is a list that names the protocol's."""
        contexts = content.get("@context")
        if not isinstance(contexts, list) or CONTEXT not in contexts:
            raise BadInput(f"This is not a DSP 2025-1 message: its @context must be a list with {CONTEXT}.")
        is_plain = all(isinstance(name, str) and name in HARMLESS for name in contexts)
        # A context further inside would change what stands there for everyone who reads JSON-LD.
        if is_plain and contexts_in(content) == len(contexts):
            return dict(content)
        return {"@context": [CONTEXT], **canonical(content, _DOCUMENTS, DSPACE)}

    def write(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the message as it is."""
        return dict(message)

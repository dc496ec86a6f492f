"""The names people use for concepts: a taxonomy's own code or URI, in and out."""

from __future__ import annotations

from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.taxonomies import scheme_of


def resolve(taxonomies: Taxonomies, name: str, scheme: str | None) -> str:
    """Return the URI of a concept given as a URI, as ``scheme:code``, or as a bare code of ``scheme``.

    A ROME code is a métier, a competence or a savoir, else the OGR number of an appellation. A code of a scheme that
    has tables and no pack becomes the URN its tables use; whether they know it is for the caller to find out.
    """
    name = name.strip()
    if name.startswith(("http://", "https://", "urn:")):
        return name
    tried = [name] if ":" in name else []
    if scheme is not None:
        tried += [f"{scheme}:{name}"]
    for one in tried:
        if taxonomies.has(one):
            return taxonomies.concept(one).uri
    chosen, _, code = name.partition(":") if ":" in name else (scheme or "", "", name)
    if chosen == "rome" and taxonomies.has(f"urn:rome:appellation:{code}"):
        return f"urn:rome:appellation:{code}"
    return f"urn:{chosen}:{code.replace(' ', '_')}"


def own_name(taxonomies: Taxonomies, uri: str) -> str:
    """Return what the scheme itself calls a concept: its URI where it has URIs, else its code.

    Schemes without URIs of their own have URNs here (``urn:rome:metier:K1706``), which nobody outside knows.
    """
    if not uri.startswith("urn:"):
        return uri
    if taxonomies.has(uri) and (code := (known := taxonomies.concept(uri)).code) and known.uri == uri:
        return code
    scheme = scheme_of(uri)
    tail = uri.rsplit(":", 1)[1] if scheme == "rome" else uri.split(":", 2)[-1]
    return tail.replace("_", " ") if scheme in {"ba-beruf", "ba-kompetenz"} else tail

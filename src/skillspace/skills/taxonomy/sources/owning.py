"""What an organisation says of its own taxonomy when it brings one, and which concepts are not its to bring."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.skills.taxonomy.model import ConceptKind

PUBLISHED = (
    "http://data.europa.eu/esco/",
    "http://data.jobtechdev.se/taxonomy/concept/",
    "http://w3id.org/openeduhub/vocabs/kldb/",
    "urn:rome:",
    "urn:onet:",
    "urn:digcomp:",
    "urn:rncp:",
    "urn:uk-ncs:",
)


@dataclass(frozen=True, kw_only=True)
class Own:
    """How a taxonomy is called and read.

    ``languages`` are those to read (empty: all); the first of them is that of texts which name none. ``kind`` is what
    its concepts are where the file does not say.
    """

    name: str | None = None
    version: str = "1"
    languages: tuple[str, ...] = ()
    kind: ConceptKind = ConceptKind.SKILL
    licence: str = ""
    statement: str = ""

    @property
    def language(self) -> str:
        """The language of texts that name none."""
        return self.languages[0] if self.languages else "en"


def is_published(uri: str) -> bool:
    """Tell whether a URI belongs to a published taxonomy: a pack may point at it, and cannot bring it."""
    return uri.startswith(PUBLISHED)

"""Three invented schemes that correspond, small enough to check by hand."""

from __future__ import annotations

from skillspace.skills.taxonomy import ConceptKind, Correspondence, MatchKind, Need
from skillspace.skills.taxonomy.draft import Draft, LinkKind

ESCO = "http://data.europa.eu/esco/"
COOK, CHEF, BAKER = (f"{ESCO}occupation/{name}" for name in ("cook", "chef", "baker"))
FRYING, HYGIENE = f"{ESCO}skill/frying", f"{ESCO}skill/hygiene"
CUISINIER, BOULANGER = "urn:rome:metier:G1", "urn:rome:metier:G2"


def draft(scheme: str, version: str = "1.0") -> Draft:
    """An empty draft of an invented scheme."""
    return Draft(scheme=scheme, version=version, licence="none", statement="Invented.")


def small_esco() -> Draft:
    """Three occupations, two skills under a theme under a roof."""
    made = draft("esco", "1.1.1")
    for uri, label in ((COOK, "cook"), (CHEF, "chef"), (BAKER, "baker")):
        made.concept(uri, ConceptKind.OCCUPATION)
        made.label(uri, "en", label, preferred=True)
    made.concept(f"{ESCO}skill/S", ConceptKind.SKILL_GROUP, code="S", roof=True)
    made.concept(f"{ESCO}skill/S1", ConceptKind.SKILL_GROUP, code="S1")
    made.link(LinkKind.BROADER, f"{ESCO}skill/S1", f"{ESCO}skill/S")
    for uri, label in ((FRYING, "fry food"), (HYGIENE, "food hygiene")):
        made.concept(uri, ConceptKind.SKILL)
        made.label(uri, "en", label, preferred=True)
    made.link(LinkKind.BROADER, FRYING, f"{ESCO}skill/S1")
    made.link(LinkKind.BROADER, HYGIENE, FRYING)
    made.link(LinkKind.RELATED, FRYING, HYGIENE)
    made.need(COOK, FRYING, Need.OPTIONAL)
    made.need(COOK, HYGIENE, Need.ESSENTIAL)
    return made


def small_rome() -> Draft:
    """Two métiers between which one can move."""
    made = draft("rome", "4.60")
    for uri, code, label in ((CUISINIER, "G1", "Cuisinier"), (BOULANGER, "G2", "Boulanger")):
        made.concept(uri, ConceptKind.OCCUPATION, code=code)
        made.label(uri, "fr", label, preferred=True)
    made.link(LinkKind.MOBILITY, CUISINIER, BOULANGER, 1)
    return made


def small_crosswalk() -> Draft:
    """What the invented ESCO and ROME say of each other."""
    made = draft("crosswalks")
    for source, target, relation in (
        (COOK, CUISINIER, MatchKind.BROAD),
        (CHEF, CUISINIER, MatchKind.EXACT),
        (BAKER, BOULANGER, MatchKind.EXACT),
        (BAKER, CUISINIER, MatchKind.RELATED),
    ):
        made.correspondences.append(
            Correspondence(source=source, target=target, relation=relation, author="An office", version="1 – 4.60")
        )
    return made

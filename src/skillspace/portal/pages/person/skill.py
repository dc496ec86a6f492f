"""One skill: every claim about it and how it came here, where claims disagree, and what would prove it better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import NotFound
from skillspace.people.profile import SELF, Claim, Conflict, ConflictKind, ProfileSkill, StoredRecord
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.skills import theme_key, theme_label
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.common import SkillTag
from skillspace.portal.views.skills import AssertionView, Proof, SkillPage, TrailStep
from skillspace.records.model import ProofStatus, ValidationLevel
from skillspace.skills.taxonomy import Concept, Need, Taxonomies
from skillspace.trust.identity import Peer

TRAININGS = 3
RELATED = 8
#: A pack describes its concepts in one language.
DESCRIBED_IN = {"esco": "en", "rome": "fr", "jobtech": "sv"}


def router(frame: Frame) -> APIRouter:
    """Return the page of one skill."""
    routes = frame.router("Skills")

    @routes.get("/skill")
    def skill(request: Request, uri: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, uri))

    return routes


def _page(visit: Visit, uri: str) -> SkillPage:
    person, spaces = visit.person()
    taxonomies, names = visit.rooms.taxonomies, Names(visit)
    skills = {skill.uri: skill for skill in spaces.profile.skills(visit.work, person.id, visit.language)}
    mine = skills.get(uri)
    if mine is None and not taxonomies.has(uri):
        raise NotFound("No taxonomy here knows this skill.")
    records = {record.id: record for record in spaces.profile.records(visit.work, person.id)} if mine else {}
    concept = taxonomies.concept(uri) if taxonomies.has(uri) else None
    jobs = spaces.indexes.jobs
    near = taxonomies.related(uri)[:RELATED] if concept else []
    return SkillPage(
        chrome=visit.chrome("skills"),
        uri=uri,
        label=mine.label if mine else names.skill(uri),
        level=int(mine.validation) if mine else None,
        description=(concept.description or "") if concept else "",
        description_language=DESCRIBED_IN.get(concept.scheme, "en") if concept else "en",
        framework=_framework(concept, taxonomies),
        theme=theme_label(mine, names) if mine else "",
        theme_key=theme_key(mine) if mine else "",
        also_called=tuple(concept.alternatives.get(visit.language, ())[:6]) if concept else (),
        assertions=tuple(_assertion(claim, mine, records, visit, names) for claim in mine.assertions) if mine else (),
        conflicts=tuple(_conflict(conflict, names) for conflict in mine.conflicts) if mine else (),
        proofs=tuple(_proofs(visit, spaces, uri, int(mine.validation) if mine else 0)),
        wanted_by=jobs.asking_for(uri) if jobs else 0,
        related=tuple(
            SkillTag(uri=each, label=names.skill(each), level=int(skills[each].validation) if each in skills else None)
            for each in near
        ),
    )


def _framework(concept: Concept | None, taxonomies: Taxonomies) -> str:
    packs = [pack for pack in taxonomies.schemes if concept is not None and pack.scheme == concept.scheme]
    return f"{packs[0].scheme.upper()} {packs[0].version}" if packs else ""


def _assertion(
    claim: Claim, skill: ProfileSkill, records: Mapping[str, StoredRecord], visit: Visit, names: Names
) -> AssertionView:
    record = records.get(claim.record)
    is_own = claim.source == SELF
    name = claim.issuer_name or claim.source_name
    return AssertionView(
        place=names.place(claim.source if is_own else claim.issuer, name),
        level=int(claim.validation),
        on=claim.since,
        until=claim.valid_until,
        is_expired=not claim.is_live(visit.work.now.date()),
        says=claim.evidence.excerpt or "",
        their_level=_scale(claim),
        record_id=claim.record if record else "",
        record_title=names.record(record) if record else "",
        trail=tuple(_trail(claim, skill, record, names)) if record and not is_own else (),
    )


def _scale(claim: Claim) -> str:
    if not claim.level:
        return ""
    scheme = claim.level_scheme or ""
    is_readable = scheme and "://" not in scheme and scheme.casefold() not in claim.level.casefold()
    return f"{claim.level} ({scheme})" if is_readable else claim.level


def _trail(claim: Claim, skill: ProfileSkill, record: StoredRecord, names: Names) -> Iterator[TrailStep]:
    _ = names.words.gettext
    yield TrailStep(at=record.arrived, who=claim.source_name, what=_("sent the record here, with your yes"))
    if record.record is not None:
        is_signed = record.record.proof is ProofStatus.SIGNED_BY_ISSUER
        what = _("checked the signature and read the record") if is_signed else _("read the record; it is not signed")
        yield TrailStep(at=record.updated, who="Skillspace", what=what)
    if claim.esco and claim.concept != claim.esco:
        said = _("took “%(words)s” for “%(skill)s”, by a published table") % {
            "words": claim.label,
            "skill": skill.label,
        }
        yield TrailStep(at=record.updated, who="Skillspace", what=said)


def _conflict(conflict: Conflict, names: Names) -> str:
    _ = names.words.gettext
    first, second = conflict.first, conflict.second
    said = {"first": _who(first, names), "high": _scale(first), "on": names.words.date(first.since)}
    if second is not None:
        said |= {"second": _who(second, names), "low": _scale(second), "other": names.words.date(second.since)}
    if conflict.kind is ConflictKind.PROOF_EXPIRED:
        until: date = first.valid_until or first.since
        return _("The proof from %(first)s ran out on %(date)s.") % (said | {"date": names.words.date(until)})
    if conflict.kind is ConflictKind.CLAIM_ABOVE_ASSESSMENT:
        return _("%(first)s says %(high)s (%(on)s), but %(second)s tested it and found %(low)s (%(other)s).") % said
    return _("%(first)s says %(high)s (%(on)s), %(second)s says %(low)s (%(other)s).") % said


def _who(claim: Claim, names: Names) -> str:
    return names.place(claim.source if claim.source == SELF else claim.issuer, claim.issuer_name).name


def _proofs(visit: Visit, spaces: Spaces, uri: str, level: int) -> Iterator[Proof]:
    """Say what would lift the level: a test by a member that tests, a training that teaches it, the place it was
    used at."""
    _ = visit.words.gettext
    peers = visit.rooms.directory.peers(visit.work)
    if level < ValidationLevel.CERTIFIED:
        trainings = spaces.indexes.trainings
        found = trainings.match([(uri, 1.0, Need.ESSENTIAL)], k=TRAININGS) if trainings else []
        taught = [match.holder_id for match in found if match.have]
        for item in spaces.market.items(visit.work, taught):
            yield Proof(
                level=ValidationLevel.CERTIFIED,
                what=_("Finish “%(title)s” and get its certificate.") % {"title": item.offer.title},
                href=f"/opportunities/trainings/{item.id}",
                link=_("See the training"),
            )
    if level < ValidationLevel.ASSESSED:
        for tester in _with_role(peers, "edtech"):
            yield Proof(
                level=ValidationLevel.ASSESSED,
                what=_("Take a test with %(name)s.") % {"name": tester.name},
                href="/you/connect",
                link=_("Connect it"),
            )
    if level < ValidationLevel.INFERRED:
        yield Proof(
            level=ValidationLevel.INFERRED,
            what=_("Connect a school or employer where you used it; their records may show it."),
            href="/you/connect",
            link=_("Connect an organisation"),
        )


def _with_role(peers: list[Peer], role: str) -> list[Peer]:
    return [peer for peer in peers if role in peer.roles]

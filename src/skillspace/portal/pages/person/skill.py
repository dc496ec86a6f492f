"""One skill: every claim about it and how it came here, where claims disagree, why it is shown so, and what would
prove it better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import NotFound
from skillspace.people.profile import SELF, Choosing, Claim, Conflict, ConflictKind, ProfileSkill, StoredRecord
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.merging import said_of, say, scale_of, stands, touches, who_says, why
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.skills import theme_key, theme_label
from skillspace.portal.pages.trusting import record_trust
from skillspace.portal.rooms import Spaces
from skillspace.portal.views.common import Choice, SkillTag
from skillspace.portal.views.skills import AssertionView, Proof, SaidPage, SameSkill, SkillPage, TrailStep
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

    @routes.post("/skill")
    def choose(request: Request) -> Response:
        with frame.writing(request) as visit:
            done, uri = say(visit), visit.field("uri")
            return visit.go(f"/skill?{urlencode({'uri': uri})}" if stands(visit, uri) else "/skills/said", done)

    @routes.get("/skills/said")
    def said(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            skills = spaces.profile.skills(visit.work, person.id, visit.language)
            faces = [face for each in skills for face in each.faces]
            living = Choosing(spaces.profile).living(visit.work, person.id)
            return visit.show(SaidPage(chrome=visit.chrome("skills"), said=tuple(said_of(living, faces, Names(visit)))))

    return routes


def _page(visit: Visit, asked: str) -> SkillPage:
    person, spaces = visit.person()
    taxonomies, names = visit.rooms.taxonomies, Names(visit)
    profile = spaces.profile.skills(visit.work, person.id, visit.language)
    skills = {face.uri: face for skill in profile for face in skill.faces}
    mine = next((skill for skill in profile if asked in {face.uri for face in skill.faces}), None)
    uri = mine.uri if mine else asked
    living = Choosing(spaces.profile).living(visit.work, person.id)
    said = [choice for choice in living if touches(choice, mine.faces if mine else ()) or choice.skill == uri]
    if mine is None and not said and not taxonomies.has(uri):
        raise NotFound("No taxonomy here knows this skill.")
    records = {record.id: record for record in spaces.profile.records(visit.work, person.id)} if mine else {}
    concept = taxonomies.concept(uri) if taxonomies.has(uri) else None
    jobs = spaces.indexes.jobs
    near = taxonomies.related(uri)[:RELATED] if concept else []
    return SkillPage(
        chrome=visit.chrome("skills"),
        uri=uri,
        label=mine.label if mine else names.skill(uri) if concept else said[0].label,
        level=int(mine.validation) if mine else None,
        description=(concept.description or "") if concept else "",
        description_language=DESCRIBED_IN.get(concept.scheme, "en") if concept else "en",
        framework=_framework(concept, taxonomies),
        theme=theme_label(mine, names) if mine else "",
        theme_key=theme_key(mine) if mine else "",
        also_called=tuple(concept.alternatives.get(visit.language, ())[:6]) if concept else (),
        assertions=_assertions(mine, records, visit, names) if mine else (),
        same=tuple(
            SameSkill(
                uri=face.uri,
                label=face.label,
                level=int(face.validation),
                assertions=_assertions(face, records, visit, names),
            )
            for face in (mine.same if mine else ())
        ),
        conflicts=tuple(_conflict(conflict, names) for conflict in mine.conflicts) if mine else (),
        why=tuple(why(mine, spaces.profile.rules, names)) if mine else (),
        rules=f"{spaces.profile.rules.name} {spaces.profile.rules.version}",
        said=tuple(said_of(said, tuple(skills.values()), names)),
        others=tuple(Choice(value=each.uri, label=each.label) for each in profile if mine and each.uri != uri),
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


def _assertions(
    skill: ProfileSkill, records: Mapping[str, StoredRecord], visit: Visit, names: Names
) -> tuple[AssertionView, ...]:
    return tuple(_assertion(claim, skill, records, visit, names) for claim in skill.assertions)


def _assertion(
    claim: Claim, skill: ProfileSkill, records: Mapping[str, StoredRecord], visit: Visit, names: Names
) -> AssertionView:
    is_live = claim.is_live(visit.work.now.date())
    speaks = len(skill.assertions) > 1 and claim == skill.assertions[0]
    again = [copy.claim.record for copy in skill.copies if copy.of == claim]
    record = records.get(claim.record)
    is_own = claim.source == SELF
    name = claim.issuer_name or claim.source_name
    return AssertionView(
        place=names.place(claim.source if is_own else claim.issuer, name),
        level=int(claim.validation),
        on=claim.since,
        until=claim.valid_until,
        is_expired=not is_live,
        says=claim.evidence.excerpt or "",
        their_level=scale_of(claim),
        record_id=claim.record if record else "",
        record_title=names.record(record) if record else "",
        trail=tuple(_trail(claim, skill, record, names)) if record and not is_own else (),
        trust=record_trust(visit, record) if record and not is_own else None,
        claim=claim.fingerprint,
        speaks=speaks,
        can_speak=is_live and claim != skill.assertions[0],
        can_part=any((each.given, each.issuer) != (claim.given, claim.issuer) for each in skill.claims),
        also=tuple((each, names.record(records[each])) for each in dict.fromkeys(again) if each in records),
    )


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
    said = {"first": who_says(first, names), "high": scale_of(first), "on": names.words.date(first.since)}
    if second is not None:
        said |= {"second": who_says(second, names), "low": scale_of(second), "other": names.words.date(second.since)}
    if conflict.kind is ConflictKind.PROOF_EXPIRED:
        until: date = first.valid_until or first.since
        return _("The proof from %(first)s ran out on %(date)s.") % (said | {"date": names.words.date(until)})
    if conflict.kind is ConflictKind.CLAIM_ABOVE_ASSESSMENT:
        return _("%(first)s says %(high)s (%(on)s), but %(second)s tested it and found %(low)s (%(other)s).") % said
    return _("%(first)s says %(high)s (%(on)s), %(second)s says %(low)s (%(other)s).") % said


def _proofs(visit: Visit, spaces: Spaces, uri: str, level: int) -> Iterator[Proof]:
    """Say what would lift the level: somebody who validates it, a training that teaches it, a test by a member that
    tests, the place it was used at."""
    _ = visit.words.gettext
    peers = visit.rooms.directory.peers(visit.work)
    if level < ValidationLevel.RECOGNISED:
        for validator in spaces.validations.organisations(visit.work):
            yield Proof(
                level=ValidationLevel.RECOGNISED,
                what=_("Show %(name)s what you have, and have it recognised.") % {"name": validator.name},
                href=f"/you/validation?{urlencode({'skill': uri})}",
                link=_("Have it validated"),
            )
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

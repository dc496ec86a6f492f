"""Answering: the questions of skills intelligence, opened once and answered line by line, wherever they come from.

The commands, the HTTP interface, Parquet and Ray all answer through this one door, so that they answer the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import orjson

from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies

if TYPE_CHECKING:  # each is read when it is asked for: nobody waits for what they do not use
    from skillspace.skills.corrections import Corrections
    from skillspace.skills.enrichment import Enricher
    from skillspace.skills.enrichment.linked import LinkedSkills
    from skillspace.skills.linking import Linker
    from skillspace.skills.translation import LinkedMappings, Translator
    from skillspace.skills.translation.answers import Answerer as TranslationAnswerer

LIMIT = 50
# the languages of ESCO, and both forms of Norwegian; a pack may bring more
LINKED = "ar bg cs da de el en es et fi fr ga hr hu is it lt lv mt nb nl nn no pl pt ro sk sl sv uk"
Answer = Callable[[bytes, int], bytes]
"""(a line of JSON, its number) → its answer with a line break; raises BadInput, naming the line."""


@dataclass(frozen=True, kw_only=True)
class Enrich:
    """Which concepts of a scheme texts speak of: lines ``{"id", "text"}``; see ``skills.enrichment.answers``.

    ``least`` is the score below which a mention is left out; None is what that room finds worth showing.
    ``corrections`` are files of what people said (``skills.corrections``).
    """

    scheme: str = "esco"
    language: str | None = None
    gazetteer_only: bool = False
    everything: bool = False
    least: float | None = None
    corrections: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Link:
    """Which concepts of a scheme a title, name or sentence means: lines ``{"id", "text"}``."""

    scheme: str
    language: str = "en"
    k: int = 10
    least: float = 0.0
    corrections: tuple[Path, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Translate:
    """What concepts of one scheme are in another: lines ``{"id", "concept"}``; see ``skills.translation.answers``.

    ``mapping_sets`` are SSSOM files to use beside the packs' own tables; with ``as_sssom`` answers are rows of SSSOM.
    """

    frm: str
    to: str
    limit: int = LIMIT
    mapping_sets: tuple[Path, ...] = ()
    as_sssom: bool = False


Question = Enrich | Link | Translate


class Answers:
    """Answers the questions about the packs of one home folder. Safe to share by threads; opens what is asked for."""

    def __init__(self, home: Path, taxonomies: Taxonomies | None = None) -> None:
        """``home`` keeps what is prepared; ``taxonomies`` are its packs, unless others are given."""
        self._home = home
        self._given = taxonomies
        self._opened: dict[object, Any] = {}
        self._lock = RLock()

    @property
    def taxonomies(self) -> Taxonomies:
        """The packs that are asked."""
        return self._given or self._once("taxonomies", partial(Taxonomies.open, self._home))

    @property
    def opened(self) -> frozenset[object]:
        """What was read so far."""
        return frozenset(self._opened)

    def to(self, question: Question) -> Answer:
        """Return what answers each line of a question, with all it needs read.

        Raises BadInput for a language or scheme that is not there, NotFound where a pack is missing.
        """
        match question:
            case Enrich():
                return self._corrected_mentions(question) if question.corrections else self._enriching(question)
            case Link():
                return self._corrected_links(question) if question.corrections else self._linking(question)
            case Translate():
                return self._translating(question)

    def head(self, question: Question) -> bytes:
        """Return what stands before the answers: nothing, but for a table in SSSOM."""
        if not isinstance(question, Translate) or not question.as_sssom:
            return b""
        from skillspace.skills.translation.sssom_answers import SssomAnswerer  # noqa: PLC0415

        return SssomAnswerer(self._translations(question)).head()

    def version(self, question: Question) -> str:
        """Return which models and editions answer: answers with the same version are the same."""
        packs = [f"{one.scheme}-{one.version}" for one in self.taxonomies.schemes]
        if isinstance(question, Enrich):
            return "+".join([self._enricher(question.scheme).version, *self._people(question)])
        if isinstance(question, Link):
            return "+".join([self._linker().version, *packs, *self._people(question)])
        learned = self._once("learned", self._learned_mappings)
        models = [learned.version] if learned else []
        files = [f"{path.name}-{path.stat().st_mtime_ns}" for path in question.mapping_sets]
        return "+".join([*packs, *models, *files])

    def translator(self, mapping_sets: tuple[Path, ...] = ()) -> Translator:
        """Return the translator that uses these files beside the packs."""
        return self._once(("translator", mapping_sets), partial(self._open_translator, mapping_sets))  # type: ignore[no-any-return]

    def _enriching(self, question: Enrich) -> Answer:
        from skillspace.skills.enrichment import readable_languages  # noqa: PLC0415
        from skillspace.skills.enrichment.answers import LEAST, Answerer, Wanted  # noqa: PLC0415

        spoken = readable_languages()
        lang = question.language
        tag = lang.lower().replace("_", "-").partition("-")[0] if lang else None
        if tag is not None and tag not in spoken:
            raise BadInput(f"Texts in {lang!r} cannot be read; the languages are {', '.join(sorted(spoken))}.")
        enricher = self._enricher(question.scheme)
        if tag is not None:
            enricher.warm([tag], labels_only=question.gazetteer_only)
        wanted = Wanted(
            language=tag,
            gazetteer_only=question.gazetteer_only,
            everything=question.everything,
            least=LEAST if question.least is None else question.least,
        )
        return Answerer(enricher, wanted).answer

    def _enricher(self, scheme: str) -> Enricher:
        return self._once(("enricher", scheme), partial(self._open_enricher, scheme))  # type: ignore[no-any-return]

    def _open_enricher(self, scheme: str) -> Enricher:
        from skillspace.skills.enrichment import Enricher, readable_languages  # noqa: PLC0415

        loaded = [pack.scheme for pack in self.taxonomies.schemes]
        if scheme not in loaded and scheme != "esco":
            known = ", ".join(loaded) or "none"
            raise BadInput(f"No loaded taxonomy is called {scheme!r}; there is {known}.")
        if scheme not in loaded:
            raise NotFound(
                "No ESCO pack is loaded: run “skillspace taxonomy add esco” (or starter, which needs no data)."
            )
        similar, place = self._similar(scheme), self._home / "enrichment"
        return Enricher.build(self.taxonomies, readable_languages(), place, similar, scheme)

    def _similar(self, scheme: str) -> LinkedSkills | None:
        """Return what reads skills out of whole sentences; without weights texts are read by names alone."""
        from skillspace.skills.encoder import Encoder  # noqa: PLC0415
        from skillspace.skills.enrichment.linked import LinkedSkills  # noqa: PLC0415

        if not self.taxonomies.concepts(kinds=SKILL_KINDS, scheme=scheme):
            return None
        try:
            return LinkedSkills(self.taxonomies, self._linker(), Encoder.open(), scheme)
        except UnreadableFile:
            return None

    def _linking(self, question: Link) -> Answer:
        tag = question.language.lower().replace("_", "-").partition("-")[0]
        if tag not in LINKED.split() and not any(tag in pack.languages for pack in self.taxonomies.schemes):
            # something is prepared and kept for each language, so not just any two letters are one
            raise BadInput(f"{question.language!r} is no language that is linked; give one of {LINKED}.")
        linker = self._linker()
        linker.warm(question.scheme, question.language)

        def answer(line: bytes, number: int) -> bytes:
            given = _read_text(line, number)
            found = linker.link(
                given["text"], question.scheme, language=question.language, k=question.k, least=question.least
            )
            listed = [{"concept": one.concept, "score": one.score} for one in found]
            return orjson.dumps({"id": given["id"], "candidates": listed}, option=orjson.OPT_APPEND_NEWLINE)

        return answer

    def _corrected_links(self, question: Link) -> Answer:
        from skillspace.skills.corrections.answers import POOL, corrected_links  # noqa: PLC0415

        asked = replace(question, corrections=(), k=max(question.k, POOL), least=0.0)
        return corrected_links(
            self._linking(asked),
            self._corrections(question.corrections),
            scheme=question.scheme,
            language=question.language,
            k=question.k,
            least=question.least,
        )

    def _corrected_mentions(self, question: Enrich) -> Answer:
        from skillspace.skills.corrections.answers import corrected_mentions  # noqa: PLC0415
        from skillspace.skills.enrichment.answers import LEAST  # noqa: PLC0415

        answer = self._enriching(replace(question, corrections=(), least=0.0))
        least = LEAST if question.least is None else question.least
        return corrected_mentions(answer, self._corrections(question.corrections), self.taxonomies, least=least)

    def _people(self, question: Enrich | Link) -> list[str]:
        return [self._corrections(question.corrections).version] if question.corrections else []

    def _corrections(self, paths: tuple[Path, ...]) -> Corrections:
        return self._once(("corrections", paths), partial(self._open_corrections, paths))  # type: ignore[no-any-return]

    def _open_corrections(self, paths: tuple[Path, ...]) -> Corrections:
        from skillspace.skills.corrections.answers import open_corrections  # noqa: PLC0415
        from skillspace.skills.encoder import Encoder  # noqa: PLC0415

        try:
            encoder = Encoder.open()
        except UnreadableFile:  # without weights texts near by are left as they are
            encoder = None
        return open_corrections(paths, encoder)

    def _linker(self) -> Linker:
        return self._once("linker", self._open_linker)  # type: ignore[no-any-return]

    def _open_linker(self) -> Linker:
        from skillspace.skills.linking import Linker  # noqa: PLC0415

        return Linker(self.taxonomies, folder=self._home / "linking")

    def _translating(self, question: Translate) -> Answer:
        answerer = self._translations(question)
        if not question.as_sssom:
            return answerer.answer
        from skillspace.skills.translation.sssom_answers import SssomAnswerer  # noqa: PLC0415

        return SssomAnswerer(answerer).answer

    def _translations(self, question: Translate) -> TranslationAnswerer:
        from skillspace.skills.translation.answers import Answerer  # noqa: PLC0415

        translator = self.translator(question.mapping_sets)
        check_pair(translator, question.frm, question.to)
        return Answerer(translator=translator, frm=question.frm, to=question.to, limit=question.limit)

    def _open_translator(self, mapping_sets: tuple[Path, ...]) -> Translator:
        from skillspace.skills.translation import Extra, Translator  # noqa: PLC0415
        from skillspace.skills.translation.sssom import read_mapping_set  # noqa: PLC0415

        statements = [one for path in mapping_sets for one in read_mapping_set(path).statements()]
        learned = self._once("learned", self._learned_mappings)
        return Translator(self.taxonomies, extra=Extra(statements), learned=learned)

    def _learned_mappings(self) -> LinkedMappings | None:
        """Return what translates where no table does; without weights nothing but tables does."""
        from skillspace.skills.translation import LinkedMappings  # noqa: PLC0415

        try:
            return LinkedMappings(self.taxonomies, self._linker())
        except UnreadableFile:
            return None

    def _once(self, name: object, opening: Callable[[], Any]) -> Any:
        with self._lock:
            if name not in self._opened:
                self._opened[name] = opening()
            return self._opened[name]


def check_pair(translator: Translator, frm: str, to: str) -> None:
    """Raise BadInput unless there is something to translate between: two schemes that a pack or a table names."""
    known = translator.schemes()
    for scheme in (frm, to):
        if scheme not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise BadInput(f"No taxonomy or table here is called {scheme!r}; there are: {names}. Add it first.")
    if frm == to:
        raise BadInput(f"{frm} to {to} needs no translation; between its editions use “skillspace taxonomy migrate”.")


def _read_text(line: bytes, number: int) -> dict[str, Any]:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError as fault:
        raise BadInput(f"Line {number} is not JSON ({fault}); nothing after it was linked.") from fault
    if not isinstance(given, dict) or "id" not in given or not isinstance(given.get("text"), str):
        raise BadInput(f'Line {number} is not an object {{"id", "text"}} with a text; nothing after it was linked.')
    return given

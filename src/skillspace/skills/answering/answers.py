"""The door that answers: what a question needs is opened once, and lines are answered one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import orjson

from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.skills.answering.questions import Enrich, Link, MatchPeople, Question, Translate
from skillspace.skills.lines import read_text
from skillspace.skills.taxonomy import SKILL_KINDS, Correspondence, Taxonomies

if TYPE_CHECKING:  # each is read when it is asked for: nobody waits for what they do not use
    from skillspace.skills.corrections import Correction, Corrections
    from skillspace.skills.encoder import Encoder
    from skillspace.skills.enrichment import Enricher
    from skillspace.skills.enrichment.linked import LinkedSkills
    from skillspace.skills.linking import Linker
    from skillspace.skills.matching.matcher import Matcher
    from skillspace.skills.matching.reading import Reader
    from skillspace.skills.translation import LinkedMappings, Translator
    from skillspace.skills.translation.answers import Answerer as TranslationAnswerer

# the languages of ESCO, and both forms of Norwegian; a pack may bring more
LINKED = "ar bg cs da de el en es et fi fr ga hr hu is it lt lv mt nb nl nn no pl pt ro sk sl sv uk"
Answer = Callable[[bytes, int], bytes]
"""(a line of JSON, its number) → its answer with a line break; raises BadInput, naming the line."""


class Answers:
    """Answers the questions about the packs of one home folder. Safe to share by threads; opens what is asked for."""

    def __init__(self, home: Path, taxonomies: Taxonomies | None = None) -> None:
        """``home`` keeps what is prepared; ``taxonomies`` are its packs, unless others are given."""
        self._home = home
        self._given = taxonomies
        self._shared: Answers | None = None
        self._opened: dict[object, Any] = {}
        self._heeded: dict[object, Any] = {}
        self._said: tuple[Correction, ...] = ()
        self._stated: tuple[tuple[Correspondence, float | None], ...] = ()
        self._lock = RLock()

    def beside(self, taxonomies: Taxonomies) -> Answers:
        """Return answers about more taxonomies than these, some of them for few eyes.

        What is opened here is used there, and of the schemes that are not here nothing is kept in the home folder.
        """
        more = Answers(self._home, taxonomies)
        more._shared = self
        return more

    def knowing(self, said: Iterable[Correction], stated: Iterable[tuple[Correspondence, float | None]]) -> Answers:
        """Return answers that heed corrections and mappings beside those of a question; what is open is shared."""
        heeding = copy(self)
        heeding._said, heeding._stated, heeding._heeded = tuple(said), tuple(stated), {}
        return heeding

    @property
    def taxonomies(self) -> Taxonomies:
        """The packs that are asked."""
        return self._given or self._once("taxonomies", partial(Taxonomies.open, self._home))

    @property
    def opened(self) -> frozenset[object]:
        """What was read so far."""
        return frozenset({*self._opened, *self._heeded})

    def to(self, question: Question) -> Answer:
        """Return what answers each line of a question, with all it needs read.

        Raises BadInput for a language or scheme that is not there, NotFound where a pack is missing.
        """
        match question:
            case Enrich():
                return self._corrected_mentions(question) if self._is_heard(question) else self._enriching(question)
            case Link():
                return self._corrected_links(question) if self._is_heard(question) else self._linking(question)
            case Translate():
                return self._translating(question)
            case MatchPeople():
                return self._matching(question)

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
        if isinstance(question, MatchPeople):
            return "+".join([self.matcher(question.folder).version, *packs])
        models = [self.learned.version] if self.learned else []
        files = [f"{path.name}-{path.stat().st_mtime_ns}" for path in question.mapping_sets]
        return "+".join([*packs, *models, *files, *self._once("mapped", self._mapped, self._heeded)])

    def translator(self, mapping_sets: tuple[Path, ...] = ()) -> Translator:
        """Return the translator that uses these files beside the packs."""
        return self._once(  # type: ignore[no-any-return]
            ("translator", mapping_sets), partial(self._open_translator, mapping_sets), self._heeded
        )

    def matcher(self, folder: Path, shard: tuple[int, int] = (0, 1)) -> Matcher:
        """Return what matches people with the offers in a folder, or with a share of them. Raises UnreadableFile where
        there are none."""
        return self._once(  # type: ignore[no-any-return]
            ("matcher", folder, shard), partial(self._open_matcher, folder, shard)
        )

    def reader(self) -> Reader | None:
        """Return what reads people's and offers' texts for matching; None without ESCO or weights."""
        from skillspace.skills.matching.reading import Reader  # noqa: PLC0415
        from skillspace.skills.matching.work_words import WorkWords  # noqa: PLC0415

        try:
            work = WorkWords.open(self.taxonomies, self._home / "work-words")
            return Reader(self._enricher("esco"), self._linker(), self._encoder(), work)
        except (NotFound, UnreadableFile):
            return None

    @property
    def learned(self) -> LinkedMappings | None:
        """What tells relations where no table does; None where this program has no weights."""
        return self._once("learned", self._learned_mappings)  # type: ignore[no-any-return]

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

    def _is_apart(self, scheme: str) -> bool:
        """Tell whether a scheme is none of those that others share."""
        shared = self._shared or self
        return scheme not in {pack.scheme for pack in shared.taxonomies.schemes}

    def _enricher(self, scheme: str) -> Enricher:
        if self._shared is not None and not self._is_apart(scheme):
            return self._shared._enricher(scheme)
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
        similar, place = self._similar(scheme), None if self._is_apart(scheme) else self._home / "enrichment"
        return Enricher.build(self.taxonomies, readable_languages(), place, similar, scheme)

    def _similar(self, scheme: str) -> LinkedSkills | None:
        """Return what reads skills out of whole sentences; without weights texts are read by names alone."""
        from skillspace.skills.enrichment.linked import LinkedSkills  # noqa: PLC0415

        if not self.taxonomies.concepts(kinds=SKILL_KINDS, scheme=scheme):
            return None
        try:
            return LinkedSkills(self.taxonomies, self._linker(), self._encoder(), scheme)
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
            name, text = read_text(line, number)
            found = linker.link(text, question.scheme, language=question.language, k=question.k, least=question.least)
            listed = [{"concept": one.concept, "score": one.score} for one in found]
            return orjson.dumps({"id": name, "candidates": listed}, option=orjson.OPT_APPEND_NEWLINE)

        return answer

    def _corrected_links(self, question: Link) -> Answer:
        from skillspace.skills.corrections.answers import POOL, corrected_links  # noqa: PLC0415

        return corrected_links(
            self._linking(replace(question, k=max(question.k, POOL), least=0.0)),
            self._corrections(question.corrections),
            scheme=question.scheme,
            language=question.language,
            k=question.k,
            least=question.least,
        )

    def _corrected_mentions(self, question: Enrich) -> Answer:
        from skillspace.skills.corrections.answers import corrected_mentions  # noqa: PLC0415
        from skillspace.skills.enrichment.answers import LEAST  # noqa: PLC0415

        return corrected_mentions(
            self._enriching(replace(question, least=0.0)),
            self._corrections(question.corrections),
            self.taxonomies,
            scheme=question.scheme,
            version=self._enricher(question.scheme).version,
            least=LEAST if question.least is None else question.least,
        )

    def _is_heard(self, question: Enrich | Link) -> bool:
        return bool(question.corrections or self._said)

    def _people(self, question: Enrich | Link) -> list[str]:
        return [self._corrections(question.corrections).version] if self._is_heard(question) else []

    def _corrections(self, paths: tuple[Path, ...]) -> Corrections:
        return self._once(  # type: ignore[no-any-return]
            ("corrections", paths), partial(self._open_corrections, paths), self._heeded
        )

    def _open_corrections(self, paths: tuple[Path, ...]) -> Corrections:
        from skillspace.skills.corrections import Corrections  # noqa: PLC0415
        from skillspace.skills.corrections.answers import read_files  # noqa: PLC0415

        try:
            encoder = self._encoder()
        except UnreadableFile:  # without weights texts near by are left as they are
            encoder = None
        return Corrections.of([*self._said, *read_files(paths)], encoder)

    def _encoder(self) -> Encoder:
        from skillspace.skills.encoder import Encoder  # noqa: PLC0415

        return self._once("encoder", Encoder.open)  # type: ignore[no-any-return]

    def _linker(self) -> Linker:
        return self._once("linker", self._open_linker)  # type: ignore[no-any-return]

    def _open_linker(self) -> Linker:
        from skillspace.skills.linking import Linker  # noqa: PLC0415

        apart = [pack.scheme for pack in self.taxonomies.schemes if self._is_apart(pack.scheme)]
        return Linker(self.taxonomies, folder=self._home / "linking", apart=apart)

    def _matching(self, question: MatchPeople) -> Answer:
        from skillspace.skills.matching.answers import Answerer  # noqa: PLC0415

        if question.shard[1] > 1 and (question.kind != "job" or question.more):
            raise BadInput(
                "Shares of an index answer which jobs fit: trainings and moves are few, so ask the whole for them."
            )
        matcher = self.matcher(question.folder, question.shard)
        return Answerer(matcher, question.kind, question.k, dict(question.weights), question.more).answer

    def _open_matcher(self, folder: Path, shard: tuple[int, int]) -> Matcher:
        from skillspace.skills.matching.matcher import Matcher  # noqa: PLC0415

        return Matcher(folder, self.taxonomies, self.reader, shard)

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
        return Translator(self.taxonomies, extra=Extra([*self._stated, *statements]), learned=self.learned)

    def _mapped(self) -> list[str]:
        """Return a name of the mappings that are heeded beside the files; the same ones have the same name."""
        told = "\n".join(sorted(f"{one}{share}" for one, share in self._stated))
        return [f"mapped-{hashlib.blake2b(told.encode(), digest_size=4).hexdigest()}"] if told else []

    def _learned_mappings(self) -> LinkedMappings | None:
        """Return what translates where no table does; without weights nothing but tables does."""
        from skillspace.skills.translation import LinkedMappings  # noqa: PLC0415

        try:
            return LinkedMappings(self.taxonomies, self._linker())
        except UnreadableFile:
            return None

    def _once(self, name: object, opening: Callable[[], Any], kept: dict[object, Any] | None = None) -> Any:
        """Open something once; what rests on corrections or mappings is kept apart from what is shared."""
        kept = self._opened if kept is None else kept
        with self._lock:
            if name not in kept:
                kept[name] = opening()
            return kept[name]


def check_pair(translator: Translator, frm: str, to: str) -> None:
    """Raise BadInput unless there is something to translate between: two schemes that a pack or a table names."""
    known = translator.schemes()
    for scheme in (frm, to):
        if scheme not in known:
            names = ", ".join(sorted(known)) or "none yet"
            raise BadInput(f"No taxonomy or table here is called {scheme!r}; there are: {names}. Add it first.")
    if frm == to:
        raise BadInput(f"{frm} to {to} needs no translation; between its editions use “skillspace taxonomy migrate”.")

"""The parts -> KnowledgeBase, the public face: one method for each thing a user can ask for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from kb.errors import DocumentError, SettingsError
from kb.parts import Parts
from kb.progress import Progress, silent
from kb.settings import Settings

if TYPE_CHECKING:
    from types import TracebackType

    from llama_index.core.llms import LLM

    from kb.answering.answer import Answer, Citation
    from kb.answering.checking import Checked
    from kb.answering.conversation import Turn
    from kb.answering.events import Event
    from kb.answering.lab import Comparison, Said, Task, Watch
    from kb.answering.permission import Permission
    from kb.answering.receipts import Listed, Receipt, Replay
    from kb.index.check import Finding
    from kb.index.listing import Excerpt, IndexedDocument
    from kb.index.scope import Filters
    from kb.index.sync import Synced
    from kb.models.adapters import Adapter
    from kb.models.opening import Announce
    from kb.models.routing import Route
    from kb.retrieval.retriever import Rankings, Retrieval
    from kb.retrieval.source import Source
    from kb.retrieval.trace import Trace
    from kb.retrieval.why_not import WhyNot


class KnowledgeBase(Parts):
    """Answers questions about documents and shows the words that prove each answer.

    Opening loads nothing heavy; the encoder comes with the first question or the first new document. One object serves
    many threads: each reads through its own connection, and one lock stands around the encoder. When another process
    rebuilds the index, the next question is answered from the new one.

    Example:
        with KnowledgeBase.open() as kb:
            kb.index(["letters"])
            print(kb.ask("When was the bridge built?").text)
    """

    @classmethod
    def open(cls, settings: Settings | Path | str | None = None, storage: Path | str = "storage") -> Self:
        """Open a storage, which may be new.

        Args:
            settings: Settings, or the file they are in; None takes ./settings.toml where there is one.
            storage: The folder that holds the index and the models.

        Raises:
            SettingsError: The settings file is missing or wrong.
        """
        return cls(settings if isinstance(settings, Settings) else Settings.load(settings), Path(storage))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def index(
        self,
        paths: Sequence[Path | str] = (),
        *,
        rebuild: bool = False,
        prune: bool = False,
        progress: Progress | None = None,
    ) -> Synced:
        """Bring the index in line with folders and files.

        Args:
            paths: What to index; nothing: the documents folder and everything indexed before.
            rebuild: Build a new index beside the old one, which answers until the new one is complete.
            prune: Allow a run to drop most of a folder's documents.
            progress: Told (stage, done, total).

        Raises:
            DocumentError: A named path is missing, or a rebuild would lose a folder that is not there.
            IndexMismatch: The index was made with another embedder or pipeline.
            Busy: Another process is writing.
            StorageError: The storage is full, read-only or damaged; what was indexed before is kept.
            ModelUnavailable: The embedder is not here and cannot be fetched.
        """
        from kb.index.mirror import Run, mirror
        from kb.retrieval.calibration import note_range

        watch = progress or silent
        run = Run(self._named(paths), not paths, rebuild, prune, watch)
        synced = mirror(self._storage(), lambda: self.embedding(watch), self._identity, self.settings, run)
        with self._storage().open() as catalog:
            note_range(catalog, self._embedder_identity(), self.storage / "calibration")
            with catalog.read() as snapshot:
                synced.stale_answers = self._asker().receipts.stale(snapshot)
        return synced

    def search(self, question: str, top_k: int | None = None, filters: Filters | None = None) -> list[Source]:
        """The passages that fit a question best, best first.

        Args:
            question: In any language; what stands in quotation marks must occur in a passage.
            top_k: So many passages at most; None reads off their scores how many.
            filters: Which documents are looked at; None: all.

        Raises:
            QuestionError: The question holds no word.
            SettingsError: `top_k` is below 1.
            FilterError: The filters make no sense, or match nothing.
            IndexMissing: Nothing is indexed here yet.
        """
        from kb.retrieval.retriever import as_source

        return [as_source(hit) for hit in self._find(question, top_k, filters).kept]

    def explain(self, question: str, top_k: int | None = None, filters: Filters | None = None) -> Trace:
        """A search with everything that happened in it; its `sources` are those of `search`.

        Args:
            question: As in `search`.
            top_k: As in `search`.
            filters: As in `search`.

        Raises:
            QuestionError: The question holds no word.
            SettingsError: `top_k` is below 1.
            FilterError: The filters make no sense, or match nothing.
            IndexMissing: Nothing is indexed here yet.
        """
        from kb.retrieval.trace import trace

        with self._read().catalog.read() as snapshot:
            return trace(snapshot, self._find(question, top_k, filters))

    def why_not(self, document: str, question: str, filters: Filters | None = None) -> WhyNot:
        """Why a document is not among the sources of a question, or at which place it is.

        Args:
            document: Its name as `documents` shows it, or its path.
            question: As in `search`.
            filters: As in `search`.

        Raises:
            QuestionError: The question holds no word.
            IndexMissing: Nothing is indexed here yet.
        """
        from kb.index.scope import Filters
        from kb.retrieval.why_not import Asked, why_not

        reading = self._read()
        with reading.catalog.read() as snapshot:
            return why_not(snapshot, reading.retriever, document, Asked(question, filters or Filters()))

    def ask(
        self,
        question: str,
        mode: str | None = None,
        filters: Filters | None = None,
        adapter: str | None = None,
        history: Sequence[Turn] = (),
    ) -> Answer:
        """Answer a question with the exact words that prove every sentence, or decline.

        Args:
            question: In any language.
            mode: "quote": the best verbatim quotes; "compose": the language model writes, and what the documents do not
                prove is dropped; "auto": as compose with a model or adapter whose card passes the bar, else as quote;
                None takes `answer.mode`.
            filters: Which documents are looked at; None: all.
            adapter: "auto", "none" or the name of an adapter; None takes `adapters.choose`.
            history: The turns before it, oldest first: they tell what a follow-up is about, and are no evidence.

        Raises:
            QuestionError: The question holds no word; or leaves no room for a source in the model's context.
            FilterError: The filters make no sense, or match nothing.
            SettingsError: There is no such mode.
            IndexMissing: Nothing is indexed here yet.
            AdapterError: There is no such adapter, or it may not be used.
            ModelUnavailable: A model is to write, and is not here.
            MemoryPlanError: A model is to write, and does not fit.
        """
        *_, answer = self.ask_stream(question, mode, filters, adapter, history)
        return answer  # type: ignore[return-value]  # the last event is the answer

    def ask_stream(
        self,
        question: str,
        mode: str | None = None,
        filters: Filters | None = None,
        adapter: str | None = None,
        history: Sequence[Turn] = (),
    ) -> Iterator[Event]:
        """As `ask`, and tells what happens meanwhile: sources, quotes, the draft, a verdict on each sentence.

        Nothing of a draft is proven before its verdict. Closing the iterator ends a draft within a token.

        Args:
            question: As in `ask`.
            mode: As in `ask`.
            filters: As in `ask`.
            adapter: As in `ask`.
            history: As in `ask`.

        Yields:
            The events of `kb.answering.events`; the last one is the answer.

        Raises:
            KBError: As in `ask`.
        """
        from kb.answering.asking import Inquiry
        from kb.index.scope import Filters

        return self._asker().stream(Inquiry(question, mode, filters or Filters(), adapter, tuple(history)))

    def permission(self, question: str, mode: str | None = None, adapter: str | None = None) -> Permission:
        """Who would write the answer to a question, and why; loads no language model.

        Args:
            question: In any language.
            mode: As in `ask`.
            adapter: As in `ask`.

        Raises:
            SettingsError: There is no such mode.
            AdapterError: There is no such adapter, or it may not be used.
        """
        return self._asker().permission(question, mode, adapter)

    def receipts(self) -> list[Listed]:
        """What is known of the answers given, newest first, and which quote documents that have changed since."""
        receipts = self._asker().receipts
        if not self._storage().exists():
            return receipts.listed()
        with self._storage().open() as catalog, catalog.read() as snapshot:
            return receipts.listed(snapshot)

    def receipt(self, id_: str) -> Receipt:
        """What made an answer.

        Args:
            id_: The id of its receipt, the beginning of one, or "last".

        Raises:
            DocumentError: There is none, or there are several.
            StorageError: It is damaged.
        """
        return self._asker().receipts.read(id_)

    def replay(self, id_: str) -> Replay:
        """Ask again what a receipt is of, and tell what is otherwise: the answer, the documents, the settings.

        Args:
            id_: As in `receipt`.

        Raises:
            KBError: As in `receipt` and `ask`.
        """
        from kb.answering.receipts import Circumstances, replay

        asker, receipt = self._asker(), self.receipt(id_)
        with self._read().catalog.read() as snapshot:
            now = Circumstances.of(self.settings, snapshot, self.calibration())
            return replay(receipt, asker.again, snapshot, now)

    def verify(self, claim: str, quotes: Sequence[str] | None = None) -> Checked:
        """Whether quotes, or the documents, prove a claim, and the exact words that do.

        Args:
            claim: A sentence, in the language of what is to prove it.
            quotes: What it is held against; None takes the passages of the index that fit it best.

        Raises:
            QuestionError: The claim or a quote holds no word.
            IndexMissing: No quotes are given, and nothing is indexed here yet.
        """
        return self._checker(quotes).claim(claim)

    def verify_file(
        self, file: Path | str, quotes: Sequence[str] | None = None, progress: Progress | None = None
    ) -> list[Checked]:
        """Every sentence of a file, or of an indexed document, checked as `verify` does.

        Args:
            file: The path of a file, or the name of a document; markers such as [1] in it are left out.
            quotes: As in `verify`.
            progress: Told ("checking", done, total).

        Raises:
            DocumentError: There is no such file, it cannot be read, or there is no sentence in it.
            QuestionError: A quote holds no word.
            IndexMissing: As in `verify`.
        """
        from kb.answering.checking import sentences
        from kb.answering.material import Shelf

        checker, text = self._checker(quotes), Shelf(self._storage().open, self.settings.documents).document(str(file))
        claims, checked = sentences(text.text), []
        if not claims:
            raise DocumentError(f"There is no sentence to check in {text.name}", "Name a file that holds text")
        for claim in claims:
            checked.append(checker.claim(claim))
            (progress or silent)("checking", len(checked), len(claims))
        return checked

    def adapters(self) -> tuple[Adapter, ...]:
        """Every adapter of this storage by name; rejected and refused ones with their reasons."""
        return self._speakers().adapters()

    def route(self, question: str, adapter: str | None = None) -> Route:
        """Which adapter a question is for, and why; loads no language model.

        Args:
            question: In any language.
            adapter: As in `ask`.

        Raises:
            AdapterError: There is no such adapter, or it may not be used.
        """
        return self._speakers().route(question, adapter)

    def language_model(
        self, model: str | None = None, progress: Progress | None = None, announce: Announce | None = None
    ) -> LLM:
        """The language model, opened by the first call and shared; another name lets go of the one before.

        Args:
            model: A profile, a Hugging Face name or a folder; None takes `llm.profile`.
            progress: Told (what, done, total) while it is prepared.
            announce: Told why this model, and the plan of its memory, before anything is loaded.

        Raises:
            ModelUnavailable: It is not here and cannot be fetched, or is not safe to load.
            MemoryPlanError: It does not fit this machine.
        """
        return self._speakers().model(model, progress, announce).llm

    def lab(
        self,
        task: Task,
        subject: str,
        model: str | None = None,
        watch: Watch | None = None,
        progress: Progress | None = None,
    ) -> Comparison:
        """What a model says from memory and, beside it, with sources in its prompt; each sentence is checked.

        Args:
            task: "summarize", "explain" or "ask".
            subject: A document, a file, a topic or a question.
            model: As in `language_model`.
            watch: Told which model speaks, and what it says while it says it.
            progress: As in `language_model`.

        Raises:
            QuestionError: The subject is empty.
            DocumentError: There is no such document, or it cannot be read.
            ModelUnavailable: As in `language_model`.
            MemoryPlanError: As in `language_model`.
        """
        from kb.answering.lab import Lab, Unwatched
        from kb.answering.material import Shelf

        seen = watch or Unwatched()
        shelf = Shelf(self._storage().open, self.settings.documents)
        llm = partial(self.language_model, model, progress, seen.announced)
        lab = Lab(llm, lambda: self._read().retriever, shelf, partial(self._checker, None))
        return lab.run(task, subject, seen)

    def compare_adapters(
        self, a: str, b: str, question: str, watch: Watch | None = None, progress: Progress | None = None
    ) -> tuple[Said, Said]:
        """What two adapters answer to one question, without sources; neither is verified.

        Args:
            a: The name of an adapter, or "none" for the base model.
            b: The other.
            question: In any language.
            watch: As in `lab`.
            progress: As in `language_model`.

        Raises:
            AdapterError: One of them is not there, or may not be used.
            QuestionError: The question holds no word.
            ModelUnavailable: As in `language_model`.
        """
        from kb.answering.lab import Unwatched, compare_adapters

        for name in (a, b):
            self.route(question, name)
        seen = watch or Unwatched()
        return compare_adapters(self.language_model(None, progress, seen.announced), a, b, question, seen)

    def rankings(self, question: str, limit: int | None = None) -> Rankings:
        """Both legs and their fusion with the documents they name, before anything is cut; for measuring.

        Args:
            question: In any language.
            limit: How many passages each leg may propose; None takes `retrieval.pool`.
        """
        return self._read().retriever.rankings(question, limit)

    def documents(self) -> list[IndexedDocument]:
        """Every document that is known, by name.

        Raises:
            IndexMissing: Nothing is indexed here yet.
        """
        from kb.index.listing import listed

        with self._storage().open() as catalog, catalog.read() as snapshot:
            return listed(snapshot)

    def remove(self, name: str) -> str:
        """Take a document out of the index, and leave it out until its file is named again; the file stays.

        Returns:
            The name of the document.

        Raises:
            DocumentError: No document has this name.
            Busy: Another process is writing.
        """
        from kb.index.sync import remove

        storage = self._storage()
        storage.current()
        with storage.writer() as writer, writer.open(None) as catalog:
            return remove(catalog, name).name

    def check(self, repair: bool = False) -> list[Finding]:
        """Verify everything that is stored against everything.

        Args:
            repair: Rebuild what is derived.

        Returns:
            What is wrong; empty when all is well.

        Raises:
            IndexMissing: Nothing is indexed here yet.
        """
        from kb.index.check import check

        storage = self._storage()
        if not repair:
            with storage.open() as catalog:
                return check(catalog)
        storage.current()
        with storage.writer() as writer, writer.open(None) as catalog:
            return check(catalog, repair=True)

    def open_context(self, citation: Citation, characters: int = 600) -> Excerpt:
        """A quote with its surroundings.

        Args:
            citation: From an answer.
            characters: How many to show before and after.

        Raises:
            DocumentError: The document is not indexed any more, or says something else there by now.
        """
        from kb.index.listing import excerpt

        quote = (citation.start, citation.end, citation.quote)
        with self._storage().open() as catalog, catalog.read() as snapshot:
            return excerpt(snapshot, citation.document, quote, characters)

    def _find(self, question: str, top_k: int | None, filters: Filters | None) -> Retrieval:
        from kb.index.scope import Filters
        from kb.retrieval.retriever import Request

        if top_k is not None and top_k < 1:
            raise SettingsError(f"top_k is {top_k}", "Ask for at least one passage")
        return self._read().retriever.find(question, Request(top_k, filters or Filters()))

    def _named(self, paths: Sequence[Path | str]) -> list[Path]:
        """The paths of a run: those named, else the documents folder where there is one; a first run needs one."""
        named = [Path(path).expanduser() for path in paths or [self.documents_folder]]
        found = [path for path in named if path.exists()]
        if not found and not self._storage().exists():
            raise DocumentError(f"There is no {named[0]}", "Name a folder or a file that exists: kb index FOLDER")
        return named if paths else found

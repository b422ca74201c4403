"""A question and who may answer it -> events, the last of them the answer, and a receipt of what made it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answering.answer import Answer
from kb.answering.ask import Ask, Voice
from kb.answering.conversation import Standalone, Turn, standalone
from kb.answering.conversation.model import by_model
from kb.answering.events import Event
from kb.answering.permission import Permission, Wanted, permit
from kb.answering.receipts import Circumstances, Receipt, Receipts, Request, Writer, documents_read
from kb.errors import SettingsError
from kb.index.scope import Filters
from kb.models.cards import CARD
from kb.settings import Settings

if TYPE_CHECKING:
    from kb.answering.reading import Reading
    from kb.models.adapters import Adapter
    from kb.models.opening import Opened
    from kb.models.routing import Route
    from kb.models.speakers import Speakers
    from kb.retrieval.calibration import Calibration

MODES = ("quote", "compose", "auto")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked.

    `mode` is "quote", "compose" or "auto", None takes `answer.mode`; `adapter` is "auto", "none" or a name, None takes
    `adapters.choose`; `history` are the turns before it, oldest first.
    """

    question: str
    mode: str | None = None
    filters: Filters = field(default_factory=Filters)
    adapter: str | None = None
    history: tuple[Turn, ...] = ()


class Asker:
    """Answers questions from whatever index is live, and keeps a receipt of each answer.

    Args:
        settings: Every knob.
        storage: The folder of models, adapters and receipts.
        reading: What answers from the live index.
        speakers: Who may write.
        calibration: What scores are read with.
    """

    def __init__(
        self,
        settings: Settings,
        storage: Path,
        reading: Callable[[], Reading],
        speakers: Callable[[], Speakers],
        calibration: Callable[[], Calibration],
    ) -> None:
        self._settings = settings
        self._storage = storage
        self._reading = reading
        self._speakers = speakers
        self._calibration = calibration
        self.receipts = Receipts(storage / "receipts", settings.receipts.most)

    def stream(self, inquiry: Inquiry, *, keep: bool = True) -> Iterator[Event]:
        """Answer, and tell what happens meanwhile; closing the iterator ends a draft within a token.

        Args:
            inquiry: What is asked.
            keep: Write a receipt, where the settings want one.

        Raises:
            KBError: As `KnowledgeBase.ask`.
        """
        reading, making = self._reading(), self._making(inquiry)
        keeping = keep and self._settings.receipts.keep
        done = False
        try:
            with closing(reading.engine.stream(making.ask())) as events:
                for event in events:
                    if isinstance(event, Answer):
                        event, done = making.explained(event), True
                        event = replace(event, receipt=self._keep(reading, making, event) if keeping else None)
                    yield event
        except (KeyboardInterrupt, GeneratorExit):
            if keeping and not done:
                self._keep(reading, making, None)
            raise

    def permission(self, question: str, mode: str | None = None, adapter: str | None = None) -> Permission:
        """Who would write the answer to a question, and why; loads no language model.

        Raises:
            SettingsError: There is no such mode.
            AdapterError: There is no such adapter, or it may not be used.
        """
        return self._permission(self._wanted(mode), self._speakers().route(question, adapter))[0]

    def again(self, receipt: Receipt) -> Answer:
        """Ask what a receipt is of once more, as it was asked; no new receipt is kept.

        Raises:
            KBError: As `stream`.
        """
        request = receipt.request
        turns = tuple(Turn(**turn) for turn in request.history)
        inquiry = Inquiry(request.question, request.mode, request.filters, request.adapter, turns)
        *_, answer = self.stream(inquiry, keep=False)
        assert isinstance(answer, Answer)
        return answer

    def _making(self, inquiry: Inquiry) -> _Making:
        """Understand a question, and open the language model where one may write."""
        wanted, speakers = self._wanted(inquiry.mode), self._speakers()
        understood = standalone(inquiry.question, inquiry.history)
        route = speakers.route(understood.text, inquiry.adapter)
        permission, adapter = self._permission(wanted, route)
        opened = None if permission.mode == "quote" else speakers.model()
        if opened and understood.rewritten and permission.wanted == "auto" and permission.mode == "compose":
            understood = by_model(opened.llm, inquiry.question, inquiry.history, permission.adapter)  # it has passed
        return _Making(replace(inquiry, mode=wanted), understood, route, permission, adapter, opened)

    def _wanted(self, mode: str | None) -> Wanted:
        wanted = mode or self._settings.answer.mode
        if wanted not in MODES:
            raise SettingsError(f"There is no answer mode {wanted!r}", f"Use one of {', '.join(MODES)}")
        return wanted  # type: ignore[return-value]

    def _permission(self, wanted: Wanted, route: Route) -> tuple[Permission, Adapter | None]:
        """Who may write; nothing heavy is looked at where nobody can have passed."""
        adapter = next((one for one in self._speakers().adapters() if one.name == route.adapter), None)
        if wanted == "quote" or (wanted == "auto" and adapter is None and not self._a_base_has_a_card()):
            said = "quotes were asked for" if wanted == "quote" else "no model is judged yet: kb evaluate answers"
            return Permission("quote", wanted, None, said), adapter
        from kb.models import base_card

        opened = self._speakers().opened()
        if opened:
            base = base_card.of(opened.profile, self._settings, self._storage)
        else:
            base = base_card.find(self._settings, self._storage)
        return permit(wanted, route, adapter, base, self._settings.answer.bar), adapter

    def _a_base_has_a_card(self) -> bool:
        return next((self._storage / "models").glob(f"*/*/{CARD}"), None) is not None

    def _keep(self, reading: Reading, making: _Making, answer: Answer | None) -> str | None:
        with reading.catalog.read() as snapshot:
            receipt = Receipt(
                request=making.request(),
                answer=answer,
                documents=documents_read(answer, snapshot) if answer else (),
                circumstances=Circumstances.of(self._settings, snapshot, self._calibration()),
                writer=making.writer(self._settings) if answer is None or answer.draft is not None else None,
                status="complete" if answer else "interrupted",
            )
        return self.receipts.write(receipt)


@dataclass(slots=True)
class _Making:
    """What goes into an answer: the question as it is understood, who it is for, who may write, and who does.

    `prompt` is the SHA-256 of what the model was told, None as long as it was told nothing.
    """

    inquiry: Inquiry
    understood: Standalone
    route: Route
    permission: Permission
    adapter: Adapter | None
    opened: Opened | None
    prompt: str | None = None

    def ask(self) -> Ask:
        asked, voice = self.inquiry, None
        if self.opened:
            voice = Voice(self.opened.llm, self.opened.llm.metadata.model_name, self.permission, self._told)
        return Ask(asked.question, self.understood.text if self.understood.rewritten else None, asked.filters, voice)

    def _told(self, prompt: str) -> None:
        self.prompt = hashlib.sha256(prompt.encode()).hexdigest()

    def explained(self, answer: Answer) -> Answer:
        """An answer with the reason for its adapter, and, where quotes stand for "auto", why nobody wrote."""
        reason, permission = answer.reason, self.permission
        if permission.wanted == "auto" and permission.mode == "quote" and answer.status == "answered":
            reason = f"{reason}; {permission.reason}"
        return replace(answer, adapter_reason=self.route.reason, reason=reason)

    def request(self) -> Request:
        asked = self.inquiry
        return Request(
            question=asked.question,
            standalone_question=self.understood.text,
            mode=asked.mode,
            adapter=asked.adapter,
            filters=asked.filters,
            history=tuple(asdict(turn) for turn in asked.history),
        )

    def writer(self, settings: Settings) -> Writer | None:
        if self.opened is None:
            return None
        from kb import prompts

        loaded = getattr(self.opened.llm, "loaded", None)
        return Writer(
            model=self.opened.llm.metadata.model_name,
            base_digest=getattr(loaded, "base_digest", None),
            quantisation=self.opened.profile.quantisation,
            compute=self.opened.profile.compute,
            adapter=self.adapter.name if self.adapter else None,
            adapter_digest=self.adapter.digest if self.adapter else None,
            prompt_digest=prompts.digest(),
            prompt_sha256=self.prompt,
            seed=settings.llm.seed,
            temperature=settings.llm.temperature,
        )

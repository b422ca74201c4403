"""The base model that would write, and its card, read without loading a model."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kb import prompts
from kb.models.cards import CARD, Card, read_card, write_card
from kb.models.devices import devices
from kb.models.profiles import EMBEDDED_MODEL, Profile, choose, geometry_of
from kb.models.weights import is_here, prepare
from kb.settings import Settings

EXAM = "kb evaluate answers"
QUESTIONS = 160  # of our own set, roughly: what the time it takes is estimated from
_SECONDS_GPU = 4.0  # an answer, by a model of 7 billion weights in 4 bits
_SECONDS_CPU = 20.0  # an answer, by a model of _CPU_WEIGHTS
_CPU_WEIGHTS = 135_000_000
_HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w.-]+)?")
_SERVER = "http"
_UNSAFE = re.compile(r"[^A-Za-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class Base:
    """A base model as it would write now, and the card that is kept for it.

    Args:
        model: Its name: of Hugging Face, a folder, or of a model and its server.
        base_digest: SHA-256 of its weights and tokenizer; of address and name for a server, whose weights nobody here
            sees. Empty where the model is not here, or has no card that it could be compared with.
        quantisation: "none" or "nf4".
        prompt_digest: That of the prompts of this program.
        file: Where its card is kept.
        minutes: About how long the exam takes that writes the card.
        card: What is kept; None: it was not judged yet.
    """

    model: str
    base_digest: str
    quantisation: str
    prompt_digest: str
    file: Path
    minutes: int
    card: Card | None = None

    @property
    def unfit(self) -> str:
        """Why the card says nothing about the model as it would write now; empty when it does."""
        again = f"judge it again with {EXAM} (about {self.minutes} minutes)"
        if self.card is None:
            return f"it is not judged yet: {EXAM} (about {self.minutes} minutes)"
        if self.card.base_digest != self.base_digest:
            return f"its card is of other weights: {again}"
        if self.card.quantisation != self.quantisation:
            return f"its card is of the quantisation {self.card.quantisation}, not {self.quantisation}: {again}"
        if self.card.prompt_digest != self.prompt_digest:
            return f"its card is of other prompts: {again}"
        return ""


def find(settings: Settings, storage: Path) -> Base:
    """The base model that the settings choose on this machine, with its card.

    Weights are digested once, and only where there is a card to compare them with; nothing is loaded or fetched.

    Raises:
        SettingsError: The settings ask for a device that is not there.
        ModelUnavailable: They name a folder that is not there.
        AdapterError: The card is damaged.
    """
    return of(choose(settings.llm, devices(), storage / "models"), settings, storage)


def of(profile: Profile, settings: Settings, storage: Path, *, weighed: bool = False) -> Base:
    """The base model of a profile, with its card.

    What is loaded already is asked for by its own profile: the room that it takes may make `find` choose another.

    Args:
        profile: Of the model.
        settings: `llm` names its server.
        storage: The folder of models.
        weighed: Digest its weights, card or no card.

    Raises:
        ModelUnavailable: What is here of it is damaged.
        AdapterError: The card is damaged.
    """
    models = storage / "models"
    file = _file(profile, settings, models)
    card = read_card(file) if file.exists() else None
    return Base(
        model=_name(profile, settings),
        base_digest=digest_of(profile, settings, models) if card or weighed else "",
        quantisation=profile.quantisation,
        prompt_digest=prompts.digest(),
        file=file,
        minutes=_minutes(profile, models),
        card=card,
    )


def read(settings: Settings, storage: Path) -> Card | None:
    """The card of the base model that the settings choose; None where it was not judged yet.

    Raises:
        SettingsError: As `find`.
        ModelUnavailable: As `find`.
        AdapterError: As `find`.
    """
    return find(settings, storage).card


def kept(name: str, models: Path) -> Card | None:
    """The card of a model of the hub by its name, of whatever weights and prompts; None where there is none.

    Raises:
        AdapterError: The card is damaged.
    """
    file = models / name / CARD
    return read_card(file) if _HUB_NAME.fullmatch(name) and file.exists() else None


def write(base: Base, card: Card) -> Path:
    """Keep the card of a base model: the file is the old one or the new one, whatever happens in between.

    Raises:
        AdapterError: The card would not be read again.
        StorageError: No room, or the folder may not be written.
    """
    from kb.models.folders import storage_errors

    with storage_errors(base.file.parent):
        base.file.parent.mkdir(parents=True, exist_ok=True)
    write_card(card, base.file)
    return base.file


def digest_of(profile: Profile, settings: Settings, models: Path) -> str:
    """SHA-256 of the weights a profile would load, or of a server's address and model; empty: they are not here.

    Raises:
        ModelUnavailable: What is here is damaged.
    """
    from kb.models import quantise
    from kb.models.identity import original_digest

    if profile.kind == "http":
        return hashlib.sha256(_name(profile, settings).encode()).hexdigest()
    if profile.quantisation == "nf4":
        made = quantise.find(profile.model, models, double=profile.double)
        if made is not None:
            return made.base_digest
    if not is_here(profile.model, models):
        return ""
    return original_digest(profile.model, prepare(profile.model, models, download=False), models)


def _name(profile: Profile, settings: Settings) -> str:
    """What the card calls the model; a server's address without the name and password that may stand in it."""
    if profile.kind != "http":
        return profile.model
    parts = urlsplit(settings.llm.base_url or "")
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl().rstrip("/")
    return f"{profile.model or 'the one model'} at {address}"


def _file(profile: Profile, settings: Settings, models: Path) -> Path:
    """Where the card of a profile is kept: names that are no path of a hub's get one that cannot leave the folder."""
    name = _name(profile, settings)
    if profile.kind != "http" and _HUB_NAME.fullmatch(name) and not Path(name).is_dir():
        return models / name / CARD
    full = str(Path(name).expanduser().resolve()) if profile.kind != "http" else name
    short = _UNSAFE.sub("-", name.rstrip("/").rpartition("/")[2] if profile.kind != "http" else name).strip("-.")
    folder = _SERVER if profile.kind == "http" else "folders"
    return models / folder / f"{short[:80]}-{hashlib.sha256(full.encode()).hexdigest()[:12]}" / CARD


def _minutes(profile: Profile, models: Path) -> int:
    seconds = _SECONDS_GPU
    if profile.kind != "http" and profile.device == "cpu":
        small = profile.model == EMBEDDED_MODEL or not is_here(profile.model, models)
        weights = _CPU_WEIGHTS if small else geometry_of(profile, models).parameters()
        seconds = _SECONDS_CPU * max(weights, _CPU_WEIGHTS) / _CPU_WEIGHTS
    return max(1, round(QUESTIONS * seconds / 60))

"""settings.toml -> Settings."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from kb.errors import SettingsError


class Section(BaseModel):
    """One table of settings.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DocumentSettings(Section):
    """Which folder is indexed when none is named, and the limits on reading one file."""

    folder: Path | None = None
    seconds: float = Field(60.0, gt=0)
    memory_mb: int = Field(2048, ge=256)
    file_mb: int = Field(200, ge=1)
    pages: int = Field(5000, ge=1)
    characters: int = Field(20_000_000, ge=1)


class SplitterSettings(Section):
    """How long a chunk may be, in tokens of the embedder."""

    chunk_tokens: int = Field(220, ge=16)


class ModelSettings(Section):
    """Whether models may be fetched."""

    download: bool = True


class EmbeddingSettings(Section):
    """The model that turns text into vectors.

    `query_prefix` and `passage_prefix` are put before every text; None takes what the model's family needs.
    """

    model: str = Field("intfloat/multilingual-e5-small", min_length=1)
    engine: Literal["auto", "openvino", "torch"] = "auto"
    query_prefix: str | None = None
    passage_prefix: str | None = None
    batch_tokens: int = Field(2048, ge=64)


class IndexSettings(Section):
    """When the vector index changes its shape."""

    exact_chunks: int = Field(30_000, ge=1)
    rewrite_share: float = Field(0.1, gt=0, lt=1)
    prune_share: float = Field(0.5, gt=0, le=1)


class RetrievalSettings(Section):
    """How sources are found, step by step."""

    pool: int = Field(50, ge=1, le=1000)
    dense_weight: Literal["calibrated"] | Annotated[float, Field(ge=0, le=1)] = "calibrated"
    keywords: bool = False
    parts: bool = True
    scripts: bool = False
    sentences: bool = True
    least_relevance: float = Field(0.01, ge=0, le=1)
    near_duplicates: bool = True
    sameness: float = Field(0.8, gt=0, le=1)
    auto_top_k: bool = True
    top_k: int = Field(5, ge=1, le=100)
    top_k_least: int = Field(2, ge=1, le=100)
    top_k_most: int = Field(10, ge=1, le=100)
    prompt_tokens: int = Field(2000, ge=1)
    mmr_lambda: float = Field(1.0, ge=0, le=1)
    reranker: str | None = None
    reranked: int = Field(20, ge=1, le=1000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.top_k > self.pool:
            raise ValueError(f"top_k ({self.top_k}) is larger than pool ({self.pool})")
        if not self.top_k_least <= self.top_k_most <= self.pool:
            raise ValueError(
                f"top_k_least ({self.top_k_least}), top_k_most ({self.top_k_most}) and pool ({self.pool}) "
                "must not fall in this order"
            )
        return self


class BarSettings(Section):
    """What a model's card must show before `auto` lets it write; shares are 0 to 1, counts are questions."""

    citation_precision: float = Field(0.95, ge=0, le=1)
    accuracy_margin: float = Field(0.02, ge=0, le=1)
    foreign_refused: float = Field(0.95, ge=0, le=1)
    false_refusals: float = Field(0.15, ge=0, le=1)
    questions: int = Field(100, ge=1)
    answerable: int = Field(60, ge=1)
    unanswerable: int = Field(30, ge=1)


class AnswerSettings(Section):
    """How answers are made out of sources.

    `mode` is "quote", "compose" or "auto", which composes only with a model whose card passes the bar.
    """

    mode: Literal["quote", "compose", "auto"] = "auto"
    quotes: int = Field(3, ge=1, le=20)
    quote_characters: int = Field(400, ge=1)
    max_false_refusal: float = Field(0.05, gt=0, lt=1)
    refuse: bool = True
    bar: BarSettings = BarSettings()


class ReceiptSettings(Section):
    """Whether what made an answer is written down, and how many receipts are kept."""

    keep: bool = True
    most: int = Field(10_000, ge=1)


class LanguageModelSettings(Section):
    """The model that writes, on what it runs, and how much it may say.

    `context` counts the tokens of prompt and answer together; `temperature` 0 takes the likeliest token each time.
    """

    profile: str = Field("auto", min_length=1)
    quantisation: Literal["auto", "nf4", "none"] = "auto"
    double_quantisation: bool = True
    compute: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    device: Literal["auto", "cpu", "cuda"] = "auto"
    context: int = Field(4096, ge=256)
    max_new_tokens: int = Field(512, ge=1)
    temperature: float = Field(0.0, ge=0, le=2)
    seed: int = Field(0, ge=0)
    base_url: str | None = None
    remote_model: str | None = None
    api_key: SecretStr | None = None

    @model_validator(mode="after")
    def _room_for_a_question(self) -> Self:
        if self.max_new_tokens >= self.context:
            raise ValueError(f"max_new_tokens ({self.max_new_tokens}) leaves no room in context ({self.context})")
        if self.profile == "http" and self.base_url is None:
            raise ValueError('profile "http" needs base_url, such as "http://127.0.0.1:8000/v1"')
        return self


class AdapterSettings(Section):
    """Which adapter speaks, and how many stay loaded.

    `choose` is "auto", "none" or the name of an adapter.
    """

    choose: str = Field("auto", min_length=1)
    margin: float = Field(0.02, ge=0, le=1)
    most_resident: int = Field(8, ge=1, le=100)
    most_rank: int = Field(256, ge=1)


class _TomlFile(InitSettingsSource):
    """The parsed settings.toml as a source of values."""


class Settings(BaseSettings):
    """Every knob, typed. Environment variables such as KB_RETRIEVAL__TOP_K win over the file."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="KB_", env_nested_delimiter="__")

    documents: DocumentSettings = DocumentSettings()
    splitter: SplitterSettings = SplitterSettings()
    models: ModelSettings = ModelSettings()
    embedding: EmbeddingSettings = EmbeddingSettings()
    index: IndexSettings = IndexSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    answer: AnswerSettings = AnswerSettings()
    receipts: ReceiptSettings = ReceiptSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    adapters: AdapterSettings = AdapterSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment first, then the values read from the file."""
        return env_settings, init_settings

    @classmethod
    def load(cls, path: Path | str | None = None) -> Settings:
        """Read a settings file.

        Args:
            path: The file; None takes ./settings.toml where there is one, else the defaults.

        Raises:
            SettingsError: The file is missing, is not TOML, or holds an unknown or impossible value.
        """
        file = Path("settings.toml") if path is None else Path(path)
        if path is None and not file.exists():
            return cls._checked({}, "the defaults")
        return cls._checked(_parse(file), str(file))

    @classmethod
    def _checked(cls, values: dict[str, Any], origin: str) -> Settings:
        try:
            return cls(**values)
        except ValidationError as error:
            raise SettingsError(_describe(error, origin), "Correct it and run the command again") from None


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"Cannot read {file}: {error.strerror}", "Name an existing file with --settings") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} is not valid TOML: {error}", "Correct that line") from None


def _describe(error: ValidationError, origin: str) -> str:
    """The first problem, under the name the user wrote."""
    problem = error.errors()[0]
    name = ".".join(str(part) for part in problem["loc"])
    if problem["type"] != "extra_forbidden":
        said = f"{origin}: {name}: {problem['msg'].removeprefix('Value error, ')}"
        whole = isinstance(problem["input"], dict)  # of a section; it may hold a key that is nobody's business
        return said if whole else f"{said} (got {_short(problem['input'])})"
    near = difflib.get_close_matches(name, _known_names(), n=1, cutoff=0.5)
    return f"{origin}: {name} is not a setting" + (f"; did you mean {near[0]}?" if near else "")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _known_names(of: type[BaseModel] = Settings, prefix: str = "") -> list[str]:
    names = []
    for key, field in of.model_fields.items():
        names.append(prefix + key)
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, Section):
            names.extend(_known_names(annotation, f"{prefix}{key}."))
    return names

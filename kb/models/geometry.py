"""A model's configuration -> its sizes: parameters, linear layers, what a token keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kb.models.architectures import TRAITS, Traits, read
from kb.models.checkpoint import Family


@dataclass(frozen=True, slots=True)
class Linear:
    """One kind of weight matrix, `count` of them, each of (rows: outputs, columns: inputs)."""

    name: str
    rows: int
    columns: int
    count: int
    bias: bool = False
    quantised: bool = True  # as transformers and bitsandbytes do it

    @property
    def size(self) -> int:
        """The weights of one such matrix."""
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class Geometry:
    """The sizes of a language model, enough to count its parameters and to plan its memory.

    Attributes:
        name: As it is called on a hub, or what the user wrote.
        architecture: `model_type` of its config.json.
        layers: Of the decoder.
        encoder_layers: Of the encoder; 0 for a model without one.
        intermediate: The inner width of the MLP; `gated`: whether two matrices lead there.
        tied: The output layer is the embedding.
        window: Tokens that a layer with sliding attention looks back at; None without such layers.
        windowed: How many layers have it.
        positions: Tokens that the model was made for; None where that has no limit.
        biases: Which linear layers have one: "qkv", "output", "mlp", "head".
        source: Where the numbers were published.
    """

    name: str
    architecture: str
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocab: int
    tied: bool
    gated: bool = True
    window: int | None = None
    windowed: int = 0
    positions: int | None = None
    encoder_layers: int = 0
    biases: frozenset[str] = frozenset()
    source: str = ""

    @classmethod
    def of(cls, config: Mapping[str, Any], name: str = "") -> Geometry:
        """The sizes out of a config.json; what the file leaves out has the default of transformers.

        Raises:
            ModelUnavailable: The architecture is unknown here, or a size is missing or makes no sense.
        """
        name = name or str(config.get("_name_or_path", "")) or "this model"
        return cls(name=name, **read(config, name))

    @property
    def family(self) -> Family:
        """Whether the prompt goes through an encoder of its own."""
        return "seq2seq" if self.encoder_layers else "causal"

    @property
    def traits(self) -> Traits:
        """What the architecture implies beyond its sizes."""
        return TRAITS[self.architecture]

    def linears(self) -> tuple[Linear, ...]:
        """All linear layers but the output layer, by kind."""
        if self.encoder_layers:
            stacks = (("encoder", self.encoder_layers, 1), ("decoder", self.layers, 2))
            return tuple(
                linear for stack, layers, attentions in stacks for linear in self._block(layers, attentions, stack)
            )
        return self._block(self.layers, 1)

    def _block(self, layers: int, attentions: int, stack: str = "") -> tuple[Linear, ...]:
        query, key = self.heads * self.head_dim, self.kv_heads * self.head_dim
        qkv, output, mlp = ("qkv" in self.biases, "output" in self.biases, "mlp" in self.biases)
        prefix = f"{stack}." if stack else ""
        if self.traits.fused_qkv:
            inward: tuple[Linear, ...] = (
                Linear(f"{prefix}qkv", query + 2 * key, self.hidden, layers * attentions, qkv),
            )
        else:
            inward = (
                Linear(f"{prefix}q", query, self.hidden, layers * attentions, qkv),
                Linear(f"{prefix}k", key, self.hidden, layers * attentions, qkv),
                Linear(f"{prefix}v", key, self.hidden, layers * attentions, qkv),
            )
        ways = 2 if self.gated else 1
        if self.traits.fused_gate:
            up = (Linear(f"{prefix}up", ways * self.intermediate, self.hidden, layers, mlp),)
        else:
            up = (Linear(f"{prefix}up", self.intermediate, self.hidden, ways * layers, mlp),)
        kept = self.traits.keeps_down
        return (
            *inward,
            Linear(f"{prefix}o", self.hidden, query, layers * attentions, output),
            *up,
            Linear(f"{prefix}down", self.hidden, self.intermediate, layers, mlp, quantised=not kept),
        )

    def parameters(self) -> int:
        """All parameters, each once."""
        linear = sum((kind.size + kind.rows * kind.bias) * kind.count for kind in self.linears())
        head = 0 if self.tied else self.vocab * self.hidden
        return linear + self.vocab * self.hidden + head + self.vocab * ("head" in self.biases) + self._small()

    def _small(self) -> int:
        """Norms, and T5's tables of relative positions."""
        traits = self.traits
        norm = self.hidden * (2 if traits.norm_bias else 1)
        norms = self.layers * traits.norms + 1
        if self.encoder_layers:
            norms += self.encoder_layers * (traits.norms - 1) + 1
        tables = 2 * traits.buckets * self.heads
        return norm * norms + tables + 2 * self.head_dim * self.layers * traits.qk_norm

    def linear_parameters(self) -> int:
        """The weights that are quantised: those of all linear layers but the output layer (and T5's `wo`)."""
        return sum(kind.size * kind.count for kind in self.linears() if kind.quantised)

    def lora_parameters(self, rank: int) -> int:
        """Of one LoRA adapter on all linear layers but the output layer: rank * (inputs + outputs) each."""
        return sum(rank * (kind.rows + kind.columns) * kind.count for kind in self.linears())

    def largest(self) -> int:
        """The weights of the largest matrix that is quantised."""
        return max(kind.size for kind in self.linears() if kind.quantised)

    def cached(self, tokens: int) -> int:
        """Numbers that the cache keeps for so many tokens: keys and values of each layer, within its window."""
        layer = 2 * self.kv_heads * self.head_dim
        kept = min(tokens, self.window - 1) if self.window else tokens
        return layer * ((self.layers - self.windowed) * tokens + self.windowed * kept)

    def renamed(self, name: str) -> Geometry:
        """The same sizes under another name."""
        return replace(self, name=name)


_HUB = "https://huggingface.co/{}/blob/main/config.json"


def _mistral(name: str, vocab: int, window: int | None) -> Geometry:
    windowed = 32 if window else 0
    return Geometry(
        name, "mistral", 32, 4096, 32, 8, 128, 14336, vocab, tied=False, window=window, windowed=windowed,
        positions=32768, source=_HUB.format(name),
    )  # fmt: skip


def _gemma(name: str, layers: int, hidden: int, heads: tuple[int, int], intermediate: int) -> Geometry:
    return Geometry(
        name, "gemma", layers, hidden, *heads, 256, intermediate, 256000, tied=True, positions=8192,
        source=_HUB.format(name),
    )  # fmt: skip


def _smollm(name: str) -> Geometry:
    return Geometry(
        name, "llama", 30, 576, 9, 3, 64, 1536, 49152, tied=True, positions=8192, source=_HUB.format(name)
    )  # fmt: skip


def _flan(name: str, layers: int, hidden: int, heads: int, intermediate: int) -> Geometry:
    return Geometry(
        name, "t5", layers, hidden, heads, heads, 64, intermediate, 32128, tied=False, encoder_layers=layers,
        source=_HUB.format(name),
    )  # fmt: skip


_TABLE = (
    _mistral("mistralai/Mistral-7B-Instruct-v0.3", 32768, None),
    _mistral("mistralai/Mistral-7B-v0.3", 32768, None),
    _mistral("mistralai/Mistral-7B-v0.1", 32000, 4096),
    _mistral("mistralai/Mistral-7B-Instruct-v0.1", 32000, 4096),
    Geometry(
        "microsoft/phi-2", "phi", 32, 2560, 32, 32, 80, 10240, 51200, tied=False, gated=False, positions=2048,
        biases=frozenset(("qkv", "output", "mlp", "head")), source=_HUB.format("microsoft/phi-2"),
    ),
    _gemma("google/gemma-2b", 18, 2048, (8, 1), 16384),
    _gemma("google/gemma-2b-it", 18, 2048, (8, 1), 16384),
    _gemma("google/gemma-7b", 28, 3072, (16, 16), 24576),
    _gemma("google/gemma-7b-it", 28, 3072, (16, 16), 24576),
    Geometry(
        "google/gemma-2-2b-it", "gemma2", 26, 2304, 8, 4, 256, 9216, 256000, tied=True, window=4096, windowed=13,
        positions=8192, source=_HUB.format("google/gemma-2-2b-it"),
    ),
    _smollm("HuggingFaceTB/SmolLM2-135M"),
    _smollm("HuggingFaceTB/SmolLM2-135M-Instruct"),
    _flan("google/flan-t5-small", 8, 512, 6, 1024),
    _flan("google/flan-t5-base", 12, 768, 12, 2048),
    _flan("google/flan-t5-large", 24, 1024, 16, 2816),
)  # fmt: skip
NAMED: dict[str, Geometry] = {geometry.name: geometry for geometry in _TABLE}

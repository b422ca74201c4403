"""A config.json -> sizes under one set of names, with the defaults of transformers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.errors import ModelUnavailable

_Config = Mapping[str, Any]
_Sizes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Traits:
    """What an architecture implies beyond its sizes.

    Attributes:
        norms: Per layer (of the decoder).
        norm_bias: LayerNorm, not RMSNorm.
        qk_norm: Norms over queries and keys.
        fused_qkv: One matrix for queries, keys and values; `fused_gate`: one for both ways into a gated MLP.
        keeps_down: The matrix out of the MLP is never quantised.
        buckets: Relative positions that a table has a number for, one for each head.
        inner: How many vectors as wide as the MLP are alive at once when a prompt is read.
    """

    norms: int = 2
    norm_bias: bool = False
    qk_norm: bool = False
    fused_qkv: bool = False
    fused_gate: bool = False
    keeps_down: bool = False
    buckets: int = 0
    inner: int = 3


TRAITS = {
    "llama": Traits(),
    "mistral": Traits(),
    "qwen2": Traits(),
    "qwen3": Traits(qk_norm=True),
    "gemma": Traits(),
    "gemma2": Traits(norms=4),
    "phi": Traits(norms=1, norm_bias=True, inner=4),
    "phi3": Traits(fused_qkv=True, fused_gate=True, inner=4),
    "gpt_neox": Traits(norm_bias=True, fused_qkv=True, inner=2),
    "t5": Traits(norms=3, keeps_down=True, buckets=32, inner=4),
}


def unknown(architecture: object, name: str) -> ModelUnavailable:
    """The error for an architecture whose sizes nobody here can read."""
    return ModelUnavailable(
        f"The memory of {name} cannot be planned: its architecture ({architecture}) is not known here",
        f"Choose a model of one of these: {', '.join(TRAITS)}",
    )


_ALL = frozenset(("qkv", "output", "mlp", "head"))


def read(config: _Config, name: str) -> _Sizes:
    """The sizes of a model as `kb.models.geometry.Geometry` calls them; its `of` says what is raised."""
    architecture = config.get("model_type")
    if not isinstance(architecture, str) or architecture not in TRAITS:
        raise unknown(architecture, name)
    try:
        return _READERS.get(architecture, _llama)(_Facts(config))
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise ModelUnavailable(
            f"The config.json of {name} does not give the sizes of a {architecture} model ({error})",
            "Fetch the model again, or choose another",
        ) from None


class _Facts:
    """A configuration whose sizes must be positive whole numbers."""

    def __init__(self, config: _Config) -> None:
        self.config = config
        self.architecture = str(config["model_type"])

    def size(self, name: str, default: int | None = None) -> int:
        value = self.config.get(name)
        value = default if value is None else value
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{name} is {value!r}")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.config.get(name)
        return default if value is None else bool(value)


def _llama(facts: _Facts) -> _Sizes:
    """Llama and what is built like it: mistral, qwen2, qwen3, gemma, gemma2, phi3."""
    kind = facts.architecture
    heads, hidden = facts.size("num_attention_heads"), facts.size("hidden_size")
    layers = facts.size("num_hidden_layers")
    window, windowed = _window(facts, layers)
    return {
        "architecture": kind,
        "layers": layers,
        "hidden": hidden,
        "heads": heads,
        "kv_heads": facts.size("num_key_value_heads", _KV_HEADS.get(kind, heads)),
        "head_dim": facts.size("head_dim", _HEAD_DIM.get(kind, hidden // heads)),
        "intermediate": facts.size("intermediate_size"),
        "vocab": facts.size("vocab_size"),
        "tied": facts.flag("tie_word_embeddings", kind in ("gemma", "gemma2")),
        "window": window,
        "windowed": windowed,
        "positions": facts.size("max_position_embeddings", 2048),
        "biases": _biases(facts),
    }


_KV_HEADS = {"mistral": 8}
_HEAD_DIM = {"gemma": 256, "gemma2": 256, "qwen3": 128}


def _biases(facts: _Facts) -> frozenset[str]:
    if facts.architecture == "qwen2":
        return frozenset(("qkv",))
    attention = ("qkv", "output") if facts.flag("attention_bias", False) else ()
    mlp = ("mlp",) if facts.architecture == "llama" and facts.flag("mlp_bias", False) else ()
    return frozenset((*attention, *mlp))


def _window(facts: _Facts, layers: int) -> tuple[int | None, int]:
    """The sliding window and how many layers have it."""
    kind, default = facts.architecture, {"mistral": 4096, "gemma2": 4096}.get(facts.architecture)
    window = facts.config.get("sliding_window", default)
    if window is None or kind in ("llama", "gemma"):
        return None, 0
    types = facts.config.get("layer_types")
    if isinstance(types, list):
        windowed = types.count("sliding_attention")
    elif kind == "gemma2":
        windowed = (layers + 1) // 2  # every other layer, the first one among them
    elif kind in ("qwen2", "qwen3"):
        whole = int(facts.config.get("max_window_layers", 28))
        windowed = max(layers - whole, 0) if facts.flag("use_sliding_window", False) else 0
    else:
        windowed = layers
    return (facts.size("sliding_window", default), windowed) if windowed else (None, 0)


def _phi(facts: _Facts) -> _Sizes:
    hidden, heads = facts.size("hidden_size"), facts.size("num_attention_heads")
    if facts.flag("qk_layernorm", False):
        raise ValueError("qk_layernorm is not supported")
    return {
        "architecture": "phi",
        "layers": facts.size("num_hidden_layers"),
        "hidden": hidden,
        "heads": heads,
        "kv_heads": facts.size("num_key_value_heads", heads),
        "head_dim": facts.size("head_dim", hidden // heads),
        "intermediate": facts.size("intermediate_size"),
        "vocab": facts.size("vocab_size"),
        "tied": facts.flag("tie_word_embeddings", False),
        "gated": False,
        "positions": facts.size("max_position_embeddings", 2048),
        "biases": _ALL,
    }


def _gpt_neox(facts: _Facts) -> _Sizes:
    hidden, heads = facts.size("hidden_size"), facts.size("num_attention_heads")
    attention = ("qkv", "output") if facts.flag("attention_bias", True) else ()
    return {
        "architecture": "gpt_neox",
        "layers": facts.size("num_hidden_layers"),
        "hidden": hidden,
        "heads": heads,
        "kv_heads": heads,
        "head_dim": hidden // heads,
        "intermediate": facts.size("intermediate_size"),
        "vocab": facts.size("vocab_size"),
        "tied": facts.flag("tie_word_embeddings", False),
        "gated": False,
        "positions": facts.size("max_position_embeddings", 2048),
        "biases": frozenset((*attention, "mlp")),
    }


def _t5(facts: _Facts) -> _Sizes:
    heads, layers = facts.size("num_heads"), facts.size("num_layers")
    if facts.size("relative_attention_num_buckets", TRAITS["t5"].buckets) != TRAITS["t5"].buckets:
        raise ValueError("relative_attention_num_buckets is not 32")
    return {
        "architecture": "t5",
        "layers": facts.size("num_decoder_layers", layers),
        "hidden": facts.size("d_model"),
        "heads": heads,
        "kv_heads": heads,
        "head_dim": facts.size("d_kv", 64),
        "intermediate": facts.size("d_ff"),
        "vocab": facts.size("vocab_size"),
        "tied": facts.flag("tie_word_embeddings", True),
        "gated": str(facts.config.get("feed_forward_proj", "relu")).startswith("gated"),
        "encoder_layers": layers,
    }


_READERS: dict[str, Callable[[_Facts], _Sizes]] = {"phi": _phi, "gpt_neox": _gpt_neox, "t5": _t5}

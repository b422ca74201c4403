"""Language models of the hub that are known by name, and what they take before anything is asked of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class HubModel:
    """A model of Hugging Face: the size of its safetensors, and whether its licence must be accepted there first."""

    name: str
    licence: str
    gated: bool
    bytes: int


# Bytes: the number of parameters of the published configuration times their stored size (2, flan-t5: 4), as the
# `total_size` of the index beside the weights. Gating as of 2025; the hub's own answer counts.
NAMED: dict[str, HubModel] = {
    model.name: model
    for model in (
        HubModel("mistralai/Mistral-7B-Instruct-v0.3", "Apache-2.0", True, 14_496_047_104),
        HubModel("mistralai/Mistral-7B-v0.1", "Apache-2.0", True, 14_483_464_192),
        HubModel("microsoft/phi-2", "MIT", False, 5_559_367_680),
        HubModel("google/gemma-2b-it", "Gemma Terms of Use", True, 5_012_344_832),
        HubModel("google/flan-t5-base", "Apache-2.0", False, 990_311_424),
    )
}

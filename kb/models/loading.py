"""A language model's name -> the model in memory, in the precision asked for."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kb.errors import MemoryPlanError, ModelUnavailable
from kb.models.checkpoint import Checkpoint, Family, Quantisation, vet
from kb.models.hub import INSTALL, first_line
from kb.models.identity import original_digest
from kb.models.tensors import Tensor, mapped
from kb.models.threads import share_cores
from kb.models.weights import prepare
from kb.progress import Progress, silent

Compute = Literal["float32", "bfloat16", "float16"]
Device = Literal["cpu", "cuda"]
_FLOATS = ("F32", "F16", "BF16")
_SCALES = (".absmax", ".quant_map", ".nested_absmax", ".nested_quant_map")
_PACKED_ROWS = 32  # that the AVX512-BF16 kernel of bitsandbytes takes at a time
_PADS = ("<pad>", "[PAD]", "<|pad|>", "<|endoftext|>", "<|finetune_right_pad_id|>")
_SAMPLING = ("temperature", "top_p", "top_k", "min_p", "typical_p", "max_length", "max_new_tokens")


@dataclass(frozen=True, slots=True)
class Precision:
    """Weights as they are or in 4 bits (`double`: their scales quantised as well), and what is computed in."""

    quantisation: Quantisation
    compute: Compute
    double: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """A folder that opens as it is with this precision.

    `base_digest` is one SHA-256 of the original weights and tokenizer, the same in every precision.
    """

    name: str
    folder: Path
    base_digest: str
    precision: Precision


@dataclass(frozen=True, slots=True)
class Loaded:
    """A language model in memory, in eval mode and without gradients, and its tokenizer, which has a pad token."""

    name: str
    model: Any  # transformers.PreTrainedModel
    tokenizer: Any  # transformers.PreTrainedTokenizerBase
    family: Family
    base_digest: str
    precision: Precision
    device: Device


def prepare_language_model(  # noqa: PLR0913 - the last three are how, not what
    name: str,
    models: Path,
    precision: Precision,
    *,
    download: bool,
    device: Device = "cpu",
    progress: Progress | None = None,
) -> Source:
    """Turn a name into a folder that `load` opens; 4-bit weights are made once and kept.

    Args:
        name: A Hugging Face name (owner/model or owner/model@revision), or a folder.
        models: Where models are kept, usually storage/models.
        precision: What is wanted. Weights that come in 4 bits stay so, and the source says it.
        download: Whether anything may be fetched. 4-bit weights that are there need neither hub nor original.
        device: What quantises, where that is still to be done.
        progress: Called with (what, done, total).

    Raises:
        ModelUnavailable: It is not here and may not or cannot be fetched, or is not safe or whole.
        StorageError: There is no room for it.
    """
    report = progress or silent
    if precision.quantisation == "nf4":
        from kb.models import quantise

        made = quantise.find(name, models, double=precision.double)
        if made is not None:
            return Source(name, made.folder, made.base_digest, precision)
    checkpoint = vet(prepare(name, models, download=download, progress=report))
    digest = original_digest(name, checkpoint.folder, models)
    if checkpoint.quantisation == "nf4":
        kept = dataclasses.replace(precision, quantisation="nf4", double=checkpoint.double)
        return Source(name, checkpoint.folder, digest, kept)
    if precision.quantisation == "none":
        return Source(name, checkpoint.folder, digest, precision)
    made = quantise.make(name, models, quantise.Order(checkpoint, digest, precision.double, device), report)
    return Source(name, made.folder, made.base_digest, precision)


def load(source: Source, device: Device) -> Loaded:
    """Open a prepared model.

    Weights that need no change of type stay in their file and are mapped: they come into memory when they are first
    used, as pages that other processes share. Others are converted one by one.

    Raises:
        ModelUnavailable: The folder is damaged, not supported, or a package is missing.
        MemoryPlanError: The GPU has no room for it.
    """
    checkpoint = vet(source.folder)
    transformers = library()
    from kb.models.engines import quiet_transformers

    with quiet_transformers(), _explained(source):
        model, facts = _open(transformers, checkpoint, source.precision, device)
        tokenizer = transformers.AutoTokenizer.from_pretrained(
            source.folder, trust_remote_code=False, local_files_only=True
        )
    absent = sorted([*facts["missing_keys"], *(key for key, *_sizes in facts["mismatched_keys"])])
    if absent:
        raise ModelUnavailable(f"{source.folder} lacks weights that the model needs ({absent[0]})", "Fetch it again")
    if source.precision.quantisation == "nf4":
        _settle(model, source.precision.compute)
    model.config._name_or_path = model.name_or_path = source.name
    _complete(tokenizer)
    _clean(model, tokenizer)
    model.requires_grad_(False)
    model.eval()
    return Loaded(source.name, model, tokenizer, checkpoint.family, source.base_digest, source.precision, device)


@contextlib.contextmanager
def _explained(source: Source) -> Iterator[None]:
    """Turn what transformers says about a folder into an error that names the folder."""
    import torch

    try:
        yield
    except torch.OutOfMemoryError:
        raise MemoryPlanError(
            f"{source.name} does not fit the memory of the GPU", "See what would fit: kb doctor --plan"
        ) from None
    except ImportError as error:
        raise ModelUnavailable(f"A package is not installed ({first_line(error)})", INSTALL) from None
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnavailable(
            f"{source.folder} cannot be opened ({first_line(error)})", "Choose another model, or fetch it again"
        ) from None


def library() -> Any:  # noqa: ANN401 - a module
    """transformers, imported.

    Raises:
        ModelUnavailable: It is not installed.
    """
    share_cores()
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # its import tells of kernels that are optional
    try:
        import transformers
    except ModuleNotFoundError as error:
        raise ModelUnavailable(
            f"Language models need packages that are not installed ({error.name})", INSTALL
        ) from None
    return transformers


def _open(transformers: Any, checkpoint: Checkpoint, precision: Precision, device: Device) -> tuple[Any, Any]:  # noqa: ANN401
    import torch

    folder = checkpoint.folder
    config = transformers.AutoConfig.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    if checkpoint.quantisation == "nf4":
        config.quantization_config["bnb_4bit_compute_dtype"] = precision.compute
    speaking = (folder / "generation_config.json").is_file()
    generation = transformers.GenerationConfig.from_pretrained(
        folder, None if speaking else "config.json", local_files_only=True, _from_model_config=not speaking
    )
    kind = model_class(transformers, config)
    return kind.from_pretrained(  # type: ignore[no-any-return]
        None,
        config=config,
        generation_config=generation,
        state_dict=mapped(checkpoint.shards, _types(kind, precision.compute)),
        dtype=getattr(torch, precision.compute),
        device_map={"": device},
        use_safetensors=True,
        trust_remote_code=False,
        local_files_only=True,
        output_loading_info=True,
        ignore_mismatched_sizes=True,  # told of in the information, and refused above
    )


def _types(kind: Any, compute: Compute) -> Callable[[Tensor], Any]:  # noqa: ANN401
    """What each float tensor becomes: what is computed in, but for the parts that the model's class keeps in float32.

    transformers would hold both forms of a large tensor for a moment, and beside 4-bit weights it converts nothing. The
    scales of those stay as they are.
    """
    import torch

    asked: torch.dtype = getattr(torch, compute)
    kept = set(kind._keep_in_fp32_modules_strict or ())
    if compute == "float16":
        kept |= set(kind._keep_in_fp32_modules or ())

    def wanted(tensor: Tensor) -> torch.dtype | None:
        if tensor.dtype not in _FLOATS or tensor.name.endswith(_SCALES):
            return None
        exact = any(f".{part}." in f".{tensor.name}" for part in kept)
        return torch.float32 if exact else asked

    return wanted


def model_class(transformers: Any, config: Any) -> Any:  # noqa: ANN401
    """The class of transformers that writes text with a model of this configuration.

    Raises:
        ModelUnavailable: There is none.
    """
    auto = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
    known = auto._model_mapping
    if type(config) not in known:
        raise ModelUnavailable(f"A model of type {config.model_type} does not write text", "Choose a language model")
    return known[type(config)]


def _settle(model: Any, compute: Compute) -> None:  # noqa: ANN401
    """Let 4-bit layers compute in the type that was asked for, in every mode.

    They unpack into it, not into the one that was quantised. On CPUs with AVX512-BF16 bitsandbytes takes another kernel
    in eval mode: at its first use a layer is packed anew, its scales rounded to bfloat16, and from then on it computes
    in bfloat16 and has no gradient. That is twice as fast for single tokens, and slower for prompts; it is left to
    those who asked for bfloat16, and to layers whose sizes it takes.
    """
    import torch

    for module in model.modules():
        state = getattr(getattr(module, "weight", None), "quant_state", None)
        if state is None:
            continue
        state.dtype = getattr(torch, compute)
        outputs, inputs = state.shape
        fits = outputs % _PACKED_ROWS == 0 and inputs % state.blocksize == 0
        if compute != "bfloat16" or not fits:
            module.support_avx512bf16_for_cpu = False


def _complete(tokenizer: Any) -> None:  # noqa: ANN401
    """Give the tokenizer a pad token that it already knows and that ends nothing, if it has such a one."""
    end = tokenizer.eos_token
    if tokenizer.pad_token is not None and tokenizer.pad_token != end:
        return
    known = tokenizer.get_vocab()
    choices = [tokenizer.unk_token, *_PADS]
    tokenizer.pad_token = next((token for token in choices if token in known and token != end), end)


def _clean(model: Any, tokenizer: Any) -> None:  # noqa: ANN401
    """Leave in the generation config what ends and pads an answer; how to draw tokens is said with each request."""
    config = model.generation_config
    config.pad_token_id = tokenizer.pad_token_id
    config.eos_token_id = config.eos_token_id if config.eos_token_id is not None else tokenizer.eos_token_id
    config.do_sample = False
    for name in _SAMPLING:
        setattr(config, name, None)

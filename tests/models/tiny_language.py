"""Language models small enough to build in a test: random weights, a byte-level tokenizer, templates by hand.

`tiny(kind)` gives (model, tokenizer), `write(kind, folder)` the folder that from_pretrained opens. Kinds: "chatml" (as
SmolLM2: no BOS), "mistral" and "gemma" (BOS, templates that refuse a system role), "base" (as Mistral-7B-v0.1: BOS and
no template), "phi" (as phi-2: neither BOS nor template) and "t5" (encoder-decoder, no template). All but phi and t5
have the linear layers q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj and down_proj.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

Kind = Literal["chatml", "mistral", "gemma", "base", "phi", "t5"]
KINDS: tuple[Kind, ...] = ("chatml", "mistral", "gemma", "base", "phi", "t5")
POSITIONS = 1024

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_ALTERNATE = (
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
)
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}" + _ALTERNATE + "{% if message['role'] == 'user' %}"
    "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% else %}{{ ' ' + message['content'] + eos_token }}"
    "{% endif %}{% endfor %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
    "{% endif %}{% for message in messages %}"
    + _ALTERNATE
    + "{% set role = 'model' if message['role'] == 'assistant' else 'user' %}"
    "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
TEMPLATES: dict[Kind, str | None] = {
    "chatml": CHATML,
    "mistral": MISTRAL,
    "gemma": GEMMA,
    "base": None,
    "phi": None,
    "t5": None,
}
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>"]
CONTROL: dict[Kind, list[str]] = {
    "chatml": ["<|im_start|>", "<|im_end|>"],
    "mistral": ["[INST]", "[/INST]"],
    "gemma": ["<start_of_turn>", "<end_of_turn>"],
    "base": [],
    "phi": [],
    "t5": [],
}
_WORDS = [
    "The league was founded by a man with red hair, and the office closed in October.",
    "Who founded the league? Where is the office? Summarise the text in one sentence.",
    "system user assistant model You are a helpful assistant. ### Instruction: ### Response:",
    "สำนักงานปิดในเดือนตุลาคม ใครก่อตั้งสมาคม สรุปข้อความนี้ในหนึ่งประโยค",
] * 4


def tiny(kind: Kind, seed: int = 0) -> tuple[Any, Any]:
    """A model in eval mode without gradients (float32, CPU), and its tokenizer; the same for the same seed."""
    import torch

    words = tokenizer(kind)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _model(kind, words).eval()
    model.requires_grad_(False)
    return model, words


def write(kind: Kind, folder: Path, seed: int = 0) -> Path:
    """The folder of such a model, as a hub would give it: config.json, safetensors, tokenizer."""
    model, words = tiny(kind, seed)
    model.save_pretrained(folder)
    words.save_pretrained(folder)
    return folder


def tokenizer(kind: Kind) -> Any:
    """A byte-level BPE tokenizer with the control tokens and the template of that kind."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers
    from transformers import PreTrainedTokenizerFast

    whole = Tokenizer(models.BPE())
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.decoder = decoders.ByteLevel()
    special = [AddedToken(token, normalized=False, special=True) for token in SPECIAL + CONTROL[kind]]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=512, initial_alphabet=alphabet, special_tokens=special, show_progress=False
    )
    whole.train_from_iterator(_WORDS, trainer)
    if kind in ("mistral", "gemma", "base"):
        whole.post_processor = processors.TemplateProcessing("<s> $A", "<s> $A $B", [("<s>", 1)])
    if kind == "t5":
        whole.post_processor = processors.TemplateProcessing("$A </s>", "$A </s> $B </s>", [("</s>", 2)])
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=whole, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="<pad>"
    )
    wrapped.chat_template = TEMPLATES[kind]
    return wrapped


def _model(kind: Kind, words: Any) -> Any:
    import transformers as t

    ids = {"vocab_size": len(words), "pad_token_id": 3, "bos_token_id": 1, "eos_token_id": 2}
    size = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    size |= {"max_position_embeddings": POSITIONS, "initializer_range": 0.5}
    grouped = {"num_key_value_heads": 2}
    if kind == "t5":
        layers = {"d_model": 32, "d_kv": 8, "d_ff": 64, "num_layers": 2, "num_decoder_layers": 2, "num_heads": 4}
        gated = {"feed_forward_proj": "gated-gelu", "decoder_start_token_id": 3, "tie_word_embeddings": False}
        model = t.T5ForConditionalGeneration(t.T5Config(**ids, **layers, **gated))
        for name, weight in model.named_parameters():
            if "layer" in name and weight.dim() == 2:
                weight.data *= 20  # or each token is followed by itself
        return model
    if kind == "phi":
        return t.PhiForCausalLM(t.PhiConfig(**ids, **size))
    if kind == "gemma":
        return t.GemmaForCausalLM(t.GemmaConfig(**ids, **size, **grouped, head_dim=8))
    if kind == "chatml":
        return t.LlamaForCausalLM(t.LlamaConfig(**ids, **size, **grouped))
    return t.MistralForCausalLM(t.MistralConfig(**ids, **size, **grouped, sliding_window=None))

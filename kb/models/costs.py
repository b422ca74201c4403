"""Sizes of a model, its precision and a task -> bytes, a line for each thing that takes memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kb.models.geometry import Geometry
from kb.models.heap import KEPT, MAPPED_FROM, TRAINING_MAPPED_FROM

if TYPE_CHECKING:
    from kb.models.loading import Precision

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
BLOCK, NESTED = 64, 256  # 4-bit weights that share a scale; scales that share one of their own (Dettmers et al. 2023)
STATES = {"adamw": 8, "adamw8bit": 2}  # bytes a trained parameter: two moments in float32, or in 8 bits
_TOKENIZER = 350  # bytes a vocabulary entry, measured with SmolLM2's
_CUBLAS = 8 << 20  # bytes of workspace that cuBLAS takes for good
_HALF = 2  # bytes of a number in the file that a model comes in
_PAGE, _TENSORS = 4096, 6  # of a 4-bit matrix: the weights, scales and tables of both kinds, and what describes them
_REPACKED = 7  # bytes a weight while bitsandbytes lays out a matrix anew: as int32, twice as bytes, twice in 4 bits


@dataclass(frozen=True, slots=True)
class Training:
    """One training of a LoRA adapter.

    Attributes:
        method: "lora" on weights as they are, "qlora" on 4-bit ones.
        tokens: Of the longest example; `answers`: how many of them the loss looks at, None for all.
        batch: Examples at once; `accumulation`: how many times before a step.
        checkpointing: Whether a layer's inner values are computed anew for its gradients instead of kept.
    """

    method: Literal["lora", "qlora"] = "qlora"
    rank: int = 16
    targets: Literal["all-linear"] = "all-linear"
    tokens: int = 1024
    answers: int | None = None
    batch: int = 1
    accumulation: int = 16
    checkpointing: bool = True
    optimizer: Literal["adamw", "adamw8bit"] = "adamw"


@dataclass(frozen=True, slots=True)
class Task:
    """What memory is planned for.

    Attributes:
        context: Tokens of prompt and answer together; `max_new_tokens`: those of the answer.
        batch: Prompts at once.
        adapters: Name and bytes of each adapter that stays loaded.
        embedder_bytes: Of the embedder, which lives on the host.
        training: In place of answering.
    """

    context: int
    batch: int = 1
    max_new_tokens: int = 512
    adapters: tuple[tuple[str, int], ...] = ()
    embedder_bytes: int = 0
    training: Training | None = None

    @property
    def prompt(self) -> int:
        """Tokens that are read at once."""
        return max(self.context - self.max_new_tokens, 1)


@dataclass(frozen=True, slots=True)
class Room:
    """Where a model would run, in bytes. `fused`: attention there needs no number for each pair of tokens."""

    device: Literal["cpu", "cuda"]
    total: int
    free: int
    name: str = ""
    fused: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that takes memory, and how that was worked out."""

    what: str
    bytes: int
    how: str


@dataclass(frozen=True, slots=True)
class Costs:
    """The formulas for one model in one precision in one place."""

    geometry: Geometry
    precision: Precision
    room: Room

    @property
    def width(self) -> int:
        """Bytes of a number that is computed with."""
        return BYTES[self.precision.compute]

    def lines(self, task: Task) -> list[Line]:
        """Everything that is on the device at the highest moment of a task; lines that take nothing are left out."""
        body = self._training(task.training) if task.training else self._answering(task)
        beside = [*self._beside(task), *self._runtime(task)]
        return [line for line in (*self.weights(), *body, *beside) if line.bytes]

    def weights(self) -> list[Line]:
        """The model itself."""
        model, compute = self.geometry, self.precision.compute
        if self.precision.quantisation == "none":
            whole = model.parameters()
            return [Line("weights", whole * self.width, f"{whole:,} parameters in {compute}")]
        packed = model.linear_parameters()
        kept = model.parameters() - packed
        bits = "4 bits each and a scale for 64 of them in " + ("8 bits" if self.precision.double else "32 bits")
        what = "embeddings, norms and output layer" if not model.tied else "embeddings and norms"
        return [
            Line("4-bit weights", self._packed(packed), f"{packed:,} weights of linear layers, {bits}"),
            Line("other weights", kept * self.width, f"{kept:,} parameters of {what} in {compute}"),
        ]

    def _packed(self, weights: int) -> int:
        """NF4: half a byte, and a float32 scale a block, or (double) a byte a block and a float32 for 256 blocks.

        On a CPU what belongs to a matrix is mapped from its file tensor by tensor, and each fills its last page.
        """
        blocks = weights / BLOCK
        if self._repacks:
            return int(weights / 2 + 2 * blocks)  # scales in bfloat16
        scales = blocks * (1 + 4 / NESTED) if self.precision.double else blocks * 4
        pages = 0
        if self.room.device == "cpu":
            pages = _PAGE * _TENSORS * sum(kind.count for kind in self.geometry.linears() if kind.quantised)
        return int(weights / 2 + scales) + pages

    @property
    def _repacks(self) -> bool:
        """On a CPU, bfloat16 is what bitsandbytes lays 4-bit weights out anew for, when they are first used."""
        return self.room.device == "cpu" and self.precision.compute == "bfloat16"

    def _answering(self, task: Task) -> list[Line]:
        model, tokens = self.geometry, task.prompt
        cache = model.cached(task.context) * self.width * task.batch
        inside = (
            f", the last {model.window:,} tokens in {model.windowed} of {model.layers} layers" if model.window else ""
        )
        each = model.cached(1) * self.width
        moment = self._moment(tokens * task.batch, tokens)
        first = self._reading_cache(tokens) * task.batch
        grown = cache // model.layers + (model.hidden * tokens * self.width * task.batch if model.encoder_layers else 0)
        reading, unpacking = (size + first - cache for size in (moment.bytes, self._unpacking(tokens * task.batch)))
        active = max(reading, grown)
        how = moment.how if reading >= grown else "one layer's cache while it grows by a token"
        unpacked = max(unpacking - active, 0)
        return [
            Line("key-value cache", cache, f"{task.context:,} tokens x {each:,} bytes{inside}{_times(task.batch)}"),
            Line("activations", active, f"reading {tokens:,} tokens{_times(task.batch)}: {how}"),
            Line("unpacked weights", unpacked, self._unpacked_how()),
        ]

    def _reading_cache(self, tokens: int) -> int:
        """The cache when the last layer reads the prompt: what is outside a window goes at the next token.

        An encoder reads it before there is any.
        """
        model = self.geometry
        if model.encoder_layers:
            return 0
        return 2 * model.kv_heads * model.head_dim * model.layers * tokens * self.width

    def _moment(self, rows: int, tokens: int) -> Line:
        """The highest moment of a layer that reads `rows` tokens, `tokens` in each prompt, when nothing is kept.

        In the MLP the embeddings, the layer's input, what attention added and the normed form of that are alive (4 x
        hidden), and the ways in, the activation and the product (`inner` x intermediate); counted from the allocations
        of transformers 5.23. In attention 3 x hidden, queries before and behind rotation and the output, and keys; and
        what `_scores` says.
        """
        model, traits = self.geometry, self.geometry.traits
        scores, standing, said = self._scores(tokens)
        prompts = rows // tokens
        query, key = model.heads * model.head_dim, model.kv_heads * model.head_dim
        mlp = (4 * model.hidden + traits.inner * model.intermediate) * rows * self.width + standing * prompts
        attention = (3 * model.hidden + 3 * query + key) * rows * self.width + scores * prompts
        rotary = 2 * model.head_dim * tokens * self.width
        if attention > mlp:
            return Line("", attention + rotary, f"attention with {said}")
        inside = f"(4 x {model.hidden:,} + {traits.inner} x {model.intermediate:,}) numbers a token in an MLP"
        return Line("", mlp + rotary, inside)

    def _scores(self, tokens: int) -> tuple[int, int, str]:
        """Bytes for each pair of tokens of a prompt: in attention, what of it stands all the time, and what it is."""
        model, pairs = self.geometry, tokens * tokens
        each = f"{model.heads} numbers for each pair of tokens"
        if model.architecture == "gemma2":  # attention with a soft cap is not fused; two masks and the result stand
            return (8 * model.heads + 2 * self.width) * pairs, (model.heads + 2) * self.width * pairs, f"{each}, twice"
        if model.encoder_layers:  # T5 adds a table of relative positions to the scores, and lays it out anew
            table = model.heads * pairs * self.width
            return 2 * table, table, f"{each}, twice"
        if not self.room.fused and model.kv_heads < model.heads:  # grouped heads have only the plain kernel there
            return 8 * model.heads * pairs, 0, f"{each}, twice in float32 (this GPU has no fused kernel for it)"
        if model.window and tokens >= model.window:  # a mask, once as truth values and once as numbers
            repeated = 2 * model.heads * model.head_dim * tokens * self.width
            return (1 + self.width) * pairs + repeated, pairs, "a mask of its window"
        return 0, 0, "no mask"

    def _unpacking(self, rows: int) -> int:
        """The highest moment while a 4-bit matrix is multiplied: it is unpacked whole, beside what is alive then."""
        if self.precision.quantisation == "none":
            return 0
        model = self.geometry
        ways = 2 if model.gated else 1
        alive = (4 * model.hidden + ways * model.intermediate) * rows * self.width
        return alive + self._matrix()

    def _matrix(self) -> int:
        """The largest 4-bit matrix unpacked, and its scales in float32 where those are quantised, twice meanwhile."""
        size = self.geometry.largest()
        if self._repacks:
            return size * _REPACKED
        return size * self.width + (8 * size // BLOCK if self.precision.double else 0)

    def _unpacked_how(self) -> str:
        return f"the largest 4-bit matrix ({self.geometry.largest():,} weights) in {self.precision.compute}"

    def _training(self, training: Training) -> list[Line]:
        """LoRA: trained weights, their gradients and the optimizer's numbers are float32 on any base."""
        trained = self.geometry.lora_parameters(training.rank)
        states = STATES[training.optimizer]
        kept, moment, loss = self._kept(training), self._backward(training), self._logits(training)
        unpacked = 0
        if self.precision.quantisation == "nf4":
            unpacked = max(self._matrix() - self._rows(training) * self.geometry.intermediate * self.width, 0)
        said = f"{trained:,} parameters of rank {training.rank}"
        return [
            Line("adapter", trained * 4, f"{said} in float32"),
            Line("gradients", trained * 4, f"{trained:,} in float32"),
            Line("optimizer", trained * states, f"{training.optimizer}: {states} bytes a trained parameter"),
            kept,
            moment,
            Line("unpacked weights", unpacked, self._unpacked_how()),
            loss,
        ]

    def _rows(self, training: Training) -> int:
        return training.tokens * training.batch

    def _kept(self, training: Training) -> Line:
        """What the forward pass keeps of all layers: their inputs, or without checkpointing all that gradients need."""
        model, rows = self.geometry, self._rows(training)
        layers = model.layers + model.encoder_layers
        if training.checkpointing:
            size, said = model.hidden, f"the input of {layers} layers ({model.hidden:,} numbers a token)"
        else:
            size = self._inside() + model.hidden
            said = f"all that the gradients of {layers} layers need ({size:,} numbers a token)"
        pairs = 0 if training.checkpointing else self._scores(training.tokens)[0] // 2 * training.batch
        kept = layers * (size * rows * self.width + pairs)
        return Line("kept activations", kept, f"{rows:,} tokens: {said}")

    def _inside(self) -> int:
        """Numbers a token that a layer keeps for its gradients beside its input.

        Both normed forms, queries, keys, values, the output of attention, the sum behind it, and of the MLP what comes
        in, the activation and the product: counted from the allocations of a LoRA step.
        """
        model = self.geometry
        query, key = model.heads * model.head_dim, model.kv_heads * model.head_dim
        inner = 4 if model.gated else model.traits.inner
        return 3 * model.hidden + 2 * query + 2 * key + inner * model.intermediate

    def _backward(self, training: Training) -> Line:
        """One layer's gradients at work: what it keeps (recomputed, with checkpointing), and the gradients inside."""
        model, rows = self.geometry, self._rows(training)
        query, key = model.heads * model.head_dim, model.kv_heads * model.head_dim
        inner = (6 if model.gated else model.traits.inner + 2) if training.checkpointing else 2
        around = 5 * model.hidden + 2 * query + 2 * key if training.checkpointing else 2 * model.hidden
        size = around + inner * model.intermediate
        pairs = self._scores(training.tokens)[0] * training.batch
        return Line("gradients at work", size * rows * self.width + pairs, f"{size:,} numbers a token in one layer")

    def _logits(self, training: Training) -> Line:
        """At the loss: scores, their logarithm and gradient, in float32, before any layer's gradients are at work.

        The scores themselves stay until the step is over.
        """
        rows = min(training.answers or training.tokens, training.tokens) * training.batch
        once = rows * self.geometry.vocab * 4
        beyond = max(3 * once - self._backward(training).bytes, once)
        said = f"{rows:,} answer tokens x {self.geometry.vocab:,} vocabulary entries in float32, 3 times at the loss"
        return Line("scores of the vocabulary", beyond, f"{said}, once later on")

    def _beside(self, task: Task) -> list[Line]:
        adapters = [Line(f"adapter {name}", size, "loaded, in float32") for name, size in task.adapters]
        embedder = task.embedder_bytes if self.room.device == "cpu" else 0
        return [*adapters, Line("embedder", embedder, "its weights")]

    def _runtime(self, task: Task) -> list[Line]:
        if self.room.device == "cuda":
            return [Line("cuBLAS", _CUBLAS, "its workspace")]
        vocab = self.geometry.vocab
        free, holes, said = (2 * TRAINING_MAPPED_FROM, 0, "") if task.training else (KEPT, *self._holes(task))
        return [
            Line("tokenizer", vocab * _TOKENIZER, f"{vocab:,} vocabulary entries x {_TOKENIZER} bytes"),
            Line("heap", free + holes, f"up to {free / 2**20:g} MiB that are kept free{said}"),
        ]

    def _holes(self, task: Task) -> tuple[int, str]:
        """Free places in the heap between blocks that are in use, when a prompt is read.

        Half of what is in use: where blocks come and go at random, there are half as many holes as blocks (the
        fifty-percent rule; Knuth, The Art of Computer Programming 1, 2.5). Larger blocks are not in the heap. And where
        a layer's part of the cache is smaller than any matrix that is unpacked there, it is cut out of the place of
        one, which then is too small for the next.
        """
        model, rows = self.geometry, task.prompt * task.batch
        part = model.kv_heads * model.head_dim * rows * self.width
        blocks = [(part, 2 * model.layers), (model.hidden * rows * self.width, 4)]
        blocks.append((model.intermediate * rows * self.width, model.traits.inner))
        matrices = [kind.size * self.width for kind in model.linears() if kind.quantised]
        small = self.precision.quantisation == "nf4" and max(matrices) < MAPPED_FROM
        if small:
            blocks += [(size, 1) for size in matrices]
        used = sum(size * count for size, count in blocks if size < MAPPED_FROM)
        said = ", and half of what is in smaller blocks" if used else ""
        cut = max(matrices) * model.layers if small and part < min(matrices) else 0
        return used // 2 + cut, said + (", and in each layer the place of an unpacked matrix" if cut else "")

    def host(self, task: Task) -> Line:
        """The highest moment on the host while prepared weights are loaded: one tensor after the other."""
        one = self.geometry.vocab * self.geometry.hidden * _HALF
        if self.room.device == "cpu":
            loaded = sum(line.bytes for line in self.weights()) + task.embedder_bytes
            return Line(
                "host, while loading", loaded + one, "the weights, and the largest tensor as it lies in its file"
            )
        return Line("host, while loading", one + task.embedder_bytes, "the largest tensor on its way, and the embedder")


def _times(batch: int) -> str:
    return f" x {batch} at once" if batch > 1 else ""


def gib(size: int) -> str:
    """Bytes as a person says them: GiB with two decimals."""
    return f"{size / 2**30:.2f} GiB"

"""This machine -> the memory it has, and its GPUs; and the memory of cards that are known by name."""

from __future__ import annotations

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kb.errors import SettingsError
from kb.models.costs import Room
from kb.models.threads import cores, share_cores

GIB = 2**30
BFLOAT16_CAPABILITY = (8, 0)  # Ampere; older GPUs emulate bfloat16, slowly

_DRIVER = Path("/proc/driver/nvidia/version")
_WINDOWS_DRIVER = Path("/dev/dxg")  # CUDA under the Windows Subsystem for Linux

# GiB that a program finds, below what is printed on the box, and the compute capability. The first as PyTorch writes it
# into its out-of-memory messages ("GPU 0 has a total capacity of 14.56 GiB"), the second as NVIDIA lists it.
_CARDS: dict[str, tuple[float, tuple[int, int]]] = {
    "t4": (14.56, (7, 5)),
    "v100": (15.77, (7, 0)),
    "p100": (15.89, (6, 0)),
    "l4": (22.03, (8, 9)),
    "a10": (22.06, (8, 6)),
    "a100": (39.39, (8, 0)),
    "h100": (79.10, (9, 0)),
    "rtx3060": (11.63, (8, 6)),
    "rtx3090": (23.56, (8, 6)),
    "rtx4090": (23.53, (8, 9)),
}
# What CUDA itself takes for a process, kernels and all; PyTorch's messages tell of .13 GiB outside of it on a T4.
_CONTEXT = 0.25 * GIB


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU that CUDA can use. `total` and `free` are bytes; `driver` is empty where the system does not say."""

    name: str
    total: int
    free: int
    capability: tuple[int, int]
    driver: str = ""

    @property
    def computes_bfloat16(self) -> bool:
        """Whether its arithmetic knows bfloat16."""
        return self.capability >= BFLOAT16_CAPABILITY


@dataclass(frozen=True, slots=True)
class Devices:
    """What there is to compute with. Bytes; `host_free` is what a new process can use without swapping."""

    cuda: tuple[Gpu, ...]
    host_total: int
    host_free: int
    cores: int

    @property
    def gpu(self) -> Gpu | None:
        """The GPU with the most memory free."""
        return max(self.cuda, key=lambda gpu: gpu.free, default=None)


def devices() -> Devices:
    """Look at this machine. torch is imported only where an NVIDIA driver is."""
    total, free = _host()
    return Devices(_gpus(), total, free, cores())


def room(found: Devices, device: Literal["cpu", "cuda"]) -> Room:
    """The room that a model has on this machine: its memory, or that of the GPU with the most of it free.

    Raises:
        SettingsError: There is no GPU.
    """
    if device == "cpu":
        return Room("cpu", found.host_total, found.host_free)
    if found.gpu is None:
        raise SettingsError("There is no GPU that CUDA can use", "Set llm.device to cpu, or see what kb doctor finds")
    return room_of(found.gpu)


def room_of(gpu: Gpu) -> Room:
    """The room on one GPU. Attention over grouped heads has a fused kernel from Ampere on (FlashAttention-2)."""
    return Room("cuda", gpu.total, gpu.free, gpu.name, fused=gpu.capability >= BFLOAT16_CAPABILITY)


def available_memory() -> int | None:
    """Bytes that a new process can use without swapping; None where the system does not say."""
    return _meminfo("MemAvailable")


def driver() -> str:
    """The version of the NVIDIA driver; empty where there is none, or the system does not say."""
    try:
        words = _DRIVER.read_text(encoding="ascii", errors="replace").split()
    except OSError:
        return ""
    return next((word for word in words if word[0].isdigit() and "." in word), "")


def card(text: str) -> Gpu:
    """A card to plan for, nothing on it but what CUDA takes: `t4`, `RTX 3060`, or GiB such as `15` or `15GiB`.

    Of a number nothing is known but the memory; it is planned for as a card without bfloat16.

    Raises:
        SettingsError: The card is not known, and it is no number.
    """
    plain = "".join(text.lower().split())
    name = plain.replace("-", "").removeprefix("nvidia").removeprefix("tesla")
    known = _CARDS.get(name)
    if known is not None:
        memory, capability = known
        return Gpu(name.upper(), int(memory * GIB), int(memory * GIB - _CONTEXT), capability)
    try:
        gib = float(plain.removesuffix("gib").removesuffix("gb"))
    except ValueError:
        gib = 0.0
    if not 0 < gib < 10_000:
        raise SettingsError(f"There is no card {text!r} in the list", f"Name one of {', '.join(_CARDS)}, cpu, or GiB")
    return Gpu(f"a card of {gib:g} GiB", int(gib * GIB), max(int(gib * GIB - _CONTEXT), 0), (7, 5))


def _host() -> tuple[int, int]:
    total, free = _meminfo("MemTotal"), available_memory()
    if total is None:
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return total, total // 2 if free is None else free


def _meminfo(name: str) -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = [int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")]
    return found[0] if found else None


def _gpus() -> tuple[Gpu, ...]:
    if not (_DRIVER.exists() or _WINDOWS_DRIVER.exists()) or importlib.util.find_spec("torch") is None:
        return ()
    share_cores()
    import torch

    if not torch.cuda.is_available():
        return ()
    found = []
    for index in range(torch.cuda.device_count()):
        facts = torch.cuda.get_device_properties(index)
        free, total = torch.cuda.mem_get_info(index)
        found.append(Gpu(facts.name, total, free, (facts.major, facts.minor), driver()))
    return tuple(found)

"""Which language model speaks on which machine, and the cards that are known by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import KBError, SettingsError
from kb.models import devices as machine
from kb.models.devices import GIB, Devices, Gpu, card
from kb.models.embedded import EMBEDDED
from kb.models.folders import write_manifest
from kb.models.profiles import EMBEDDED_MODEL, MISTRAL, choose
from kb.settings import LanguageModelSettings
from tests.models.tiny_language import write

T4 = Gpu("Tesla T4", 15 * GIB, 14 * GIB, (7, 5), "550.54.15")
L4 = Gpu("NVIDIA L4", 22 * GIB, 21 * GIB, (8, 9), "550.54.15")


@pytest.fixture(autouse=True)
def _no_hub_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))


def having(*cuda: Gpu) -> Devices:
    return Devices(cuda, 24 * GIB, 20 * GIB, 4)


def with_mistral(models: Path) -> Path:
    """A folder of models with Mistral in 4 bits in it, as far as small files tell."""
    folder = models / f"{MISTRAL}.nf4"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    write_manifest(folder, {"name": MISTRAL})
    return models


class TestAuto:
    def test_takes_mistral_where_it_is_and_fits(self, tmp_path: Path) -> None:
        found = choose(LanguageModelSettings(), having(T4), with_mistral(tmp_path))
        assert (found.kind, found.model, found.device) == ("mistral", MISTRAL, "cuda")
        assert (found.quantisation, found.compute) == ("nf4", "float16")
        assert found.reason == (
            f"mistral: {MISTRAL}, 4-bit in float16 on Tesla T4; auto found it here, and 14.0 GiB of the GPU free"
        )

    def test_never_picks_what_would_have_to_be_fetched(self, tmp_path: Path) -> None:
        found = choose(LanguageModelSettings(), having(L4), tmp_path)
        assert (found.kind, found.model, found.device) == ("embedded", EMBEDDED_MODEL, "cuda")
        assert f"{MISTRAL} is not on this machine (kb models pull {MISTRAL} fetches 14.5 GB)" in found.reason

    def test_a_full_gpu_is_told_of(self, tmp_path: Path) -> None:
        full = Gpu("Tesla T4", 15 * GIB, 2 * GIB, (7, 5))
        found = choose(LanguageModelSettings(), having(full), with_mistral(tmp_path))
        assert found.model == EMBEDDED_MODEL
        assert "the GPU has 2.0 GiB free" in found.reason

    def test_without_a_gpu_the_embedded_model_speaks_in_float32(self, tmp_path: Path) -> None:
        found = choose(LanguageModelSettings(), having(), with_mistral(tmp_path))
        assert (found.model, found.quantisation, found.compute, found.device) == (
            EMBEDDED_MODEL,
            "none",
            "float32",
            "cpu",
        )
        assert found.model in EMBEDDED
        assert "there is no GPU that CUDA can use" in found.reason

    def test_the_emptiest_of_several_gpus_is_taken(self, tmp_path: Path) -> None:
        busy = Gpu("NVIDIA L4", 22 * GIB, 3 * GIB, (8, 9))
        assert "on Tesla T4" in choose(LanguageModelSettings(), having(busy, T4), with_mistral(tmp_path)).reason


@pytest.mark.parametrize(("gpu", "compute"), [(L4, "bfloat16"), (T4, "float16")])
def test_arithmetic_is_what_the_gpu_knows(gpu: Gpu, compute: str, tmp_path: Path) -> None:
    assert choose(LanguageModelSettings(profile="mistral"), having(gpu), tmp_path).compute == compute


def test_a_named_model_is_kept_and_what_it_fetches_is_said(tmp_path: Path) -> None:
    found = choose(LanguageModelSettings(profile="microsoft/phi-2"), having(), tmp_path)
    assert (found.kind, found.model, found.quantisation) == ("named", "microsoft/phi-2", "nf4")
    assert "kb models pull microsoft/phi-2 fetches 5.6 GB" in found.reason


def test_a_small_folder_stays_as_it_is_on_a_cpu(tmp_path: Path) -> None:
    folder = write("mistral", tmp_path / "model")
    found = choose(LanguageModelSettings(profile=str(folder)), having(), tmp_path)
    assert (found.kind, found.model, found.quantisation) == ("named", str(folder), "none")


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KBError, match="There is no folder"):
        choose(LanguageModelSettings(profile=str(tmp_path / "nowhere")), having(), tmp_path)


def test_settings_win_over_what_would_be_best(tmp_path: Path) -> None:
    llm = LanguageModelSettings(profile="embedded", quantisation="nf4", compute="bfloat16", device="cpu")
    found = choose(llm, having(L4), tmp_path)
    assert (found.quantisation, found.compute, found.device) == ("nf4", "bfloat16", "cpu")


def test_a_gpu_that_is_not_there_is_not_replaced_in_silence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"llm\.device is cuda, and there is no GPU"):
        choose(LanguageModelSettings(device="cuda"), having(), tmp_path)


def test_a_server_is_named_without_its_password(tmp_path: Path) -> None:
    llm = LanguageModelSettings(profile="http", base_url="http://me:secret@127.0.0.1:8000/v1", remote_model="m")
    found = choose(llm, having(), tmp_path)
    assert (found.kind, found.model) == ("http", "m")
    assert "127.0.0.1:8000/v1" in found.reason
    assert "secret" not in found.reason


class TestCards:
    @pytest.mark.parametrize("text", ["t4", "T4", "Tesla T4", "nvidia-t4"])
    def test_a_card_is_known_by_its_name(self, text: str) -> None:
        assert card(text).total == int(14.56 * GIB)
        assert not card(text).computes_bfloat16

    @pytest.mark.parametrize("text", ["15", "15GiB", "15 gb"])
    def test_a_number_is_gib(self, text: str) -> None:
        assert card(text).total == 15 * GIB

    @pytest.mark.parametrize("text", ["t5", "", "-3", "0", "nan", "1e99"])
    def test_what_is_neither_is_refused_with_the_list(self, text: str) -> None:
        with pytest.raises(SettingsError, match="Name one of t4, v100"):
            card(text)


def test_this_machine_has_memory_and_cores() -> None:
    found = machine.devices()
    assert 0 < found.host_free < found.host_total
    assert found.cores >= 1


def test_the_driver_is_read_from_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "version"
    monkeypatch.setattr(machine, "_DRIVER", file)
    assert machine.driver() == ""
    file.write_text("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\n")
    assert machine.driver() == "550.54.15"

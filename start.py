"""From a checkout to a running program with Python 3.11 or newer and nothing else.

    python3 start.py demo          installs into .venv beside this file, then runs `regarding demo`
    python3 start.py tests -n 3    installs the test tools too, then runs pytest with what follows

Everything after the first word goes to the program that runs. REGARDING_VENV names another folder for the virtual
environment. It makes its own because Debian, Homebrew and others refuse to install into the system's Python.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
import venv
from pathlib import Path
from urllib.parse import urljoin

HERE = Path(__file__).resolve().parent
OLDEST = (3, 11)
PIP_INDEX = "https://pypi.org/pypi/pip/json"
NO_PIP = "Python's pip is missing and cannot be fetched (%s); on Debian and Ubuntu: sudo apt install python3-venv"


class Failed(Exception):
    """Its text is the one sentence the user reads."""


def main(words: list[str]) -> int:
    """Install what is needed and run the rest of the line; returns the exit status."""
    try:
        return run(words or ["ui"])
    except Failed as failure:
        sys.stderr.write(f"start.py: {failure}\n")
    except subprocess.CalledProcessError as failure:
        sys.stderr.write(f"start.py: the installation stopped with status {failure.returncode}, see above.\n")
    except KeyboardInterrupt:
        return 130
    return 1


def run(words: list[str]) -> int:
    if sys.version_info < OLDEST:
        raise Failed(f"Python {'.'.join(map(str, OLDEST))} or newer is needed; this is {sys.version.split()[0]}.")
    home = Path(os.environ.get("REGARDING_VENV") or HERE / ".venv")
    wants_tests = words[0] == "tests"
    install(home, with_tests=wants_tests)
    if wants_tests:
        return subprocess.call([python(home), "-m", "pytest", *words[1:]], cwd=HERE)
    return subprocess.call([python(home), "-m", "tui.entry", *words])


def python(home: Path) -> str:
    """The interpreter of a virtual environment."""
    return str(home / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def install(home: Path, *, with_tests: bool) -> None:
    """Make the environment and install into it, unless that was done for this very checkout before."""
    stamp = home / f"installed-{fingerprint()}{'-tests' if with_tests else ''}"
    if stamp.exists():
        return
    if not has_pip(home):
        make_environment(home)
    pip(home, "install", "--upgrade", "pip>=25.1")  # the first that reads dependency groups
    tools = ["--group", f"{HERE / 'pyproject.toml'}:dev"] if with_tests else []
    pip(home, "install", "--editable", str(HERE), *tools)
    stamp.touch()


def fingerprint() -> str:
    """Changes with what has to be installed, and with the place of the checkout."""
    return hashlib.sha256(str(HERE).encode() + (HERE / "pyproject.toml").read_bytes()).hexdigest()[:12]


def has_pip(home: Path) -> bool:
    if not Path(python(home)).exists():
        return False
    asked = subprocess.run([python(home), "-m", "pip", "--version"], capture_output=True, check=False)
    return asked.returncode == 0


def make_environment(home: Path) -> None:
    """A virtual environment with pip, also where the system splits ensurepip off."""
    sys.stderr.write(f"Making a virtual environment in {home} ...\n")
    brings_pip = importlib.util.find_spec("ensurepip") is not None
    venv.create(home, with_pip=brings_pip, symlinks=os.name != "nt")
    if not brings_pip:
        with tempfile.TemporaryDirectory() as folder:
            wheel = fetch_pip(Path(folder))
            # A wheel is a zip file, which Python runs a package from.
            subprocess.run([python(home), f"{wheel}/pip", "install", "--quiet", "--no-index", str(wheel)], check=True)


def fetch_pip(folder: Path) -> Path:
    """The newest pip as a wheel, held to the checksum that the index names."""
    try:
        with urllib.request.urlopen(PIP_INDEX, timeout=60) as answer:
            files = json.load(answer)["urls"]
        chosen = next(file for file in files if file["packagetype"] == "bdist_wheel")
        with urllib.request.urlopen(urljoin(PIP_INDEX, chosen["url"]), timeout=60) as answer:
            data = answer.read()
    except (OSError, ValueError, LookupError, StopIteration) as error:
        raise Failed(NO_PIP % error) from error
    if hashlib.sha256(data).hexdigest() != chosen["digests"]["sha256"]:
        raise Failed(NO_PIP % "its checksum is wrong")
    wheel = folder / Path(chosen["filename"]).name
    wheel.write_bytes(data)
    return wheel


def pip(home: Path, *words: str) -> None:
    sys.stderr.write(f"pip {' '.join(words)} ...\n")
    command = [python(home), "-m", "pip", "--disable-pip-version-check", "--quiet", *words]
    # Setuptools warns everybody about what only concerns those who make packages.
    subprocess.run(command, check=True, env=os.environ | {"PYTHONWARNINGS": "ignore"})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

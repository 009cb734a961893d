"""`regarding link fit`: weights for scripts, changes for people, a file for the product."""

from __future__ import annotations

from pathlib import Path

from assistant.linking.score import Weights, standard_weights
from tests.assistant.commands.conftest import Run
from tests.assistant.commands.test_schemas import check
from tests.assistant.linking.world.authored import write_world


def test_fitted_weights_are_written_where_they_are_wanted(regarding: Run, tmp_path: Path) -> None:
    told = regarding("link", "fit", write_world(tmp_path / "world"), "--out", tmp_path / "weights.toml", "--json")
    check("link-fit", told.json)
    written = Weights.read((tmp_path / "weights.toml").read_text("utf-8"))
    assert (told.code, written.groups) == (0, told.json["weights"])
    assert written.thresholds == standard_weights().thresholds


def test_a_file_that_cannot_be_written_is_one_sentence(regarding: Run, tmp_path: Path) -> None:
    out = tmp_path / "missing" / "weights.toml"
    told = regarding("link", "fit", write_world(tmp_path / "world"), "--out", out)
    assert (told.code, told.err.splitlines()[-1]) == (
        1,
        f"regarding: {out} cannot be written: No such file or directory.",
    )

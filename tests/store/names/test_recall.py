"""The benchmark of misspelt names at a fiftieth of its size: what is found, never how fast."""

from __future__ import annotations

from pathlib import Path

from store.engine import open_store
from store.names.rebuilding import rebuild_names
from tests.benchmarks.names import RECALL, exhaustive, fill, indexed, noisy

ACCOUNTS = 2_000
QUERIES = 250
SEED = 11


def test_index_finds_as_many_misspelt_names_first_as_a_comparison_with_every_title(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "names.db"))
    titles = fill(store, ACCOUNTS, SEED)
    with store.write() as tx:
        rebuild_names(tx)
    queries = noisy(ACCOUNTS, QUERIES, SEED)
    ours, theirs = indexed(store, queries), exhaustive(titles, queries)
    store.close()
    assert ours.share >= RECALL * theirs.share
    assert ours.share >= 0.9

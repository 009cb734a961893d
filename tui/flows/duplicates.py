"""Making one record of two, or keeping both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from store.duplicates.pairs import refuse_duplicate
from store.queries.duplicates import DuplicateDetail, DuplicateRow
from store.records.merging import merge_records
from tui.flows.common import announce
from tui.rows.duplicates import LEFT, choices, field_lines

if TYPE_CHECKING:
    from tui.screens.duplicates import DuplicatesScreen


async def merge(screen: DuplicatesScreen, pair: DuplicateDetail, winner: str, chosen: Mapping[str, str]) -> None:
    """Keep the winner of the two, with the values that were picked from the other."""
    left, right = pair.row.left.record_id, pair.row.right.record_id
    kept, gone = (left, right) if winner == LEFT else (right, left)
    values = choices(field_lines(pair, winner, chosen), winner)
    await screen.perform(merge_records, kept, gone, values)
    await announce(screen)


async def refuse(screen: DuplicatesScreen, row: DuplicateRow) -> None:
    """These are two, and are never proposed as one again."""
    await screen.perform(refuse_duplicate, row.uid)
    await announce(screen)

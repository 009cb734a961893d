"""The README's tables of commands and keys, as the code declares them.

python -m tests.readme        writes them into README.md; a test holds them to the code
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from assistant.commands.registry import every_command
from tui.app import EVERYWHERE
from tui.commands import Command
from tui.screens.articles import ArticlesScreen
from tui.screens.board import BoardScreen
from tui.screens.calendar import CalendarScreen
from tui.screens.compose import ComposeScreen
from tui.screens.conflicts import ConflictsScreen
from tui.screens.duplicates import DuplicatesScreen
from tui.screens.inbox import InboxScreen
from tui.screens.meeting import MeetingScreen
from tui.screens.meeting_card import MeetingCardScreen
from tui.screens.modes import MODE_SCREENS
from tui.screens.notices import NoticesScreen
from tui.screens.numbers import NumbersScreen
from tui.screens.outbox import OutboxScreen
from tui.screens.plan import PlanScreen
from tui.screens.plans import PlansScreen
from tui.screens.proposals import ProposalsScreen
from tui.screens.queues import QueuesScreen
from tui.screens.read import ReadScreen
from tui.screens.record import RecordScreen
from tui.screens.records import RecordsScreen
from tui.screens.review import ReviewScreen
from tui.screens.rules import RulesScreen
from tui.screens.search import SearchScreen
from tui.screens.service import ServiceScreen
from tui.screens.sync import SyncScreen
from tui.screens.today import TodayScreen
from tui.screens.waiting import WaitListScreen
from tui.screens.workshop import WorkshopScreen
from tui.widgets.top_bar import DIGITS

README = Path(__file__).resolve().parent.parent / "README.md"

_SCREENS: tuple[tuple[str, tuple[Command, ...]], ...] = (
    ("Everywhere", EVERYWHERE),
    ("Today", TodayScreen.HERE),
    ("Before a meeting", MeetingCardScreen.HERE),
    ("Inbox", InboxScreen.HERE),
    ("Lists of records", RecordsScreen.HERE),
    ("Record", RecordScreen.HERE),
    ("A mail or activity", ReadScreen.HERE),
    ("Review", ReviewScreen.HERE),
    ("Review: duplicates", DuplicatesScreen.HERE),
    ("Review: new details", ProposalsScreen.HERE),
    ("A meeting", MeetingScreen.HERE),
    ("Calendar", CalendarScreen.HERE),
    ("Schedule board", BoardScreen.HERE),
    ("Schedule board: a plan", PlanScreen.HERE),
    ("Schedule board: plans", PlansScreen.HERE),
    ("Schedule board: wait list", WaitListScreen.HERE),
    ("Schedule board: set up", WorkshopScreen.HERE),
    ("Search", SearchScreen.HERE),
    ("Sync", SyncScreen.HERE),
    ("Notices", NoticesScreen.HERE),
    ("Conflicts", ConflictsScreen.HERE),
    ("Outbox", OutboxScreen.HERE),
    ("Writing a mail", ComposeScreen.HERE),
    ("Articles", ArticlesScreen.HERE),
    ("Queues", QueuesScreen.HERE),
    ("Queues: set up", ServiceScreen.HERE),
    ("Rules", RulesScreen.HERE),
    ("Numbers", NumbersScreen.HERE),
)


def commands_table() -> str:
    """A row per command; the actions of a command stand with it."""
    rows = [
        (f"`regarding {command.name}{_actions([each.name for each in command.subcommands])}`", command.help)
        for command in every_command()
    ]
    return _table(("Command", "What it does"), rows)


def keys_table() -> str:
    """A row per screen; the digits that open the screens come first."""
    digits = ", ".join(f"`{digit}` {name}" for digit, name in zip(DIGITS, MODE_SCREENS, strict=False))
    rows = [("Screens", digits), *((name, ", ".join(map(_key, commands))) for name, commands in _SCREENS)]
    return _table(("Where", "Keys"), rows)


def with_tables(text: str) -> str:
    """The README's text with both tables as they must be."""
    for name, table in (("commands", commands_table()), ("keys", keys_table())):
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
        head, _, rest = text.partition(start)
        _, _, tail = rest.partition(end)
        text = f"{head}{start}{table}{end}{tail}"
    return text


def _actions(names: Iterable[str]) -> str:
    joined = "\\|".join(names)
    return f" {joined}" if joined else ""


def _key(command: Command) -> str:
    return f"`{command.key_words}` {command.title.removesuffix(' …').lower()}"


def _table(head: tuple[str, str], rows: Iterable[tuple[str, str]]) -> str:
    return "".join(f"| {left} | {right} |\n" for left, right in (head, ("---", "---"), *rows))


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text("utf-8")), "utf-8")

"""`regarding rebuild`: make anew what follows from something else in the store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.intake import follow_up
from store.linking.pending import reopen_all
from store.linking.timelines import rebuild


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("timelines", "links"), help="timelines from links, or links from evidence")


def _run(context: Context, arguments: Namespace) -> Outcome:
    """Decisions of people stay as they are in both cases."""
    store = context.services().store
    if arguments.what == "links":
        with store.write() as tx:
            reopen_all(tx)
        follow_up(store, now=context.clock())
    with store.write() as tx:
        linked = rebuild(tx)
    return Outcome({"linked": linked}, [f"{linked:,} mails and activities stand on timelines."])


COMMAND = Command("rebuild", "make timelines or links anew from what they follow from", _run, _arguments)

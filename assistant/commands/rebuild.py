"""`regarding rebuild`: make anew what follows from something else in the store."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from assistant.commands.base import Command, Context, Outcome
from assistant.intake import follow_up
from store.linking.pending import reopen_all
from store.linking.timelines import rebuild
from store.names.rebuilding import rebuild_names


def _arguments(parser: ArgumentParser) -> None:
    what = "timelines from links, links from evidence, or the index of names from the records"
    parser.add_argument("what", choices=("timelines", "links", "names"), help=what)


def _run(context: Context, arguments: Namespace) -> Outcome:
    """Decisions of people stay as they are in every case."""
    store = context.services().store
    if arguments.what == "names":
        with store.write() as tx:
            named = rebuild_names(tx)
        return Outcome({"linked": None, "named": named}, [f"{named:,} records are found by their names."])
    if arguments.what == "links":
        with store.write() as tx:
            reopen_all(tx)
        follow_up(store, now=context.clock())
    with store.write() as tx:
        linked = rebuild(tx)
    return Outcome({"linked": linked, "named": None}, [f"{linked:,} mails and activities stand on timelines."])


COMMAND = Command(
    "rebuild", "make timelines, links or the index of names anew from what they follow from", _run, _arguments
)

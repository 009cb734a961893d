"""`regarding article`: solutions and canned answers, found by words also where they are mistyped."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome, count
from assistant.commands.mailbox import text_of
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line, table, visible
from store.articles.fields import FIELDS, KIND_LABELS, KINDS
from store.articles.reading import ArticleRow, articles, find_article
from store.articles.saving import create_article, delete_article, edit_article, keep_solution, solution_of
from store.articles.searching import Shelf
from store.queries.record_names import find_record

_FOUND = 20
_HELP = {field.name: field.help for field in FIELDS}


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("article", metavar="ARTICLE", help="its title, or how its id begins")


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=KINDS, default="", help="only solutions, or only canned answers")


def _search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("words", nargs="+", metavar="WORD", help="any words of it, or their beginnings")
    parser.add_argument("--limit", type=count, default=_FOUND, metavar="COUNT", help=f"how many, {_FOUND} by default")


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("title", help=_HELP["title"])
    _own(parser)
    _text(parser, needed=True)


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--title", metavar="TEXT", help=_HELP["title"])
    _own(parser)
    _text(parser, needed=False)


def _keep_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("case", metavar="CASE", help="the case's number or name")
    parser.add_argument("--title", metavar="TEXT", help="what it is called; without it, as the case")
    parser.add_argument("--queue", metavar="TEXT", help="without it, that of the case")
    _text(parser, needed=False)


def _own(parser: ArgumentParser) -> None:
    parser.add_argument("--kind", choices=KINDS, help=_HELP["kind"])
    parser.add_argument("--queue", metavar="TEXT", help=_HELP["queue"])


def _text(parser: ArgumentParser, *, needed: bool) -> None:
    text = parser.add_mutually_exclusive_group(required=needed)
    text.add_argument("--text", metavar="TEXT", help=_HELP["text"])
    text.add_argument("--text-file", type=Path, metavar="PATH", help="the same, from a text file")


def _list(context: Context, arguments: Namespace) -> Outcome:
    known = context.services().read(articles, kind=getattr(arguments, "kind", ""))
    return _listed(known, "There is no article yet.")


def _search(context: Context, arguments: Namespace) -> Outcome:
    shelf = Shelf(context.services().read(articles))
    return _listed(shelf.find(" ".join(arguments.words))[: arguments.limit], "No article has these words.")


def _show(context: Context, arguments: Namespace) -> Outcome:
    found = context.services().read(find_article, arguments.article)
    facts = [KIND_LABELS[found.kind]]
    facts += [f"queue {found.queue}"] if found.queue else []
    facts += [f"solved {found.case.number}"] if found.case else []
    lines = [one_line(found.title, 200), one_line("  ·  ".join(facts), 200), "", *found.text.splitlines()]
    return Outcome(as_payload(found), [visible(each) for each in lines])


def _new(context: Context, arguments: Namespace) -> Outcome:
    values = _given(arguments)
    uid = context.services().do(create_article, values)
    return Outcome({"article": uid}, [f"{one_line(values['title'], 100)} was written."])


def _edit(context: Context, arguments: Namespace) -> Outcome:
    values = _given(arguments)
    if not values:
        raise CommandError("Say what to change, for instance --text.")
    services = context.services()
    found = services.read(find_article, arguments.article)
    changed = services.do(edit_article, found.uid, values)
    said = "was changed; `regarding undo` takes it back." if changed else "is so already."
    return Outcome({"article": found.uid, "operation": changed or None}, [f"{one_line(found.title, 100)} {said}"])


def _delete(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    found = services.read(find_article, arguments.article)
    uid = services.do(delete_article, found.uid)
    said = f"{one_line(found.title, 100)} was deleted; `regarding undo` brings it back."
    return Outcome({"article": found.uid, "operation": uid}, [said])


def _keep(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    case = services.read(find_record, arguments.case, kind="case")
    kept = services.read(solution_of, case.record_id)
    uid = services.do(keep_solution, kept, _given(arguments))
    again = " in place of the one kept before" if kept.uid else ""
    return Outcome({"article": uid, "case": case.number}, [f"The resolution of {case.number} was kept{again}."])


def _listed(rows: tuple[ArticleRow, ...], nothing: str) -> Outcome:
    shown = [
        (one.uid, KIND_LABELS[one.kind], one_line(one.queue, 20), one_line(one.title, 40), one_line(one.text, 60))
        for one in rows
    ]
    return Outcome({"articles": [as_payload(one) for one in rows]}, table(shown) or [nothing])


def _given(arguments: Namespace) -> dict[str, Any]:
    values = {name: getattr(arguments, name, None) for name in ("title", "kind", "queue", "text")}
    if arguments.text_file is not None:
        values["text"] = text_of(arguments.text_file)
    return {name: value for name, value in values.items() if value is not None}


COMMAND = Command(
    "article",
    "solutions and canned answers: find, add, change and delete them",
    _list,
    subcommands=(
        Command("list", "show them by title", _list, _list_arguments),
        Command("search", "find by words, also mistyped ones, the best first", _search, _search_arguments),
        Command("show", "show one with its text", _show, _which),
        Command("new", "write one", _new, _new_arguments, makes_store=True),
        Command("edit", "change one", _edit, _edit_arguments),
        Command("delete", "delete one; undo brings it back", _delete, _which),
        Command("keep", "keep the resolution of a case as a solution", _keep, _keep_arguments),
    ),
)

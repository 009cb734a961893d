"""`regarding template`: texts to begin a mail with."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.mailbox import text_of
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line, table, visible
from store.mail.templates import Template, delete_template, save_template, templates


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("template", metavar="TEMPLATE", help="its name, or how its id begins")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", help="what it is called")
    _text(parser, needed=True)
    parser.add_argument("--shared", action="store_true", help="for everybody")


def _edit_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    parser.add_argument("--name", metavar="TEXT", help="what it is called from now on")
    _text(parser, needed=False)
    parser.add_argument("--shared", action=BooleanOptionalAction, help="for everybody, or only for you")


def _text(parser: ArgumentParser, *, needed: bool) -> None:
    parser.add_argument("--subject", metavar="TEXT", help="for mails that have none yet")
    text = parser.add_mutually_exclusive_group(required=needed)
    text.add_argument(
        "--text", metavar="TEXT", help="fields such as {contact.given_name} are filled in when it is used"
    )
    text.add_argument("--text-file", type=Path, metavar="PATH", help="the same, from a text file")


def _list(context: Context, _: Namespace) -> Outcome:
    known = context.services().read(templates)
    rows = [
        (one.uid, one_line(one.name, 40), "everybody's" if one.shared else "yours", one_line(one.text, 60))
        for one in known
    ]
    return Outcome({"templates": [as_payload(one) for one in known]}, table(rows) or ["There is no template yet."])


def _show(context: Context, arguments: Namespace) -> Outcome:
    found = _find(context, arguments.template)
    lines = [one_line(found.name, 200), f"Subject: {one_line(found.subject, 200)}", "", *found.text.splitlines()]
    return Outcome(as_payload(found), [visible(each) for each in lines])


def _add(context: Context, arguments: Namespace) -> Outcome:
    text = _written(arguments) or ""
    uid = context.services().do(
        save_template, arguments.name, arguments.subject or "", text, shared=bool(arguments.shared)
    )
    return Outcome({"template": uid}, [f"{one_line(arguments.name, 100)} was added."])


def _edit(context: Context, arguments: Namespace) -> Outcome:
    found, text = _find(context, arguments.template), _written(arguments)
    if all(each is None for each in (arguments.name, arguments.subject, text, arguments.shared)):
        raise CommandError("Say what to change, for instance --text.")
    name: str = found.name if arguments.name is None else arguments.name
    subject: str = found.subject if arguments.subject is None else arguments.subject
    shared: bool = found.shared if arguments.shared is None else arguments.shared
    written = found.text if text is None else text
    uid = context.services().do(save_template, name, subject, written, shared=shared, uid=found.uid)
    return Outcome({"template": uid}, [f"{one_line(name, 100)} was changed."])


def _delete(context: Context, arguments: Namespace) -> Outcome:
    found = _find(context, arguments.template)
    context.services().do(delete_template, found.uid)
    return Outcome({"template": found.uid}, [f"{one_line(found.name, 100)} was deleted."])


def _written(arguments: Namespace) -> str | None:
    if arguments.text_file is not None:
        return text_of(arguments.text_file)
    text: str | None = arguments.text
    return text


def _find(context: Context, named: str) -> Template:
    """The one template with this name or beginning of an id. Raises CommandError."""
    wanted = named.strip().casefold()
    known = context.services().read(templates)
    found = [one for one in known if one.name.casefold() == wanted]
    found = found or [one for one in known if wanted and one.uid.startswith(wanted)]
    if len(found) != 1:
        raise CommandError(f"No single template is called {named}; see regarding template list.")
    return found[0]


COMMAND = Command(
    "template",
    "texts to begin a mail with: list, add, change and delete them",
    _list,
    subcommands=(
        Command("list", "show the templates that you may use", _list),
        Command("show", "show one with its text", _show, _which),
        Command("add", "add one, for you or for everybody", _add, _add_arguments, makes_store=True),
        Command("edit", "change one", _edit, _edit_arguments),
        Command("delete", "delete one", _delete, _which),
    ),
)

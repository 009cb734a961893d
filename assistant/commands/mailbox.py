"""`regarding mailbox`: the signature, addresses and other choices of a mailbox."""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.payloads import as_payload
from assistant.commands.words import one_line, table
from assistant.field_directions import with_directions
from assistant.intake import follow_up
from assistant.reconciling import QUIET_HOUR as USUAL_HOUR
from store.queries.mailbox_settings import MailSettings, mail_settings
from store.sync.settings import (
    ALIASES,
    FIELDS,
    MAY_DELETE,
    QUIET_HOUR,
    SEND_AS,
    SHOW_LINKS,
    SIGNATURE,
    change_mail_settings,
)


def _which(parser: ArgumentParser) -> None:
    parser.add_argument("address", metavar="ADDRESS", help="the mailbox's address")


def _set_arguments(parser: ArgumentParser) -> None:
    _which(parser)
    signature = parser.add_mutually_exclusive_group()
    signature.add_argument("--signature", metavar="TEXT", help="what stands below new mail; '' for nothing")
    signature.add_argument("--signature-file", type=Path, metavar="PATH", help="the same, from a text file")
    _addresses(parser, "--alias", "a further address of the mailbox")
    _addresses(parser, "--send-as", "an address that the mailbox was given the right to use")
    parser.add_argument(
        "--show-links", action=BooleanOptionalAction, help="show in Outlook, as a category, what a mail is regarding"
    )
    parser.add_argument(
        "--may-delete", action=BooleanOptionalAction, help="allow moving mail to Deleted Items from here"
    )
    parser.add_argument("--quiet-hour", type=int, metavar="HOUR", help="from when it is compared with its server")
    parser.add_argument(
        "--field",
        action="append",
        metavar="FIELD=WAY",
        help="which way edits go, as contact.job_title=to_crm; two_way, to_crm, to_outlook or none (may be repeated)",
    )


def _addresses(parser: ArgumentParser, flag: str, told: str) -> None:
    parser.add_argument(
        flag, action="append", metavar="EMAIL", help=f"{told} (may be repeated; replaces all, '' leaves none)"
    )


def _show(context: Context, arguments: Namespace) -> Outcome:
    settings = context.services().read(mail_settings, arguments.address)
    return Outcome(as_payload(settings), list(_lines(settings)))


def _lines(settings: MailSettings) -> Iterator[str]:
    hour = USUAL_HOUR if settings.quiet_hour is None else settings.quiet_hour
    yield settings.mailbox
    yield from table(
        [
            ("  aliases", ", ".join(settings.aliases) or "none"),
            ("  send as", ", ".join(settings.send_as) or "none"),
            ("  show links", "yes" if settings.show_links else "no"),
            ("  may delete", "yes" if settings.may_delete else "no"),
            ("  quiet hour", f"{hour}:00"),
            *(
                (f"  {holds}.{name}", direction)
                for holds, directions in settings.fields.items()
                for name, direction in directions.items()
            ),
        ]
    )
    yield "  signature" if settings.signature else "  no signature"
    for line in settings.signature.splitlines():
        yield f"    {one_line(line, 200)}"


def _set(context: Context, arguments: Namespace) -> Outcome:
    services = context.services()
    settings = services.read(mail_settings, arguments.address)
    values = dict(_chosen(settings, arguments))
    if not values:
        raise CommandError("Say what to change, for instance --signature.")
    uid = services.do(change_mail_settings, settings.mailbox_id, values)
    follow_up(services.store, now=context.clock())
    return Outcome({"operation": uid, "mailbox": settings.mailbox}, [f"{settings.mailbox} was changed."])


def _chosen(settings: MailSettings, arguments: Namespace) -> Iterator[tuple[str, Any]]:
    """The settings that were named. Raises CommandError, Invalid."""
    if arguments.signature_file is not None:
        yield SIGNATURE, text_of(arguments.signature_file)
    elif arguments.signature is not None:
        yield SIGNATURE, arguments.signature
    for name, emails in ((ALIASES, arguments.alias), (SEND_AS, arguments.send_as)):
        if emails is not None:
            yield name, [email for email in emails if email.strip()]
    plain = ((SHOW_LINKS, arguments.show_links), (MAY_DELETE, arguments.may_delete), (QUIET_HOUR, arguments.quiet_hour))
    yield from ((name, value) for name, value in plain if value is not None)
    if arguments.field:
        yield FIELDS, with_directions(settings.fields, arguments.field)


def text_of(path: Path) -> str:
    """A text file without the blank lines at its end. Raises CommandError."""
    try:
        return path.read_text("utf-8-sig").rstrip()
    except OSError as error:
        raise CommandError(f"{path} cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path} is not UTF-8 text.") from error


COMMAND = Command(
    "mailbox",
    "signature, aliases and other choices of a mailbox: show them, set them",
    _show,
    subcommands=(
        Command("show", "show what was chosen", _show, _which),
        Command("set", "change some of it; the rest stays", _set, _set_arguments),
    ),
)

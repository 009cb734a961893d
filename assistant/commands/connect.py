"""`regarding connect`: a mailbox, asked for step by step or given by options."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from getpass import getpass
from pathlib import Path
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.connecting import EXCHANGE, checked_settings
from assistant.secret_store import SecretMissing, environment_name, keep_secret, read_secret
from store.domains import parse_email
from store.mailboxes import add_mailbox

_DAYS = 365


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("address", nargs="?", help="the mailbox's e-mail address")
    parser.add_argument("--server", help="the Exchange server's name or EWS address; without it autodiscover finds it")
    parser.add_argument("--username", help="where it is not the address, as in DOMAIN\\name")
    parser.add_argument("--login", choices=("auto", "basic", "ntlm"), default="auto")
    parser.add_argument("--ca-bundle", type=Path, help="certificates of a company's own authority")
    parser.add_argument("--folder", action="append", metavar="PATH", help="a folder to read (default: Inbox and Sent)")
    parser.add_argument("--days", type=int, help=f"how far back, in days (default {_DAYS}, 0: everything)")
    parser.add_argument("--never-address", action="append", metavar="EMAIL", help="mail with it is never stored")
    parser.add_argument("--never-domain", action="append", metavar="DOMAIN", help="mail with it is never stored")
    parser.add_argument("--private", action="store_true", help="store private items too (they stay yours alone)")
    parser.add_argument("--no-check", action="store_true", help="do not try the connection first")


def _run(context: Context, arguments: Namespace) -> Outcome:
    asks = context.is_interactive
    address = arguments.address or (_ask("E-mail address") if asks else "")
    if not address:
        raise CommandError("Give the mailbox's e-mail address.")
    address = parse_email(address)
    settings = _settings(arguments, asks=asks)
    capture = _capture(arguments, asks=asks)
    password, is_kept = _password(context, address)
    if not arguments.no_check:
        settings = checked_settings(address, settings, password)
    with context.services().store.write() as tx:
        add_mailbox(tx, address=address, provider=EXCHANGE, settings=settings, capture=capture, now=context.clock())
    lines = [f"{address} is connected.", "Run `regarding sync` to read it, or `regarding` to read it while you work."]
    if not is_kept:
        lines.insert(1, f"No keyring took the password; set {environment_name(address)} or a secret_command.")
    return Outcome({"mailbox": address, "settings": settings, "capture": capture, "password_kept": is_kept}, lines)


def _settings(arguments: Namespace, *, asks: bool) -> dict[str, Any]:
    server = arguments.server
    folders = arguments.folder
    days = arguments.days
    if asks and server is None:
        server = _ask("Exchange server (empty: find it by autodiscover)", "")
    if asks and folders is None:
        folders = _list(_ask("Folders, separated by commas (empty: Inbox and Sent)", ""))
    if asks and days is None:
        days = _number(_ask("How many days back (0: everything)", str(_DAYS)))
    settings: dict[str, Any] = {"days": _DAYS if days is None else days, "login": arguments.login}
    if server:
        settings["service_endpoint" if "://" in server else "server"] = server
    if arguments.username:
        settings["username"] = arguments.username
    if arguments.ca_bundle:
        settings["ca_bundle"] = str(arguments.ca_bundle.absolute())
    if folders:
        settings["folders"] = folders
    return settings


def _capture(arguments: Namespace, *, asks: bool) -> dict[str, Any]:
    addresses, domains = arguments.never_address, arguments.never_domain
    keeps_private = arguments.private
    if asks and addresses is None and domains is None:
        never = _list(_ask("Addresses or domains that are never stored (empty: none)", ""))
        addresses = [each for each in never if "@" in each]
        domains = [each for each in never if "@" not in each]
    if asks and not keeps_private:
        keeps_private = _ask("Store private items, for your eyes only? (y/n)", "n").lower().startswith("y")
    return {
        "addresses": [parse_email(each) for each in addresses or ()],
        "domains": [each.lower().lstrip("@") for each in domains or ()],
        "private_items": not keeps_private,
    }


def _password(context: Context, address: str) -> tuple[str, bool]:
    """The password, and whether it is kept where the service will find it."""
    try:
        return read_secret(address, secret_command=context.secret_command), True
    except SecretMissing:
        if not context.is_interactive:
            raise
    password = getpass(f"Password of {address}: ")
    return password, keep_secret(address, password)


def _ask(question: str, default: str | None = None) -> str:
    shown = f"{question}{f' [{default}]' if default else ''}: "
    answer = input(shown).strip()
    return answer or default or ""


def _list(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _number(text: str) -> int:
    if not text.isdigit():
        raise CommandError(f"{text!r} is not a number of days.")
    return int(text)


COMMAND = Command("connect", "connect an Exchange mailbox", _run, _arguments, makes_store=True)

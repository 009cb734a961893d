"""The options of `regarding connect`, and the settings that they and the answers to its questions make."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.commands.base import CommandError
from assistant.signing_in import ANY_TENANT
from mail_sync.providers.exchange.clouds import CLOUDS
from mail_sync.providers.exchange.settings import Access, Login
from store.domains import parse_email

DAYS = 365


def add_options(parser: ArgumentParser) -> None:
    """How a mailbox is reached, who signs in, what is read."""
    parser.add_argument("address", nargs="?", help="the mailbox's e-mail address")
    parser.add_argument("--server", help="the Exchange server's name or EWS address; without it autodiscover finds it")
    parser.add_argument("--ca-bundle", type=Path, help="certificates of a company's own authority")
    _add_sign_in(parser)
    parser.add_argument("--folder", action="append", metavar="PATH", help="a folder to read (default: all mail)")
    parser.add_argument("--days", type=int, help=f"how far back, in days (default {DAYS}, 0: everything)")
    parser.add_argument("--never-address", action="append", metavar="EMAIL", help="mail with it is never stored")
    parser.add_argument("--never-domain", action="append", metavar="DOMAIN", help="mail with it is never stored")
    parser.add_argument("--private", action="store_true", help="store private items too (they stay yours alone)")
    parser.add_argument("--share-with", action="append", metavar="EMAIL", help="who else sees this mailbox's mail")
    parser.add_argument("--no-check", action="store_true", help="do not try the connection first")


def _add_sign_in(parser: ArgumentParser) -> None:
    options = parser.add_argument_group("signing in")
    options.add_argument("--login", choices=[login.value for login in Login], default=Login.AUTO.value)
    options.add_argument("--as", dest="signer", metavar="EMAIL", help="who signs in, where the mailbox is a shared one")
    options.add_argument("--username", help="where it is not the address, as in DOMAIN\\name")
    options.add_argument("--impersonate", action="store_true", help="open it in its own user's name (a service)")
    options.add_argument("--client-id", help="the application's id (login device or application)")
    options.add_argument("--tenant", help=f"the organisation's id or domain (default: {ANY_TENANT})")
    options.add_argument("--cloud", choices=sorted(CLOUDS), help="Microsoft's cloud (default: global)")
    options.add_argument("--authority", metavar="URL", help="a sign-in server that is none of Microsoft's clouds")
    options.add_argument("--resource", metavar="URL", help="what tokens are for, with such a server")
    options.add_argument("--token-file", type=Path, metavar="PATH", help="keep the sign-in here, not in a keyring")
    options.add_argument("--secret-expires", type=_date, metavar="DATE", help="when the application's secret ends")


def settings_of(arguments: Namespace, login: Login) -> dict[str, Any]:
    """The mailbox's settings. Raises CommandError for what is missing or does not fit together."""
    settings: dict[str, Any] = {"days": DAYS if arguments.days is None else arguments.days, "login": login.value}
    if arguments.server:
        settings["service_endpoint" if "://" in arguments.server else "server"] = arguments.server
    if arguments.signer:
        settings["as"] = parse_email(arguments.signer)
    if arguments.impersonate:
        settings["access"] = Access.IMPERSONATION.value
    if arguments.folder:
        settings["folders"] = arguments.folder
    for name in ("ca_bundle", "token_file"):
        if path := getattr(arguments, name):
            settings[name] = str(path.absolute())
    named = ("username", "client_id", "tenant", "cloud", "authority", "resource")
    settings |= {name: value for name in named if (value := getattr(arguments, name))}
    if arguments.secret_expires:
        settings["secret_expires"] = arguments.secret_expires.isoformat()
    _check(settings, login)
    return settings


def _check(settings: dict[str, Any], login: Login) -> None:
    if not login.takes_tokens:
        return
    if not settings.get("client_id"):
        raise CommandError(f"Login {login.value} needs --client-id: an administrator registers the application.")
    if login is Login.APPLICATION and settings.get("tenant", ANY_TENANT) == ANY_TENANT:
        raise CommandError("Login application needs --tenant: a service signs in to one organisation.")
    for name in ("authority", "resource"):
        if not settings.get(name, "https://").startswith("https://"):
            raise CommandError(f"--{name} must begin with https://, since secrets are sent there.")


def capture_of(arguments: Namespace) -> dict[str, Any]:
    """What is never stored."""
    return {
        "addresses": [parse_email(each) for each in arguments.never_address or ()],
        "domains": [each.lower().lstrip("@") for each in arguments.never_domain or ()],
        "private_items": not arguments.private,
    }


def _date(text: str) -> date:
    return date.fromisoformat(text)

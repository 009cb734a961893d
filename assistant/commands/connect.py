"""`regarding connect`: a mailbox, asked for step by step or given by options."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping, Sequence
from getpass import getpass
from typing import Any

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.connect_options import DAYS, add_options, capture_of, settings_of
from assistant.connecting import EXCHANGE, Checked, check_connection
from assistant.ews_block import explanation
from assistant.secret_store import SecretMissing, environment_name, read_secret
from assistant.signing_in import Secrets, application_of, keep_token, kept_token, secret_name, signer, token_source
from assistant.token_file import TokenFileError
from mail_sync.errors import EwsBlocked, MailboxRefused
from mail_sync.provider import Folder
from mail_sync.providers.exchange.settings import Login
from store.domains import parse_email
from store.sync.mailboxes import add_mailbox

_SHOWN = 12  # folders


def _run(context: Context, arguments: Namespace) -> Outcome:
    if context.is_interactive:
        _ask_for_the_rest(context, arguments)
    if not arguments.address:
        raise CommandError("Give the mailbox's e-mail address.")
    address = parse_email(arguments.address)
    settings, capture = settings_of(arguments, Login(arguments.login)), capture_of(arguments)
    secrets = Secrets(lambda name: read_secret(name, secret_command=context.secret_command))
    is_kept = _have_secret(context, address, settings, secrets)
    checked = Checked(settings, ()) if arguments.no_check else _check(context, address, settings, secrets)
    readers = [parse_email(each) for each in arguments.share_with or ()]
    _keep(context, address, checked.settings, capture, readers)
    payload = {
        "mailbox": address,
        "settings": checked.settings,
        "capture": capture,
        "password_kept": is_kept,
        "shared_with": readers,
        "folders": [{"path": each.path, "holds": each.holds.value, "total": each.total} for each in checked.folders],
    }
    return Outcome(payload, _told(address, checked, secret_name(address, settings), is_kept=is_kept))


def _ask_for_the_rest(context: Context, arguments: Namespace) -> None:
    """Only what no option says; what most people need is what an empty answer means."""
    asked = arguments.address is None
    arguments.address = arguments.address or _ask("E-mail address")
    if arguments.server is None and not Login(arguments.login).takes_tokens:
        arguments.server = _ask("Exchange server (empty: find it by autodiscover)", "")
        if not arguments.server and arguments.login == Login.AUTO and _is_online(arguments.address):
            context.say(f"{arguments.address} is in Exchange Online: you sign in with a browser.")
            arguments.login = Login.DEVICE.value
    if Login(arguments.login).takes_tokens and not arguments.client_id:
        arguments.client_id = _ask("Client id of the application that your administrator registered")
    if Login(arguments.login) is Login.APPLICATION and not arguments.tenant:
        arguments.tenant = _ask("Tenant (id or domain)")
    if asked and arguments.folder is None:
        arguments.folder = _list(_ask("Folders, separated by commas (empty: all mail)", ""))
    if asked and arguments.days is None:
        arguments.days = _number(_ask("How many days back (0: everything)", str(DAYS)))
    if asked and arguments.never_address is None and arguments.never_domain is None:
        never = _list(_ask("Addresses or domains that are never stored (empty: none)", ""))
        arguments.never_address = [each for each in never if "@" in each]
        arguments.never_domain = [each for each in never if "@" not in each]
    if asked and not arguments.private:
        arguments.private = _ask("Store private items, for your eyes only? (y/n)", "n").lower().startswith("y")


def _is_online(address: str) -> bool:
    from mail_sync.providers.exchange.library import is_online

    return is_online(address)


def _have_secret(context: Context, address: str, settings: Mapping[str, Any], secrets: Secrets) -> bool:
    """Have the password, the application's secret or the person's sign-in; False where it will not be found next
    time. Raises SecretMissing, SyncError."""
    name = secret_name(address, settings)
    if settings["login"] == Login.DEVICE:
        return _sign_in(context, address, settings, secrets)
    try:
        secrets.find(name)
    except SecretMissing:
        if not context.is_interactive:
            raise
    else:
        return True
    asked = "Secret of the application" if settings["login"] == Login.APPLICATION else "Password of"
    return secrets.give(name, getpass(f"{asked} {name}: "))


def _sign_in(context: Context, address: str, settings: Mapping[str, Any], secrets: Secrets) -> bool:
    """Use the sign-in that is there, or show a code and wait until a person has entered it."""
    from mail_sync.providers.exchange.tokens import DeviceSignIn

    name = secret_name(address, settings)
    if kept_token(name, settings, secrets):
        try:
            tokens = token_source(address, settings, secrets)
            if tokens is not None and tokens.token():
                return True
        except MailboxRefused as error:
            context.say(error.sentence)
    device = DeviceSignIn(application_of(settings))
    context.say(f"Open {device.shown.page} in a browser, on any device, and enter the code")
    context.say(f"  {device.shown.code}")
    context.say(f"then sign in as {signer(address, settings)}. Waiting ...")
    token = device.finish()
    secrets.given[name] = token
    try:
        return keep_token(name, settings, secrets, token)
    except TokenFileError as error:
        raise CommandError(str(error)) from error


def _check(context: Context, address: str, settings: Mapping[str, Any], secrets: Secrets) -> Checked:
    try:
        return check_connection(address, settings, secrets)
    except EwsBlocked:
        for line in explanation(address, str(settings.get("client_id", ""))):
            context.say(line)
        raise


def _keep(
    context: Context, address: str, settings: Mapping[str, Any], capture: Mapping[str, Any], readers: Sequence[str]
) -> None:
    """A mailbox that somebody else signs in to is a shared one, which that person may read."""
    is_shared = "as" in settings
    everybody = [*([settings["as"]] if is_shared else []), *readers]
    with context.services().store.write() as tx:
        add_mailbox(
            tx,
            address=address,
            provider=EXCHANGE,
            settings=settings,
            capture=capture,
            readers=everybody,
            is_shared=is_shared,
            now=context.clock(),
        )


def _told(address: str, checked: Checked, name: str, *, is_kept: bool) -> list[str]:
    lines = [f"{address} is connected.", *_folders(checked)]
    if not is_kept and checked.settings["login"] == Login.DEVICE:
        lines.append("No keyring took the sign-in, so it ends with this command; run it again with --token-file PATH.")
    elif not is_kept:
        lines.append(f"No keyring took the password; set {environment_name(name)} or a secret_command.")
    lines.append("Run `regarding sync` to read it, or `regarding` to read it while you work.")
    return lines


def _folders(checked: Checked) -> list[str]:
    """The folders people know, and which of the chosen ones are not there."""
    shown = [each for each in checked.folders if "/" not in each.path]
    lines = [f"  {each.path}{_count(each)}" for each in shown[:_SHOWN]]
    if more := len(checked.folders) - len(lines):
        lines.append(f"  and {more:,} more folders")
    known = {each.path.casefold() for each in checked.folders}
    absent = [path for path in checked.settings.get("folders", ()) if known and path.casefold() not in known]
    return [*lines, *(f"There is no folder {path}; it is read when there is one." for path in absent)]


def _count(folder: Folder) -> str:
    return f": {folder.total:,}" if folder.total else ""


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


COMMAND = Command("connect", "connect an Exchange mailbox", _run, add_options, makes_store=True)

"""What a mail server answers, as findings. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.doctor.finding import Finding, ok, problem, warning
from assistant.ews_block import own_server, steps
from calendar_sync.fields import WRITABLE
from mail_sync.card_fields import CARD_FIELD
from mail_sync.directions import directions_of
from mail_sync.errors import (
    AccessDenied,
    AuthExpired,
    EwsBlocked,
    MailboxMoved,
    MailboxNotFound,
    SyncError,
    Throttled,
    TokenNeeded,
    UntrustedServer,
)
from mail_sync.merge import Direction
from mail_sync.providers.exchange.probing import Rights
from store.queries.status import FolderRow

_FIELDS: Mapping[str, Sequence[str]] = {"contact": tuple(CARD_FIELD), "appointment": WRITABLE}


def reached(host: str, proxy: str, error: SyncError | None) -> Finding:
    """Name, connection and certificate of the server."""
    by = f" through the proxy {proxy}" if proxy else ""
    if error is None:
        return ok("network", f"{host} is reached{by} and trusted.")
    if isinstance(error, UntrustedServer):
        step = "Install your company's certificate in the system, or connect with --ca-bundle FILE."
        return problem("network", f"The certificate of {host} is not trusted ({error.detail}).", step)
    detail = error.detail
    if "resolve" in detail:
        return problem(
            "network", f"The name {host} is unknown here ({detail}).", "Check the name, the VPN and the DNS."
        )
    step = "Check the network, the firewall, and HTTPS_PROXY and NO_PROXY."
    return problem("network", f"{host} cannot be reached{by} ({detail}).", step)


def discovered(kept: str, found: str, error: SyncError | None, address: str) -> Finding:
    """What autodiscover says now against what was kept."""
    if error is not None:
        return warning(
            "autodiscover", f"Autodiscover does not answer ({error.detail}).", "regarding connect --server ..."
        )
    if kept and kept.casefold() != found.casefold():
        step = f"regarding connect {address}"
        return problem("autodiscover", f"The mailbox is at {found} now, and was at {kept}.", step)
    return ok("autodiscover", f"Autodiscover leads to {found}.")


def signed_in(error: SyncError | None, folders: int, address: str, client_id: str) -> Finding:
    """The first request that needs to be allowed in; `client_id` '' where a password opens the mailbox."""
    again = f"regarding connect {address}"
    match error:
        case None:
            return ok("sign-in", f"The mailbox opens; it has {folders:,} folders.")
        case EwsBlocked():
            return problem("EWS", error.sentence, *(steps(address, client_id) if client_id else own_server(address)))
        case AuthExpired() | TokenNeeded():
            return problem("sign-in", error.sentence, again)
        case AccessDenied():
            step = f"Add-MailboxPermission -Identity {address} -User WHO -AccessRights FullAccess"
            return problem("rights", error.sentence, step)
        case MailboxNotFound() | MailboxMoved():
            return problem("mailbox", error.sentence, again)
        case Throttled():
            return warning("throttling", error.sentence, "Wait; it goes on by itself.")
    return problem("sign-in", error.sentence, again)


def folder_rights(
    folder: FolderRow, rights: Rights | None, settings: Mapping[str, Any], address: str
) -> Finding | None:
    """Whether a chosen folder may be read, and written to where it is two-way; None for one that is as it should be."""
    name = folder.path
    if rights is None or not rights.read:
        return problem("rights", f"{name} may not be read.", _grant(address, name))
    if rights.create or not writes(folder.holds, settings):
        return None
    return warning("rights", f"In {name} nothing may be made, so what is new here stays here.", _grant(address, name))


def all_rights(folders: int) -> Finding:
    """Nothing is missing in any of the chosen folders."""
    return ok(
        "rights", f"All {folders} chosen folders may be read and written." if folders else "No folder was read yet."
    )


def _grant(address: str, path: str) -> str:
    """The command that lets somebody read and write a folder, whose path it writes with backslashes."""
    folder = "\\".join(["", *path.split("/")])
    return f'Add-MailboxFolderPermission "{address}:{folder}" -User WHO -AccessRights Editor'


def writes(holds: str, settings: Mapping[str, Any]) -> bool:
    """Whether changes of this kind of item are written to the server: of any field, unless all go one way."""
    directions = directions_of(settings, holds)
    return any(directions.get(name, Direction.TWO_WAY).goes_there for name in _FIELDS.get(holds, ("",)))


def sending(refused: int, address: str) -> Finding:
    """Whether the server has refused to send. There is no way to ask for the right beforehand."""
    if refused:
        step = f"Add-RecipientPermission {address} -Trustee WHO -AccessRights SendAs"
        return problem("send as", f"{refused} mails were refused because of their sender.", step)
    return ok("send as", "No mail was refused because of its sender.")


def hearing(poke: bool | None, error: SyncError | None) -> Finding:
    """`poke` is None where the server grants no subscription."""
    if error is not None:
        return warning(
            "listening", f"The server does not tell what is new ({error.detail}); it is asked every 2 minutes."
        )
    if poke is None:
        return warning("listening", "The server grants no subscription; it is asked every 2 minutes.")
    return ok("listening", "The server tells at once what is new.")

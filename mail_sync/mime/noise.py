"""Which mail no person wrote to this reader: answers of machines, bounces, lists, mass mail."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mail_sync.message import Noise

Headers = Mapping[str, str]  # lower-case name -> decoded value of the first header of that name

_AUTO_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-mail-autoreply",
    "x-autoreply-from",
    "x-auto-reply",
)
_LIST_HEADERS = (
    "list-id",
    "list-post",
    "mailing-list",
    "x-mailing-list",
    "x-mailman-version",
    "x-beenthere",
    "x-ml-name",
)
_BULK_HEADERS = ("list-unsubscribe", "feedback-id", "x-csa-complaints", "x-mailer-mid", "x-campaign", "x-campaignid")
_OTHER_HEADERS = (
    "subject return-path precedence preference auto-submitted x-auto-response-suppress x-failed-recipients "
    "x-post-messageclass x-ms-exchange-generated-message-source"
)
NOISE_HEADERS = frozenset([*_OTHER_HEADERS.split(), *_AUTO_HEADERS, *_LIST_HEADERS, *_BULK_HEADERS])  # all it looks at
_DAEMON = re.compile(r"^(?:mailer[-_.]?daemon|mail-?daemon|mdaemon)(?:@|$)")
_MAY_BOUNCE = re.compile(r"^(?:postmaster|bounces?)(?:@|$)")
_BOUNCE_SUBJECT = re.compile(
    r"^(?:undeliver|mail delivery|delivery (?:status|failure|has failed)|returned mail|failure notice|"
    r"unzustellbar|non remis|message undeliverable|warning: could not send)",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^(?:auto(?:matic|mated)?[ -]?(?:reply|response)|auto:|out of (?:the )?office|away from|on vacation|"
    r"automatische antwort|abwesen|abwezig|automatisch antwoord|r[ée]ponse automatique|absen[ct]|"
    r"respuesta autom[áa]tica|risposta automatica|fuori sede|resposta autom[áa]tica|autosvar|automaattinen|"
    r"odpowied[źz] automatyczna|автоответ)",
    re.IGNORECASE,
)


def noise_of(headers: Headers, *, sender: str, media_type: str, report_type: str, invites: bool) -> Noise:
    """The kind of noise, by headers first; a subject alone never decides.

    `invites` says that the mail carries a calendar object: calendar servers mark the invitations of living people as
    auto-generated, so that mark is not believed there.
    """
    subject = headers.get("subject", "").strip()
    null_path = "return-path" in headers and headers["return-path"].strip() in ("<>", "")
    precedence = headers.get("precedence", "").strip().lower()
    if media_type == "multipart/report":
        return Noise.AUTO_REPLY if report_type == "disposition-notification" else Noise.BOUNCE
    if "x-failed-recipients" in headers or _DAEMON.match(sender):
        return Noise.BOUNCE
    if _MAY_BOUNCE.match(sender) and (null_path or _BOUNCE_SUBJECT.match(subject)):
        return Noise.BOUNCE
    if _is_auto_reply(headers, precedence):
        return Noise.AUTO_REPLY
    if _AUTO_SUBJECT.match(subject) and (null_path or precedence in ("bulk", "junk")):
        return Noise.AUTO_REPLY
    if null_path and _BOUNCE_SUBJECT.match(subject):
        return Noise.BOUNCE
    if precedence == "list" or any(name in headers for name in _LIST_HEADERS):
        return Noise.LIST  # before the weaker signs of a machine, which list servers set as well
    if not invites and _is_automatic(headers):
        return Noise.AUTO_REPLY
    if precedence in ("bulk", "junk") or any(name in headers for name in _BULK_HEADERS):
        return Noise.BULK
    return Noise.NONE


def is_automatic_subject(subject: str) -> bool:
    """Whether a subject is how answering machines begin one; a person may, too."""
    return _AUTO_SUBJECT.match(subject.strip()) is not None


def _is_auto_reply(headers: Headers, precedence: str) -> bool:
    """Signs that only an answering machine gives."""
    if _submitted(headers) == "auto-replied" or precedence == "auto_reply":
        return True
    source = headers.get("x-ms-exchange-generated-message-source", "").lower()
    if "oof" in source or "rules agent" in source or headers.get("preference", "") == "auto_reply":
        return True
    if "autoresponder" in headers.get("x-post-messageclass", "").lower():
        return True
    return any(headers.get(name, "no").strip().lower() not in ("no", "") for name in _AUTO_HEADERS)


def _is_automatic(headers: Headers) -> bool:
    """Signs that no person wrote this, whatever it is."""
    if _submitted(headers) not in ("", "no"):
        return True
    suppress = headers.get("x-auto-response-suppress", "").lower()  # MS-OXCMAIL 2.2.3.2.14
    return any(word in suppress for word in ("all", "oof", "autoreply"))


def _submitted(headers: Headers) -> str:
    """The keyword of Auto-Submitted (RFC 3834 section 5) without comments and parameters."""
    return headers.get("auto-submitted", "").split(";")[0].split("(")[0].strip().lower()

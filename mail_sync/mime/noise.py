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
_DAEMON = re.compile(r"^(?:mailer[-_.]?daemon|mail-?daemon|postmaster|mdaemon|bounces?)(?:@|$)", re.IGNORECASE)
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
    if "x-failed-recipients" in headers or (_DAEMON.match(sender) and (null_path or _BOUNCE_SUBJECT.match(subject))):
        return Noise.BOUNCE
    if not invites and _is_auto_reply(headers, precedence):
        return Noise.AUTO_REPLY
    if _AUTO_SUBJECT.match(subject) and (null_path or precedence in ("bulk", "junk")):
        return Noise.AUTO_REPLY
    if null_path and _BOUNCE_SUBJECT.match(subject):
        return Noise.BOUNCE
    if precedence == "list" or any(name in headers for name in _LIST_HEADERS):
        return Noise.LIST
    if precedence in ("bulk", "junk") or any(name in headers for name in _BULK_HEADERS):
        return Noise.BULK
    return Noise.NONE


def _is_auto_reply(headers: Headers, precedence: str) -> bool:
    submitted = headers.get("auto-submitted", "").split(";")[0].split("(")[0].strip().lower()
    if submitted and submitted != "no":  # RFC 3834 section 5
        return True
    suppress = headers.get("x-auto-response-suppress", "").lower()
    if any(word in suppress for word in ("all", "oof", "autoreply")):  # MS-OXCMAIL 2.2.3.2.14
        return True
    source = headers.get("x-ms-exchange-generated-message-source", "").lower()
    if "oof" in source or "rules agent" in source or precedence == "auto_reply":
        return True
    if (
        "autoresponder" in headers.get("x-post-messageclass", "").lower()
        or headers.get("preference", "") == "auto_reply"
    ):
        return True
    return any(headers.get(name, "no").strip().lower() not in ("no", "") for name in _AUTO_HEADERS)

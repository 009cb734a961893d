"""Small pieces of XML text: escaping, elements, instants, mailboxes. Strings, because pages of items are hot."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.sax.saxutils import escape

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 section 2.2


def text(value: str) -> str:
    """Escaped character data; characters that XML 1.0 cannot carry become question marks."""
    if FORBIDDEN.search(value):
        value = FORBIDDEN.sub("?", value)
    return escape(value, {"\r": "&#xD;"})


def text_with_references(value: str) -> str:
    """Escaped character data in the way of servers that write forbidden characters as references."""
    return FORBIDDEN.sub(lambda found: f"&#x{ord(found[0]):X};", escape(value))


def attribute(value: str) -> str:
    """Escaped for a double-quoted attribute."""
    return text(value).replace('"', "&quot;").replace("\n", "&#xA;")


def element(name: str, value: str) -> str:
    """A types element with text, '' when there is no text."""
    return f"<t:{name}>{text(value)}</t:{name}>" if value else ""


def wrapped(name: str, inner: str) -> str:
    """A types element around XML, '' when there is none."""
    return f"<t:{name}>{inner}</t:{name}>" if inner else ""


def flag(name: str, value: bool) -> str:
    """A types element with an xs:boolean."""
    return f"<t:{name}>{'true' if value else 'false'}</t:{name}>"


def instant(value: datetime) -> str:
    """An xs:dateTime in UTC to the second, as Exchange writes it."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mailbox(name: str, address: str, wrap: str = "") -> str:
    """A t:Mailbox of EmailAddressType, in another element when `wrap` is given."""
    inner = (
        f"<t:Mailbox><t:Name>{text(name or address)}</t:Name>{element('EmailAddress', address)}"
        "<t:RoutingType>SMTP</t:RoutingType><t:MailboxType>OneOff</t:MailboxType></t:Mailbox>"
    )
    return f"<t:{wrap}>{inner}</t:{wrap}>" if wrap else inner

"""Recipients as they are typed on one line, and back: Anna Hofer <anna@example.com>, "Berg, Jonas" <jonas@example.com>.

Pure. Any text survives: what is no address stays in the line and is refused when the mail is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from store.mail.composing import Recipient

_QUOTED_WHERE = re.compile(r'[,;<>"@]')
_NAMED = re.compile(r"(?P<name>.*)<(?P<email>[^<>]*)>\s*")


def typed_line(recipients: Iterable[Recipient]) -> str:
    """The recipients as one line to edit."""
    return ", ".join(typed_one(one) for one in recipients)


def typed_one(recipient: Recipient) -> str:
    """One recipient as a person would type it."""
    name = " ".join(recipient.name.split())
    if not name or name.casefold() == recipient.email.casefold():
        return recipient.email
    bare = name.replace('"', "'")
    return f'"{bare}" <{recipient.email}>' if _QUOTED_WHERE.search(name) else f"{name} <{recipient.email}>"


def recipients_in(text: str) -> tuple[Recipient, ...]:
    """The recipients on a line, in order."""
    return tuple(_recipient(part) for part in _parts(text) if part.strip())


def last_part(text: str) -> str:
    """What is being typed behind the last comma."""
    return _parts(text)[-1].strip()


def with_last(text: str, recipient: Recipient) -> str:
    """The line with what was being typed replaced by a recipient, ready for the next one."""
    before = [part.strip() for part in _parts(text)[:-1] if part.strip()]
    return ", ".join([*before, typed_one(recipient), ""])


def _parts(text: str) -> Sequence[str]:
    """The line cut at commas and semicolons that stand neither in quotes nor in angle brackets."""
    parts, quoted, bracketed = [""], False, False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character in "<>" and not quoted:
            bracketed = character == "<"
        if character in ",;" and not quoted and not bracketed:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _recipient(part: str) -> Recipient:
    found = _NAMED.fullmatch(part.strip())
    if found is None:
        return Recipient(part.strip())
    return Recipient(found["email"].strip(), found["name"].strip().strip('"').strip())

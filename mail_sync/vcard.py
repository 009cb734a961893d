"""vCard files (2.1, RFC 2426, RFC 6350) to contact cards.

A file is cut into single cards first and each is read alone, so that one bad card stands aside and the rest goes on.
The lines are read by `content_lines` and not by vobject, whose line pattern takes four times as long for every two
more commas of a hostile line (`A;B,,,,`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from mail_sync.card import ContactCard, PostalAddress
from mail_sync.content_lines import Block, ContentLine, as_utf8, read_blocks, split_unescaped, unescape
from mail_sync.errors import Unreadable

_NAMES = frozenset(
    {"UID", "FN", "N", "NICKNAME", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "ADR", "URL", "BDAY", "NOTE", "CATEGORIES"}
    | {"CLASS", "KIND", "MEMBER", "X-ABLABEL", "X-ABSHOWAS", "X-APPLE-OMIT-YEAR"}
    | {"X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"}
)
_KINDS = {"group": "group", "org": "company", "organization": "company", "company": "company"}
_CLASSES = {"PRIVATE": "private", "CONFIDENTIAL": "confidential", "PERSONAL": "personal"}
_LABELS = (  # the first that a property carries names it
    ("CELL", "mobile"), ("MOBILE", "mobile"), ("IPHONE", "mobile"), ("FAX", "fax"), ("PAGER", "pager"),
    ("WORK", "work"), ("HOME", "home"), ("MAIN", "main"),
)  # fmt: skip
_EMAIL = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\\]{1,255}")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
_BIRTHDAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?", re.DOTALL)
_NO_YEAR = 1604  # what Apple writes for a birthday without a year


@dataclass(frozen=True, slots=True)
class Cards:
    """What a file held. `unreadable` are (reason, raw) pairs, the reason a sentence without its full stop."""

    cards: tuple[ContactCard, ...]
    unreadable: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class _Lines:
    """The properties of one card by name, and the defects met while reading them."""

    by_name: dict[str, list[ContentLine]]
    defects: list[str] = field(default_factory=list)

    def named(self, *names: str) -> list[ContentLine]:
        return [line for name in names for line in self.by_name.get(name, ())]

    def text(self, *names: str) -> str:
        """The first that says something, on one line."""
        texts = (" ".join(unescape(line.value).split()) for line in self.named(*names))
        return next((text for text in texts if text), "")

    def parts(self, name: str) -> list[str]:
        """The components of the first structured value, on one line each."""
        lines = self.named(name)
        return [" ".join(part.split()) for part in split_unescaped(lines[0].value, ";")] if lines else []


def read_cards(raw: bytes) -> Cards:
    """All cards of a file, in its order. Raises Unreadable where there is no card at all."""
    data = as_utf8(raw)
    blocks = [block for block in read_blocks(data) if block.name == "VCARD"]
    if not blocks:
        raise Unreadable("there is no contact card in it")
    cards: list[ContactCard] = []
    unreadable: list[tuple[str, bytes]] = []
    for block in blocks:
        source = data[block.start : block.end]
        try:
            if not block.closed and block.end == len(data):
                raise ValueError("the file breaks off in the middle of this card")
            cards.append(_card(block, source))
        except ValueError as error:
            unreadable.append((str(error), source))
    return Cards(tuple(cards), tuple(unreadable))


def _card(block: Block, source: bytes) -> ContactCard:
    """One card. Raises ValueError with one sentence for a card that names nobody."""
    lines = _lines(block)
    labels = {line.group: line.value for line in lines.named("X-ABLABEL") if line.group}
    emails = tuple(_labelled(lines, "EMAIL", labels, _email))
    phones = tuple(_labelled(lines, "TEL", labels, _phone))
    names, orgs = lines.parts("N"), lines.parts("ORG")
    company = orgs[0] if orgs else ""
    kind = _kind(lines)
    return ContactCard(
        uid=lines.text("UID"),
        full_name=_full_name(lines, names, company, emails),
        given_name=_part(names, 1),
        family_name=_part(names, 0),
        middle_name=_part(names, 2),
        nickname=next(iter(split_unescaped(lines.text("NICKNAME"), ",")), ""),
        company=company or (lines.text("FN") if kind == "company" else ""),
        department=", ".join(part for part in orgs[1:] if part),
        job_title=lines.text("TITLE", "ROLE"),
        emails=emails,
        phones=phones,
        postal=tuple(_postal(lines, labels)),
        website=lines.text("URL"),
        birthday=_birthday(lines),
        note="\n".join(unescape(line.value).strip() for line in lines.named("NOTE")),
        categories=tuple(dict.fromkeys(_categories(lines))),
        sensitivity=_CLASSES.get(lines.text("CLASS").upper(), "normal"),
        kind=kind,
        members=tuple(dict.fromkeys(_members(lines))),
        defects=tuple(dict.fromkeys(lines.defects)),
        source=source,
    )


def _lines(block: Block) -> _Lines:
    lines = _Lines({})
    for line in block.properties(_NAMES):
        if line is not None:
            lines.by_name.setdefault(line.name, []).append(line)
    if not block.closed:
        lines.defects.append("its end is missing")
    return lines


def _part(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""


def _full_name(lines: _Lines, names: list[str], company: str, emails: tuple[tuple[str, str], ...]) -> str:
    """FN, else the name put together (prefix, given, middle, family, suffix), else whatever can stand for a name."""
    if written := lines.text("FN"):
        return written
    put_together = " ".join(part for index in (3, 1, 2, 0, 4) if (part := _part(names, index)))
    phones = lines.text("TEL")
    found = put_together or lines.text("NICKNAME") or company or (emails[0][1] if emails else "") or phones
    if not found:
        raise ValueError("it names nobody")
    lines.defects.append("it has no full name; one was put together")
    return found


def _kind(lines: _Lines) -> str:
    """person, company or group (a distribution list): RFC 6350 section 6.1.4, and what Apple writes instead."""
    if lines.text("X-ABSHOWAS").upper() == "COMPANY":
        return "company"
    return _KINDS.get(lines.text("KIND", "X-ADDRESSBOOKSERVER-KIND").lower(), "person")


def _members(lines: _Lines) -> Iterator[str]:
    """The members of a group: lower-cased addresses, or the UIDs of their cards."""
    for line in lines.named("MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"):
        value = line.value.strip()
        if email := _email(value):
            yield email
        elif value.lower().startswith("urn:uuid:"):
            yield value[9:]


def _labelled(
    lines: _Lines, name: str, labels: dict[str, str], read: Callable[[str], str]
) -> Iterator[tuple[str, str]]:
    """(label, value) pairs of the readable values, preferred ones first, each value once."""
    seen: set[str] = set()
    for line in sorted(lines.named(name), key=_preference):
        text = unescape(line.value).strip()
        value = read(text)
        if text and not value:
            lines.defects.append(f'"{text[:60]}" is no {"e-mail address" if name == "EMAIL" else "phone number"}')
        if value and value not in seen:
            seen.add(value)
            yield _label(line, labels), value


def _preference(line: ContentLine) -> int:
    """RFC 6350 section 5.3: 1 is the most preferred; vCard 3.0 has TYPE=pref instead."""
    written = line.param("PREF")
    if written.isascii() and written.isdigit() and len(written) < 4:
        return int(written)
    return 1 if any(each.upper() == "PREF" for each in line.params.get("TYPE", ())) else 101


def _label(line: ContentLine, labels: dict[str, str]) -> str:
    """work, home, mobile, fax, pager, main or other; Apple's own label where there is one."""
    types = {each.strip().upper() for written in line.params.get("TYPE", ()) for each in written.split(",")}
    if line.group in labels:
        custom = unescape(labels[line.group]).strip()
        apple = _APPLE_LABEL.fullmatch(custom)
        if apple is None:
            return custom.lower() or "other"
        types = {apple[1].upper(), *types}
    return next((label for word, label in _LABELS if word in types), "other")


def _email(text: str) -> str:
    """The lower-cased address; '' for what is none."""
    bare = text[7:] if text[:7].lower() == "mailto:" else text
    if bare.endswith(">") and "<" in bare:
        bare = bare[bare.rindex("<") + 1 : -1]
    return bare.strip().lower() if _EMAIL.fullmatch(bare.strip()) else ""


def _phone(text: str) -> str:
    """The number as written; '' for a text without any digit."""
    number = " ".join((text[4:] if text[:4].lower() == "tel:" else text).split())
    return number if any(each.isdigit() for each in number) else ""


def _postal(lines: _Lines, labels: dict[str, str]) -> Iterator[PostalAddress]:
    for line in sorted(lines.named("ADR"), key=_preference):
        parts = [" ".join(part.split()) for part in split_unescaped(line.value, ";")]
        if any(parts):
            street = ", ".join(part for index in (2, 1, 0) if (part := _part(parts, index)))
            yield PostalAddress(_label(line, labels), street, *(_part(parts, index) for index in (3, 4, 5, 6)))


def _birthday(lines: _Lines) -> date | None:
    text = lines.text("BDAY")
    found = _BIRTHDAY.fullmatch(text)
    if found is None or int(found[1]) == _NO_YEAR:
        if text:
            lines.defects.append(f'the birthday "{text[:40]}" has no year or is no date')
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        lines.defects.append(f'the birthday "{text[:40]}" is no date')
        return None


def _categories(lines: _Lines) -> Iterator[str]:
    for line in lines.named("CATEGORIES"):
        yield from (each for each in split_unescaped(line.value, ",") if each)

"""What a signature says of its writer: name, title, company, phone, mobile, email, website, street, city. Pure.

Line by line, in pieces as they are set apart by bars, tabs or commas. Addresses and numbers are taken out first; the
rest is told by its words (signature_fields.toml, legal forms of companies) and, where those say nothing, by where it
stands: names come first, companies behind titles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail_sync.mime.quotes import after_valediction
from mail_sync.mime.signature_numbers import numbers
from mail_sync.mime.signature_places import by_house_number, city_and_rest, is_street
from mail_sync.mime.signature_words import words

MOST_LINES = 30
_LONGEST_LINE = 160  # beyond it a line is a notice or a slogan
_LONGEST_PIECE = 70
_PROSE_WIDTH = 48  # characters of a line on average
_EMAIL = re.compile(r"(?:mailto:)?([\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+)")
_WEBSITE = re.compile(r"(?:https?://|www\.)[^\s<>|,;)\]]+", re.IGNORECASE)
_SIGNS = " \t\r\f\v\u00a0>|*_#=~•·–—-"  # what surrounds a line without being a part of it
_APART = re.compile(r"\x00|\s[|•·–—]\s|\s-\s(?=\S)|[|•·\t;]|\s{3,}|\s//?\s")
_WORDS = re.compile(r"[^\W\d_][\w'’.&-]*")
_CJK_NAME = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]{1,5}[ \u3000]?[\u3400-\u9fff\u3040-\u30ff]{1,6}\Z")
_NAME_WORD = re.compile(r"[^\W\d_][\w'’-]*\.?\Z")
_CLOSERS = ("street", "city")
_TELLING = ("phone", "mobile", "email", "company", "title")


@dataclass(frozen=True, slots=True)
class Field:
    """One part of a signature; `quote` is the line it stands in."""

    field: str
    value: str
    quote: str


def signature_fields(signature: str) -> tuple[Field, ...]:
    """The parts of a signature in the order of its lines, each once."""
    lines = [line for block in _paragraphs(signature) if not _is_prose(block) for line in block]
    return _Reading(lines[:MOST_LINES]).read()


def closing_fields(text: str) -> tuple[Field, ...]:
    """The same of a text's last paragraph, where it reads like a signature that nothing sets apart: a few short
    lines that begin with a name and tell how to reach its bearer or what they do."""
    lines = [line for line in text.rstrip().rsplit("\n\n", 1)[-1].split("\n") if line.strip()]
    if not 2 <= len(lines) <= 8 or max(map(len, lines)) > _LONGEST_PIECE:
        return ()
    found = _Reading(lines).read()
    named = any(one.field == "name" and one.quote == lines[0].strip(_SIGNS) for one in found)
    return found if named and any(one.field in _TELLING for one in found) else ()


def _paragraphs(text: str) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in text.split("\n"):
        if line.strip(_SIGNS):
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return blocks


def _is_prose(block: list[str]) -> bool:
    """Whether a paragraph is a notice rather than lines of their own: long lines in a row."""
    return len(block) >= 3 and sum(map(len, block[:-1])) > _PROSE_WIDTH * (len(block) - 1)


@dataclass(slots=True)
class _Reading:
    """One pass over the lines; the fields found so far tell what a piece may still be."""

    lines: list[str]
    found: list[Field] = field(default_factory=list)
    guesses: list[Field] = field(default_factory=list)  # what stands where companies stand
    first_name: Field | None = None

    def read(self) -> tuple[Field, ...]:
        closing = True  # so that a lone first name on top is taken for one
        hosts = _hosts(self.lines)
        for line in self.lines:
            quote = line.strip(_SIGNS)
            rest = after_valediction(quote)
            if rest is not None:
                closing = True
                if rest:
                    self._sign(rest, quote)
                continue
            if quote and len(quote) <= _LONGEST_LINE and not _is_sentence(quote):
                self._read_line(quote, hosts, closing)
                closing = False
        self._complete()
        return tuple(dict.fromkeys(self.found))

    def _read_line(self, quote: str, hosts: frozenset[str], closing: bool) -> None:
        rest = quote
        if label := words().address_label.match(quote):
            rest = quote[label.end() :]
        for name, pattern, sign in (("email", _EMAIL, "@"), ("website", _WEBSITE, "w")):
            if sign not in rest.lower() and "://" not in rest:
                continue
            for match in pattern.finditer(rest):
                self._add(name, match[match.lastindex or 0].rstrip("./'"), quote)
            rest = pattern.sub("\x00", rest)
        numbered = ""
        done = 0
        for number in numbers(rest) if any(map(str.isdigit, rest)) else ():
            if number.kind in ("phone", "mobile"):
                self._add(number.kind, number.value, quote)
            numbered, done = f"{numbered}{rest[done : number.start]}\x00", number.end
        for piece in _pieces(numbered + rest[done:]):
            self._classify(piece, quote, hosts, closing)

    def _classify(self, piece: str, quote: str, hosts: frozenset[str], closing: bool) -> None:
        for part in self._without_place(piece, quote):
            name, behind = _name_and_rest(part)
            if name and not self._has("name"):
                self._add("name", name, quote)
                for other in behind:
                    self._say(other, quote, hosts)
            elif closing and not self.first_name and _is_first_name(part):
                self.first_name = Field("name", part.rstrip(","), quote)
            else:
                self._say(part, quote, hosts)

    def _without_place(self, piece: str, quote: str) -> list[str]:
        """What is left of a piece once street and city are taken out."""
        if not any(map(str.isdigit, piece)):
            return [piece]
        city, rest = city_and_rest(piece)
        parts = by_house_number(rest)
        streets = [part for part in parts if is_street(part)]
        if streets:
            self._add("street", re.sub(r"(?<=\d)\.\Z", "", ", ".join(streets)), quote)
        if city:
            self._add("city", city, quote)
        return [part for part in parts if part and not any(map(str.isdigit, part))]

    def _say(self, piece: str, quote: str, hosts: frozenset[str]) -> None:
        """A piece that is no name of a person: a company, a title, both behind one another, or nothing known."""
        company = _company(piece)
        if company and _is_proper(company):
            before, _, behind = piece.partition(company)
            self._add("company", company, quote)
            for other in (before, behind):
                if _kind(bare := other.strip(" ,-–/()"), hosts) == "title":
                    self._add("title", bare, quote)
            return
        parts = [part.strip() for part in piece.split(",")]
        kinds = [_kind(part, hosts) for part in parts]
        if "title" in kinds:
            self._add("title", ", ".join(p for p, kind in zip(parts, kinds, strict=True) if kind != "company"), quote)
        for part, kind in zip(parts, kinds, strict=True):
            if kind == "company" and not part[0].islower() and _is_proper(part):
                self._add("company", part, quote)
            elif kind == "" and self._may_be_company(part) and ("title" not in kinds or part.isupper()):
                self.guesses.append(Field("company", part, quote))

    def _may_be_company(self, part: str) -> bool:
        if not part[:1].isupper() or len(part) < 3 or any(self._has(kind) for kind in _CLOSERS):
            return False
        named = self._has("name") or self.first_name is not None
        return named and len(part.split()) <= 6 and sum(w[:1].islower() for w in part.split()) <= 2

    def _sign(self, rest: str, quote: str) -> None:
        name, _ = _name_and_rest(rest)
        if name:
            self._add("name", name, quote)
        elif _is_first_name(rest):
            self.first_name = Field("name", rest, quote)

    def _add(self, name: str, value: str, quote: str) -> None:
        value = " ".join(value.split()).strip(" ,;:")
        if value and not any(one.field == name and one.value == value for one in self.found):
            self.found.append(Field(name, value, quote))

    def _has(self, name: str) -> bool:
        return any(one.field == name for one in self.found)

    def _complete(self) -> None:
        if self.first_name and not self._has("name"):
            self.found.insert(0, self.first_name)
        if self.guesses and not self._has("company") and len({one.field for one in self.found}) >= 2:
            self.found.append(self.guesses[0])


def _pieces(line: str) -> Iterator[str]:
    """The parts of a line that are set apart, without labels that lost their number."""
    for piece in _APART.split(line):
        bare = piece.strip(" ,.:()[]<>\"'/*")
        if len(bare) > 1 and len(bare) <= _LONGEST_PIECE and not words().only_labels.fullmatch(bare.lower()):
            yield bare + ("." if piece.rstrip().endswith(f"{bare}.") else "")


def _is_sentence(line: str) -> bool:
    said = _WORDS.findall(line)
    lower = sum(word[0].islower() for word in said)
    return len(said) > 12 or (len(said) > 5 and line[-1] in ".!?" and 2 * lower >= len(said)) or "!" in line


def _company(piece: str) -> str:
    """The part of a piece that ends in a legal form, or holds one that stands beside the name without a blank."""
    if words().attached_form.search(piece):
        return piece
    for part in _by_comma(piece):
        if found := words().legal_form.search(part):
            return part[: found.end()].strip()
    return ""


def _is_proper(company: str) -> bool:
    """Whether it is a name and no sentence about a company."""
    said = company.split()
    return len(said) <= 9 and sum(word[0].islower() and word not in words().particles for word in said) <= 2


def _by_comma(piece: str) -> list[str]:
    """Parts between commas, a legal form together with what it belongs to: "Perfect Commerce, Inc."."""
    parts: list[str] = []
    for part in re.split(r",\s+", piece):
        if parts and words().legal_form.fullmatch(f"x {part}", 2):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    return parts


def _kind(part: str, hosts: frozenset[str]) -> str:
    """What the words of a part say: title, company, department or nothing."""
    known = words()
    low = part.lower().strip(" .()")
    said = [word.strip(".") for word in _WORDS.findall(low)]
    if not said or low in known.departments:
        return "department"
    if any(host in low.replace(" ", "").replace("-", "") for host in hosts) or any(
        len(word) > 3 and any(word in host for host in hosts) for word in said
    ):
        return "company"
    if any(word in known.titles or (len(word) > 7 and word.endswith(known.title_endings)) for word in said):
        return "title"
    if known.title_phrase.search(low) or low.endswith(known.title_endings):
        return "title"
    if said[-1] in ("department", "dept", "division", "desk", "team", "section") or said[0] in known.departments:
        return "department"
    if any(word in known.companies or word.endswith(known.company_endings) for word in said) and len(said) > 1:
        return "company"
    return ""


def _hosts(lines: list[str]) -> frozenset[str]:
    """What the mail domains and websites in the lines are called: "fabrikam" of jo@uk.fabrikam.example."""
    domains = [match[1].rpartition("@")[2] for line in lines for match in _EMAIL.finditer(line)]
    domains += [
        re.sub(r"(?i)^(?:https?://)?(?:www\.)?|/.*", "", m.group()) for line in lines for m in _WEBSITE.finditer(line)
    ]
    called = {label for domain in domains for label in domain.lower().split(".")[:-1][-2:] if len(label) > 3}
    return frozenset(label.replace("-", "") for label in called - words().free_mail)


def _name_and_rest(piece: str) -> tuple[str, list[str]]:
    """A person's name at the beginning of a piece ("" if none stands there), and what follows behind a comma."""
    if words().legal_form.search(piece) or words().attached_form.search(piece):
        return "", []
    bare = words().signing_for.sub("", piece)
    name, *behind = [part.strip() for part in bare.split(",")]
    name = re.sub(r"\s*[(\"“].{1,20}[)\"”]\s*", " ", name).strip()
    rest = [part for part in behind if part.lower() not in words().degrees]
    return (name, rest) if _is_name(name) else ("", [])


def _is_name(name: str) -> bool:
    if _CJK_NAME.match(name):
        return not _kind(name, frozenset())
    said = name.split()
    if not 2 <= len(said) <= 5 or len(name) > 40 or _company(name) or _kind(name, frozenset()):
        return False
    proper = [word for word in said if word.lower() not in words().particles]
    long = [word for word in proper if len(word.rstrip(".")) > 1]
    return (
        bool(long)
        and len(proper) >= 2
        and all(_NAME_WORD.match(word) and word[0].isupper() for word in proper)
        and not long[-1].endswith(".")
        and not (name.isupper() and len(name) < 6)
    )


def _is_first_name(piece: str) -> bool:
    bare = piece.rstrip(",")
    return bool(_NAME_WORD.match(bare)) and bare[:1].isupper() and 2 <= len(bare) <= 15 and not bare.endswith(".")

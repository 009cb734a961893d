"""Splits what a sender wrote now from the mail that is quoted below or between it, and from the signature.

Works on lines and keeps every kept line as it was written. Quoted lines marked with ">" are dropped wherever they
stand, so answers between them survive; a quoted mail without marks runs to the end of the text. What clients write
around quotes in many languages stands in quotes.toml.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from mail_sync.mime.signatures import SignaturePatterns, signature_start

MAX_LINES = 20_000  # beyond it no new text is looked for
_ATTRIBUTION_LINES = 4
_ATTRIBUTION_CHARS = 400
_BROKEN = 55  # characters of a line that is long enough to be broken
_HEADER_LINES = 60
_HEADER_NAME_CHARS = 40
_FIRST_WORD = re.compile(r"[\s>|*]*([^\s:：*>|]+)")
_MARKS = "-_=+<|0123456789"  # what rules, markers and dated attribution lines begin with
_NOTES_STAMP = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.{0,40}\d{1,2}:\d\d|^\s*\d{1,2}:\d\d(?::\d\d)? [ap]m\s*$")
_WHEN_OR_WHO = re.compile(r"\d|@|<")
_DATED = re.compile(r"\d{4}.{0,40}\d{1,2}[:.]\d\d|\d{1,2}[:.]\d\d.{0,40}\d{4}")  # a year and a time of day
_ENDS_IN_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>:?\Z")  # "2013-11-13 16:32 Jo <jo@example.org>:"
_RULE = re.compile(r"\s*(?:[-_=*]\s?){4,}(?:[^-_=*].{0,60}[-_=*]{4,})?\s*\Z")  # possibly with words between its ends


@dataclass(frozen=True, slots=True)
class _Patterns:
    """All match lower-case text: ignoring case in the patterns costs several times as much."""

    first_words: frozenset[str]  # a line that begins otherwise needs no closer look
    verbs: tuple[str, ...]
    attribution: re.Pattern[str]
    attribution_end: re.Pattern[str]
    header: re.Pattern[str]
    marker: re.Pattern[str]
    forward: re.Pattern[str]
    signature: SignaturePatterns


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words: dict[str, list[str]] = tomllib.loads(resources.files(__package__).joinpath("quotes.toml").read_text("utf-8"))
    starts = _any_of(words["attribution_starts"])
    verbs = rf"(?:{_any_of(words['attribution_verbs'])})(?:\(?[аa]\)?)?(?!\w)"
    kinds = ("from", "to", "cc", "date", "subject")
    names = "|".join(f"(?P<{kind}>{_any_of(words[f'header_{kind}'])})" for kind in kinds)
    markers = "|".join(words["original_markers"])
    openers = [*words["attribution_starts"], *(name for kind in kinds for name in words[f"header_{kind}"])]
    literal = [re.split(r"[(\[ ]", marker)[0] for marker in words["original_markers"]]
    return _Patterns(
        first_words=frozenset(opener.split()[0] for opener in [*openers, *filter(None, literal)]),
        verbs=tuple(words["attribution_verbs"]),
        attribution=re.compile(
            rf"[-\s]*(?:(?:{starts})(?!\w)|\d{{1,4}}[-/.年 ]).{{4,380}}?{verbs}.{{0,120}}?[:：]?[\s\"-]*\Z", re.DOTALL
        ),
        attribution_end=re.compile(rf".*{verbs}.{{0,80}}[:：]\s*\Z", re.DOTALL),
        header=re.compile(rf"[>|\s]*\*{{0,2}}(?:{names})\*{{0,2}}\s*[:：]"),
        marker=re.compile(rf"[>|\s]*(?:[-_=*+<]\s?)*\s*(?:{markers})\s*[:：]?\s*(?:[-_=*+>]\s?)*\s*\Z"),
        forward=re.compile("|".join(words["forward_markers"])),
        signature=SignaturePatterns.of(words["sent_from"], words["valedictions"]),
    )


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class ReplyParts:
    """The parts of a mail's text. All hold only whole lines of it, in order. `quoted` keeps its quotation signs;
    `forwarded`: the quoted mail stands under the marker of a forward."""

    new_text: str
    signature: str = ""
    quoted: str = ""
    forwarded: bool = False


def split_reply(text: str) -> tuple[str, str]:
    """The new text and the signature. Both hold only whole lines of `text`, in order; blank lines around are dropped.
    A pure forward has no new text."""
    parts = reply_parts(text)
    return parts.new_text, parts.signature


def reply_parts(text: str) -> ReplyParts:
    """New text, signature and quoted mail; blank lines around the first two are dropped."""
    patterns = _patterns()
    lines = text.split("\n")
    reader = _OwnLines(lines, patterns)
    own = reader.read() if len(lines) <= MAX_LINES else lines
    start = signature_start(own, patterns.signature)
    return ReplyParts(
        "\n".join(own[:start]).strip("\n"),
        "\n".join(own[start:]).strip("\n"),
        "\n".join(reader.quoted),
        reader.forwarded,
    )


def after_valediction(line: str) -> str | None:
    """The name behind a valediction, as in "Cheers, Jo" ("" where nothing follows it); None of a line that is none."""
    return _patterns().signature.after_valediction(line)


class _OwnLines:
    """One pass over the lines of a mail, keeping those that are not quoted."""

    def __init__(self, lines: list[str], patterns: _Patterns) -> None:
        self._lines = lines
        self._low = "\n".join(lines).lower().split("\n")
        self._patterns = patterns
        whole = "\n".join(self._low)
        self._verbs = [verb for verb in patterns.verbs if verb in whole]
        self._has_address = "@" in whole and "<" in whole
        self.quoted: list[str] = []
        self.forwarded = False

    def read(self) -> list[str]:
        own: list[str] = []
        index, count = 0, len(self._lines)
        while index < count:
            line = self._lines[index]
            if _is_quoted(line) or self._is_wrapped_off(index):
                self.quoted.append(line)
                index += 1
                continue
            if self._is_suspect(index):
                if self._is_unmarked_quote(index):
                    _drop_lead_in(own)
                    self._quote_rest(index)
                    break
                if after := self._after_attribution(index):
                    _drop_rules(own)
                    if not self._next_is_quoted(after):
                        self._quote_rest(after)
                        break
                    index = after
                    continue
            own.append(line)
            index += 1
        return own

    def _is_wrapped_off(self, index: int) -> bool:
        """Whether a line is the end of a long quoted line that a mail program broke without repeating the sign."""
        if not 0 < index < len(self._lines) - 1 or not self._lines[index][:1].islower():
            return False
        before, after = self._lines[index - 1], self._lines[index + 1]
        return _is_quoted(before) and _is_quoted(after) and len(before) > _BROKEN and before.rstrip()[-1] not in ".?!:"

    def _quote_rest(self, index: int) -> None:
        self.forwarded = self._patterns.forward.search(self._low[index]) is not None
        self.quoted += self._lines[index:]

    def _is_suspect(self, index: int) -> bool:
        line = self._low[index]
        first = _FIRST_WORD.match(line)
        if first is None:
            return False
        word = first[1].rstrip(".,")
        return word in self._patterns.first_words or first[1][0] in _MARKS or line.rstrip()[-1:] in (":", "：", ">")

    def _next_is_quoted(self, index: int) -> bool:
        following = next((line for line in self._lines[index : index + 4] if line.strip()), "")
        return _is_quoted(following)

    def _is_unmarked_quote(self, index: int) -> bool:
        """Whether a quoted or forwarded mail begins here: its marker line, or the block of its headers."""
        line = self._low[index]
        if len(line) < 150 and self._patterns.marker.match(line) and self._is_set_off(index):
            return True
        return self._header_kind(line) != "" and self._is_header_block(index)

    def _header_kind(self, line: str) -> str:
        if ":" not in line[:_HEADER_NAME_CHARS] and "：" not in line[:_HEADER_NAME_CHARS]:
            return ""
        match = self._patterns.header.match(line)
        return (match.lastgroup or "") if match else ""

    def _is_set_off(self, index: int) -> bool:
        """A marker has dashes or a colon, or a header block below; a sentence that is only those words has not."""
        line = self._low[index].strip()
        if line[:2] in ("--", "- ", "__", "==", "**") or line[-1] in ":：-":
            return True
        following = next((later for later in self._low[index + 1 : index + 4] if later.strip()), "")
        return self._header_kind(following) != ""

    def _is_header_block(self, index: int) -> bool:
        kinds: set[str] = set()
        strangers = 0
        for line in self._low[index : index + _HEADER_LINES]:
            kind = self._header_kind(line)
            if kind:
                kinds.add(kind)
            elif line.strip() and not ("," in line or "@" in line or "/" in line):
                strangers += 1  # a long list of recipients runs over several lines; prose does not belong here
            if len(kinds) >= 3 and kinds & {"from", "to"} and kinds & {"date", "subject"}:
                return True
            if strangers > 3:
                break
        return "from" in kinds and bool(kinds & {"date", "subject"}) and strangers <= 1

    def _after_attribution(self, index: int) -> int:
        """The index after an attribution line ("On ... wrote:"), possibly folded over several lines; 0 if none is."""
        window = " ".join(self._low[index : index + _ATTRIBUTION_LINES])
        if not any(verb in window for verb in self._verbs) and not (self._has_address and "@" in window):
            return 0
        joined = ""
        for after in range(index + 1, index + 1 + _ATTRIBUTION_LINES):
            line = self._low[after - 1].strip() if after <= len(self._low) else ""
            joined = f"{joined} {line}" if joined else line
            if not line or len(joined) > _ATTRIBUTION_CHARS:
                return 0
            if self._is_attribution(joined, self._next_is_quoted(after)):
                return after
        return 0

    def _is_attribution(self, joined: str, quoted: bool) -> bool:
        dated = _DATED.search(joined) is not None
        if self._patterns.attribution.match(joined) and _WHEN_OR_WHO.search(joined):
            return quoted or joined[-1] in ':："' or (dated and "@" in joined)
        if dated and _ENDS_IN_ADDRESS.search(joined):
            return quoted or joined[-1] == ":"
        return quoted and len(joined) <= 200 and bool(self._patterns.attribution_end.match(joined))


def _is_quoted(line: str) -> bool:
    return line.startswith((">", " >", "|>"))


def _drop_lead_in(own: list[str]) -> None:
    """Takes away the lines that belong to the quote below: rules, and the name and time that Notes puts on top."""
    _drop_rules(own)
    if not own or len(own[-1]) > 100 or not _NOTES_STAMP.search(own[-1].lower()):
        return
    own.pop()
    above = 0
    while above < len(own) and own[-1 - above].strip():
        above += 1
    if 0 < above <= 2 and all(len(line) < 80 for line in own[-above:]):
        del own[-above:]


def _drop_rules(own: list[str]) -> None:
    while own and (not own[-1].strip() or _RULE.match(own[-1])):
        own.pop()

"""HTML mail to readable text: what the reader of the mail would see, links kept, quoted blocks marked with "> "."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mail_sync.mime.charsets import clean

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

MAX_HTML_CHARS = 5_000_000
MAX_NODES = 200_000
_MAX_QUOTE_DEPTH = 50

_DROPPED = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "object", "svg", "select", "-comment"}
)
_BLOCK_NAMES = (
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 "
    "h4 h5 h6 header html li main nav ol p pre section summary table tbody tfoot thead tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table", "dl"})
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?![.\d])", re.I
)
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
# Mass mail pads its preview line with invisible characters; joiners between letters stay.
_PADDING = re.compile("[\u200b\u200c\u200d\u034f\ufeff\u00ad]+(?=[\\s\u00a0\u200b-\u200d\u034f\ufeff\u00ad]|$)")


def html_to_text(html: str) -> str:
    """Readable text of an HTML body. Never raises; beyond the node budget the rest is left out."""
    from selectolax.lexbor import LexborHTMLParser  # 12 ms to import, and half of all mail needs none of it

    root = LexborHTMLParser(html[:MAX_HTML_CHARS]).root
    writer = _Writer()
    if root is not None:
        _walk(root, writer)
    return clean(writer.text())


class _Writer:
    """Collects words into lines; a paragraph break is wanted at most once however many elements ask for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.words: list[str] = []
        self.depth = 0  # of blockquotes
        self.preformatted = 0
        self.numbers: list[int] = []  # of the last item in each open numbered list
        self._blank_wanted = False

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *others = text.split("\n")
            self.words.append(first)
            for line in others:
                self.newline()
                self.words.append(line)
            return
        text = _SPACE.sub(" ", text)
        if text == " " and not self.words:
            return
        self.words.append(text)

    def newline(self) -> None:
        """Ends the line even when it is empty, as <br> does."""
        self._flush(keep_empty=True)

    def block(self, spaced: bool) -> None:
        """Ends the line if anything stands on it; `spaced` asks for a blank line before what follows."""
        self._flush(keep_empty=False)
        self._blank_wanted = self._blank_wanted or spaced

    def _flush(self, *, keep_empty: bool) -> None:
        line = "".join(self.words)
        if not self.preformatted:
            line = _SPACE.sub(" ", line).strip()
        self.words.clear()
        if not line.strip() and not keep_empty:
            return
        mark = "> " * min(self.depth, _MAX_QUOTE_DEPTH)
        if self._blank_wanted and self.lines and self.lines[-1].strip("> "):
            before = self.lines[-1]
            shared = min(len(mark), len(before) - len(before.lstrip("> ")))
            self.lines.append(mark[:shared].rstrip())
        self._blank_wanted = False
        self.lines.append((mark + line).rstrip())

    def text(self) -> str:
        self._flush(keep_empty=False)
        joined = "\n".join(self.lines)
        if not joined.isascii():
            joined = _PADDING.sub("", joined)
        joined = joined.strip("\n")
        return re.sub(r"\n{4,}", "\n\n\n", joined)


def _walk(root: LexborNode, writer: _Writer) -> None:
    """Depth first without recursion, because hostile HTML nests deeper than any stack."""
    stack: list[tuple[LexborNode, bool]] = [(root, False)]
    nodes = 0
    while stack:
        node, leaving = stack.pop()
        tag = node.tag or ""
        if leaving:
            _leave(node, tag, writer)
            continue
        nodes += 1
        if nodes > MAX_NODES:
            return
        if tag == "-text":
            writer.write(node.text_content or "")
            continue
        if tag in _DROPPED or tag.startswith("!") or _is_hidden(node):
            continue
        _enter(node, tag, writer)
        stack.append((node, True))
        child = node.last_child
        while child is not None:
            stack.append((child, False))
            child = child.prev


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN_STYLE.search(style))


def _enter(node: LexborNode, tag: str, writer: _Writer) -> None:
    if tag in _BLOCKS:
        writer.block(tag in _SPACED)
    if tag == "blockquote":
        writer.depth += 1
    elif tag == "ol":
        writer.numbers.append(0)
    elif tag in ("pre", "textarea"):
        writer.preformatted += 1
    elif tag == "li":
        writer.write(_bullet(node, writer))
    elif tag == "br":
        writer.newline()
    elif tag == "hr":
        writer.block(True)
        writer.write("-" * 20)
        writer.block(True)
    elif tag in ("td", "th") and writer.words and writer.words[-1].strip():
        writer.write(" ")
    elif tag == "img":
        alt = (node.attributes.get("alt") or "").strip()
        if alt:
            writer.write(f"[{alt}]")


def _leave(node: LexborNode, tag: str, writer: _Writer) -> None:
    if tag == "a":
        _write_link(node, writer)
    if tag in _BLOCKS:
        writer.block(tag in _SPACED)
    if tag == "blockquote":
        writer.depth -= 1
    elif tag == "ol":
        writer.numbers.pop()
    elif tag in ("pre", "textarea"):
        writer.preformatted -= 1


def _bullet(node: LexborNode, writer: _Writer) -> str:
    parent = node.parent
    if parent is None or parent.tag != "ol" or not writer.numbers:
        return "- "
    writer.numbers[-1] += 1
    return f"{writer.numbers[-1]}. "


def _write_link(node: LexborNode, writer: _Writer) -> None:
    """The target after the words, unless the words already are the target or it leads nowhere outside the mail."""
    target = (node.attributes.get("href") or "").strip()
    scheme, _, rest = target.partition(":")
    if scheme.lower() not in ("http", "https", "mailto", "tel") or not rest:
        return
    shown = node.text(strip=True)
    bare = rest.removeprefix("//").rstrip("/").split("?")[0] if scheme.lower() == "mailto" else rest[2:].rstrip("/")
    if not shown or bare.lower() in shown.lower() or shown.lower() in (target.lower(), bare.lower()):
        return
    writer.write(f" <{target}>")

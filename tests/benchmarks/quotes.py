"""New text, quoted mail and signature of labelled mails, beside mail-parser-reply and email-reply-parser.

    python -m tests.benchmarks.quotes

Sets of ../shared/data/quotes: `quagga` (what stands above the first header that people marked; the signatures they
marked), `crisp-reply` (replies as labelled in crisp_replies.toml), `talon` (standard and HTML replies; signatures of
its stripped mails). A mail is right where every line that is not blank is on the right side. quagga's train part was
read while splitting was written, its eval part was not. All see the same text; HTML is made text by ours. Intervals:
95 %, Wilson.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import mailparser_reply
from email_reply_parser import EmailReplyParser
from mailparser_reply.constants import MAIL_LANGUAGES

from mail_sync.mime.html_text import html_to_text
from mail_sync.mime.quotes import split_reply
from mail_sync.mime.reader import read_message
from tests.benchmarks.intervals import shown_share

FOLDER = Path("../shared/data/quotes")
REPLY_LINES = 5  # of crisp's filler text

Split = Callable[[str], tuple[str, str, str]]  # new text, signature, both together


@dataclass(frozen=True, slots=True)
class Labelled:
    """One mail. Its new text and signature hold exactly `wanted` lines and any of `loose`; where `parts`, the
    signature holds all lines of `signature`, and none of the new text that is neither."""

    name: str
    text: str
    wanted: tuple[str, ...]
    loose: frozenset[str] = frozenset()
    signature: frozenset[str] | None = None
    whole: bool = False  # new text and signature count together


def main() -> None:
    splitters: dict[str, Split] = {
        "ours": by_ours,
        "mail-parser-reply": by_mail_parser_reply,
        "email-reply-parser": by_email_reply_parser,
    }
    for title, mails in (
        ("quagga train, own part", list(quagga("train"))),
        ("quagga eval, own part", list(quagga("eval"))),
        ("quagga train, signature", list(quagga_signatures("train"))),
        ("quagga eval, signature", list(quagga_signatures("eval"))),
        ("crisp-reply, new text", list(crisp())),
        ("talon, new text", [*talon_standard(), *talon_html()]),
        ("talon, signature", list(talon_signatures())),
    ):
        print(f"{title}: {len(mails)} mails")
        for name, split in splitters.items():
            begun = time.process_time()
            right = sum(is_right(mail, split) for mail in mails)
            spent = time.process_time() - begun
            print(f"  {name:20} right {shown_share(right, len(mails))}   {spent / len(mails) * 1000:.2f} ms each")


def is_right(mail: Labelled, split: Split) -> bool:
    new, signature, together = split(mail.text)
    if mail.signature is not None:
        given = set(filled(signature))
        return mail.signature <= given <= mail.signature | mail.loose
    own = filled(together if mail.whole else new)
    return [line for line in own if line not in mail.loose] == [one for one in mail.wanted if one not in mail.loose]


def filled(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.split("\n") if line.strip()]


def by_ours(text: str) -> tuple[str, str, str]:
    new, signature = split_reply(text)
    return new, signature, f"{new}\n{signature}"


def by_mail_parser_reply(text: str) -> tuple[str, str, str]:
    """With every language it knows; its full body holds signatures and disclaimers."""
    replies = mailparser_reply.EmailReplyParser(languages=list(MAIL_LANGUAGES)).read(text).replies
    if not replies:
        return "", "", ""
    newest = replies[0]
    return newest.body or "", newest.signatures or "", newest.full_body or ""


def by_email_reply_parser(text: str) -> tuple[str, str, str]:
    read = EmailReplyParser.read(text)
    own = [each for each in read.fragments if not each.quoted and not each.headers]
    signature = "\n".join(each.content for each in own if each.signature)
    return read.reply, signature, "\n".join(each.content for each in own if each.signature or not each.hidden)


def quagga(part: str) -> Iterator[Labelled]:
    for file in sorted((FOLDER / "quagga" / part).glob("*.txt.ann")):
        annotated = json.loads(file.read_text("utf-8"))
        headers = [one["start"] for one in annotated["denotations"] if one["type"] == "Header"]
        own = annotated["text"][: min(headers, default=None)]
        yield Labelled(file.name, annotated["text"], tuple(filled(own)), whole=True)


def quagga_signatures(part: str) -> Iterator[Labelled]:
    """The own parts whose signature people marked; the valediction in front of it may count to either side."""
    for file in sorted((FOLDER / "quagga" / part).glob("*.txt.ann")):
        annotated = json.loads(file.read_text("utf-8"))
        end = min((one["start"] for one in annotated["denotations"] if one["type"] == "Header"), default=None)
        own = annotated["text"][:end]
        marked: dict[str, list[str]] = {"Body/Signature": [], "Body/Outro": [], "Body/Signature/Disclaimer": []}
        for one in annotated["denotations"]:
            if one["type"] in marked and one["end"] <= len(own) + 2:
                marked[one["type"]] += filled(one["text"])
        signature = [line for line in marked["Body/Signature"] if any(sign.isalnum() for sign in line)]
        if signature:
            rules = [line for line in filled(own) if not any(sign.isalnum() for sign in line)]
            loose = frozenset([*marked["Body/Outro"], *marked["Body/Signature/Disclaimer"], *rules])
            yield Labelled(file.name, own, (), loose, frozenset(signature) - loose)


def crisp() -> Iterator[Labelled]:
    labels = tomllib.loads(Path(__file__).with_name("crisp_replies.toml").read_text("utf-8"))
    for file in sorted((FOLDER / "crisp-reply" / "test" / "fixtures").glob("*.txt")):
        text = file.read_text("utf-8").replace("\r\n", "\n")
        lines = text.split("\n")
        if lines[0].startswith("Fusce bibendum"):
            yield Labelled(file.name, text, tuple(filled("\n".join(lines[:REPLY_LINES]))))
        elif file.name in labels["cut"]:
            reply = until(lines, labels["cut"][file.name])
            loose = reply[len(until(reply, labels["loose"].get(file.name, ""))) :]
            dropped = labels["dropped"].get(file.name, ">")
            kept = [line for line in reply if not line.startswith((">", dropped))]
            yield Labelled(file.name, text, tuple(filled("\n".join(kept))), frozenset(filled("\n".join(loose))))


def until(lines: list[str], mark: str) -> list[str]:
    """The lines in front of the first that begins like `mark`; all of them where it is empty."""
    if not mark:
        return lines
    return lines[: next(index for index, line in enumerate(lines) if line.startswith(mark))]


def talon_standard() -> Iterator[Labelled]:
    for file in sorted((FOLDER / "talon" / "tests" / "fixtures" / "standard_replies").glob("*.eml")):
        yield Labelled(file.name, read_message(file.read_bytes()).text, ("Hello",))


def talon_html() -> Iterator[Labelled]:
    for file in sorted((FOLDER / "talon" / "tests" / "fixtures" / "html_replies").glob("*.html")):
        text = html_to_text(file.read_text("utf-8"))
        thanks = frozenset(line for line in filled(text) if line in ("Thanks,", "Alex", "Thanks, Alex"))
        reply = [line for line in filled(text) if line.startswith(("Hi. I am fine", "Hi", "I am fine"))][:1]
        yield Labelled(file.name, text, tuple(reply), thanks)


def talon_signatures() -> Iterator[Labelled]:
    for file in sorted((FOLDER / "talon" / "signature" / "emails" / "stripped").glob("*_body")):
        signature = file.with_name(file.name.replace("_body", "_signature")).read_text("utf-8")
        marked = lines_with_words(signature)
        text = file.read_text("utf-8")
        rules = frozenset(filled(text)) - frozenset(lines_with_words(text))
        yield Labelled(file.name, text, (), rules, frozenset(marked))


def lines_with_words(text: str) -> Iterable[str]:
    return [line for line in filled(text) if any(sign.isalnum() for sign in line)]


if __name__ == "__main__":
    main()

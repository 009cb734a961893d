"""Mails per second of `read_message` beside the standard library's parser, in one run.

    python -m tests.benchmarks.mime

The peer does less: it finds headers and parts, and decodes nothing.
"""

from __future__ import annotations

import random
import time
import tracemalloc
from base64 import encodebytes
from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import EmailMessage, Message

from mail_sync.mime.reader import read_message

MAILS = 2_000
TEXT_BYTES = 4_500
ROUNDS = 3
LARGE_BYTES = 45_000_000  # 60 MB as base64
SENTENCE = "the ski resort needs a new quote for forty pairs of boots before winter starts and we will call on monday"
WORDS = SENTENCE.split()


def main() -> None:
    mails = [text_mail(number) for number in range(MAILS)]
    ours = speed(read_message, mails)
    peer = speed(parse_with_the_standard_library, mails)
    print(f"{MAILS} mails of {sum(map(len, mails)) // MAILS} bytes, best of {ROUNDS}")
    print(f"read_message          {ours:8.0f} mails/s   {ours / peer:.1f}x the peer")
    print(f"email, compat32       {peer:8.0f} mails/s")
    large = large_mail()
    ours_peak, peer_peak = peak(read_message, large), peak(parse_with_the_standard_library, large)
    print(f"one mail of {len(large) / 1e6:.0f} MB, memory beside the source")
    print(f"read_message          {ours_peak / 1e6:8.1f} MB")
    print(f"email, compat32       {peer_peak / 1e6:8.1f} MB")


def parse_with_the_standard_library(raw: bytes) -> Message:
    return message_from_bytes(raw)


def speed(read: Callable[[bytes], object], mails: Sequence[bytes]) -> float:
    """Mails per second of processor time, the best of some rounds; other programs do not count."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        for mail in mails:
            read(mail)
        best = min(best, time.process_time() - begun)
    return len(mails) / best


def peak(read: Callable[[bytes], object], raw: bytes) -> int:
    """Bytes allocated at most while one mail is read."""
    tracemalloc.start()
    kept = read(raw)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return most


def text_mail(number: int) -> bytes:
    """A reply with a signature and a quoted mail, as most business mail is."""
    chance = random.Random(number)
    mail = EmailMessage()
    mail["Received"] = "from mx.example.org by mail.example.com; Mon, 2 Nov 2026 10:00:01 +0100"
    mail["From"] = f"Jo Müller {number} <jo{number % 97}@example.org>"
    mail["To"] = "Sales <sales@example.com>, Al Doe <al@example.com>"
    mail["Subject"] = f"Re: Angebot für Ski {number}"
    mail["Date"] = "Mon, 2 Nov 2026 10:00:00 +0100"
    mail["Message-ID"] = f"<{number}@example.org>"
    mail["References"] = " ".join(f"<{number - step}@example.org>" for step in range(1, 5))
    own, quoted = (paragraphs(chance, TEXT_BYTES // 2) for _ in range(2))
    quote = "\n".join(f"> {line}" for line in quoted.split("\n"))
    attribution = "On Sun, 1 Nov 2026 at 09:00, Al Doe <al@example.com> wrote:"
    mail.set_content(f"{own}\n\nBest regards,\nJo Müller\n+49 30 1234567\n\n{attribution}\n{quote}\n")
    return mail.as_bytes()


def paragraphs(chance: random.Random, size: int) -> str:
    text: list[str] = []
    while sum(map(len, text)) < size:
        text.append(" ".join(chance.choices(WORDS, k=12)) + chance.choice([".", ".\n", ""]))
    return "\n".join(text)


def large_mail() -> bytes:
    head = b"From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nsee file\n--b\n"
    part = b"Content-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
    return head + part + encodebytes(random.Random(1).randbytes(LARGE_BYTES)) + b"--b--\n"


if __name__ == "__main__":
    main()

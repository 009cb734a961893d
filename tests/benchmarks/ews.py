"""How fast a mailbox is read over EWS, beside exchangelib's own ways and beside raw HTTP with lxml.

    python -m tests.benchmarks.ews [--items 20000] [--mails 2000]

The sandbox runs in a process of its own and so does every reader, one after the other; nothing is adjusted in the
processes that measure exchangelib. Memory is the growth of the peak resident size while reading.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from mail_sync.provider import Folder, FolderRole, MailProvider, RemoteMessage

ADDRESS, PASSWORD = "sales@alpine.example", "demo"
MAIL_BYTES = 5000


def mail(number: int) -> bytes:
    """A mail of about 5 kB."""
    head = (
        f"From: Ada {number % 97} <ada{number % 97}@engines.example>\r\nTo: {ADDRESS}\r\n"
        f"Subject: Offer {number}\r\nMessage-ID: <{number}@engines.example>\r\n"
        "Date: Mon, 2 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n"
    )
    line = f"Line of mail {number:08d} about engines, tables and delivery in spring.\r\n"
    return (head + line * ((MAIL_BYTES - len(head)) // len(line))).encode()


def run_server(items: int) -> None:
    """Serve a mailbox with this many mails until stdin ends; prints its URL."""
    from mail_sync.sandbox.content import MadeContent
    from mail_sync.sandbox.model import Model
    from mail_sync.sandbox.server import serve

    model = Model()
    box = model.add_mailbox(ADDRESS, "Sales", PASSWORD)
    inbox = box.folder("inbox")
    size = len(mail(1))
    for number in range(items):
        box.add(inbox, MadeContent(mail, number, size), is_read=number % 3 == 0)
    with serve(model) as sandbox:
        print(sandbox.url, flush=True)
        sys.stdin.read()


def plain_inbox(url: str) -> Any:
    """The inbox of an exchangelib account made as its documentation shows it."""
    from exchangelib import DELEGATE, Account, Configuration, Credentials, Version
    from exchangelib.version import EXCHANGE_2016

    config = Configuration(
        service_endpoint=url,
        credentials=Credentials(ADDRESS, PASSWORD),
        auth_type="basic",
        version=Version(build=EXCHANGE_2016),
    )
    return Account(ADDRESS, config=config, autodiscover=False, access_type=DELEGATE).inbox


def our_inbox(url: str) -> tuple[MailProvider, Folder]:
    """A connected mailbox of ours and its inbox."""
    from mail_sync.providers.exchange.connection import connect
    from mail_sync.providers.exchange.settings import ExchangeSettings, Login

    mailbox = connect(ExchangeSettings(ADDRESS, ADDRESS, PASSWORD, service_endpoint=url, login=Login.BASIC))
    (inbox,) = (one for one in mailbox.folders() if one.role is FolderRole.INBOX)
    return mailbox, inbox


def some_ids(mailbox: MailProvider, inbox: Folder, limit: int) -> list[str]:
    """The ids of the newest mails."""
    return [change.item_id for page in mailbox.changes(inbox, None) for change in page.changes][:limit]


# A reader prepares up to its first yield, which is not measured, and yields how many items it read.


def read_plain(url: str, _limit: int) -> Iterator[int]:
    """`folder.sync_items()` with every field."""
    inbox = plain_inbox(url)
    yield 0
    yield sum(1 for _ in inbox.sync_items())


def read_flag(url: str, _limit: int) -> Iterator[int]:
    """`folder.sync_items(only_fields=['is_read'])`."""
    inbox = plain_inbox(url)
    yield 0
    yield sum(1 for _ in inbox.sync_items(only_fields=["is_read"]))


def read_pages(url: str, _limit: int) -> Iterator[int]:
    """Our `changes()`: pages of ids."""
    mailbox, inbox = our_inbox(url)
    yield 0
    yield sum(len(page.changes) for page in mailbox.changes(inbox, None))


def read_mails(url: str, limit: int) -> Iterator[int]:
    """Our `fetch_messages()`: facts, MIME and the normal form."""
    mailbox, inbox = our_inbox(url)
    ids = some_ids(mailbox, inbox, limit)
    yield 0
    yield sum(1 for one in mailbox.fetch_messages(ids) if isinstance(one, RemoteMessage))


def read_raw(url: str, limit: int) -> Iterator[int]:
    """The floor: one keep-alive connection, prepared envelopes, MIME out of lxml, base64 decoded, nothing else."""
    ids = some_ids(*our_inbox(url), limit)
    yield 0
    yield sum(1 for _ in raw_mails(url, ids))


def read_raw_and_parse(url: str, limit: int) -> Iterator[int]:
    """The floor with the same normal form made of each mail: what is left of the difference is the provider's."""
    from mail_sync.mime.reader import read_message

    ids = some_ids(*our_inbox(url), limit)
    yield 0
    yield sum(1 for message in map(read_message, raw_mails(url, ids)) if message.message_id)


def raw_mails(url: str, ids: Sequence[str]) -> Iterator[bytes]:
    """The mails with these ids by HTTP and lxml alone."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    secret = b64encode(f"{ADDRESS}:{PASSWORD}".encode()).decode()
    headers = {"Authorization": f"Basic {secret}", "Content-Type": "text/xml; charset=utf-8"}
    for start in range(0, len(ids), 20):
        body = ENVELOPE.format("".join(f'<t:ItemId Id="{one}"/>' for one in ids[start : start + 20]))
        connection.request("POST", parts.path, body.encode(), headers)
        root = etree.fromstring(connection.getresponse().read(), etree.XMLParser(huge_tree=True))
        for found in root.iter("{http://schemas.microsoft.com/exchange/services/2006/types}MimeContent"):
            yield b64decode(found.text or "")
    connection.close()


ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" '
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:GetItem><m:ItemShape>'
    "<t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape>"
    "<m:ItemIds>{}</m:ItemIds></m:GetItem></s:Body></s:Envelope>"
)

READERS: dict[str, Callable[[str, int], Iterator[int]]] = {
    "plain": read_plain,
    "is_read": read_flag,
    "pages": read_pages,
    "mails": read_mails,
    "raw": read_raw,
    "raw, read": read_raw_and_parse,
}


@dataclass(frozen=True, slots=True)
class Result:
    """Items, seconds, and the growth of the peak resident size in megabytes."""

    items: int
    seconds: float
    megabytes: float

    @property
    def rate(self) -> float:
        return self.items / self.seconds


def peak_megabytes() -> float:
    """Peak resident size of this process; 0 where the platform does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run_reader(name: str, url: str, limit: int) -> None:
    """Read once and print the result as JSON."""
    reading = READERS[name](url, limit)
    next(reading)
    before, started = peak_megabytes(), perf_counter()
    count = next(reading)
    print(json.dumps([count, perf_counter() - started, peak_megabytes() - before]))


def measure(name: str, url: str, limit: int = 0) -> Result:
    """One reader in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.ews", "--read", name, "--url", url, "--mails", str(limit)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Result(*json.loads(done.stdout))


def show(title: str, result: Result) -> None:
    print(f"{title:<58}{result.items:>7}{result.rate:>9.0f}/s{result.megabytes:>+8.1f} MB")


def compare(url: str, mails: int) -> None:
    """Measure everything on one server and print the ratios."""
    pages, plain, flag = (measure(name, url) for name in ("pages", "plain", "is_read"))
    show("our changes(): pages of ids", pages)
    show("exchangelib folder.sync_items()", plain)
    show("exchangelib folder.sync_items(only_fields=['is_read'])", flag)
    print(f"changes() is {pages.rate / plain.rate:.1f}x sync_items() (at least 3)")
    print(f"changes() is {pages.rate / flag.rate:.1f}x sync_items(only_fields=['is_read']) (at least 2.5)")
    ours, raw, read = (measure(name, url, mails) for name in ("mails", "raw", "raw, read"))
    show("our fetch_messages(): facts, MIME, normal form", ours)
    show("raw HTTP + lxml: MIME only, not read", raw)
    show("raw HTTP + lxml: MIME only, made into the normal form", read)
    print(f"fetch_messages() is {ours.rate / raw.rate:.2f}x raw, {ours.rate / read.rate:.2f}x raw with the normal form")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--mails", type=int, default=2_000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--read", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        run_server(options.items)
    elif options.read:
        run_reader(options.read, options.url, options.mails)
    else:
        command = [sys.executable, "-m", "tests.benchmarks.ews", "--serve", "--items", str(options.items)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdin is not None and server.stdout is not None
            compare(server.stdout.readline().strip(), options.mails)
            server.stdin.close()


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    main()

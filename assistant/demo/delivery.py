"""Where a mail lies once it has been sent: the sender's Sent Items and the Inbox of each recipient of the house."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from assistant.demo.cast import Cast
from assistant.demo.conversations import Letter
from assistant.demo.folder import DemoFolder
from assistant.demo.mail import Post, trace

_FILED_AFTER = timedelta(days=30)  # Anna keeps her inbox short


def deliver(letter: Letter, post: Post, folder: DemoFolder, cast: Cast, *, now: datetime, last: bool) -> None:
    """Write a letter and place its copies; `last` is set on the newest mail of its thread."""
    data = post.write(letter)
    addresses = {cast.staff[key].email for key in cast.mailboxes}
    if letter.sender.email in addresses:
        sent = folder.save("mail", "eml", data)
        folder.place(sent, mailbox=letter.sender.email, folder="sentitems", received=letter.at)
    boxes = sorted({p.email for p in (*letter.to, *letter.cc)} & addresses)
    if not boxes:
        return
    arrived = letter.at + timedelta(seconds=4)
    file = folder.save("mail", "eml", trace(letter.sender.email, boxes[0], letter.at) + data)
    for box in boxes:
        rng = random.Random(f"read {letter.key} {box}")
        young = now - letter.at < timedelta(hours=40)
        outside = letter.sender.domain != cast.domain
        filed = box.startswith("anna@") and outside and now - letter.at > _FILED_AFTER and rng.random() < 0.5
        folder.place(
            file,
            mailbox=box,
            folder="inbox/Customers" if filed else "inbox",
            received=min(arrived, now),
            item_class="IPM.Note.Rules.OofTemplate.Microsoft" if "auto" in letter.flags else "IPM.Note",
            read=not ((young and last) or (young and rng.random() < 0.2)),
            flagged=outside and rng.random() < 0.04,
            categories=("Follow up",) if outside and last and rng.random() < 0.05 else (),
        )

"""A world of ten mails whose figures can be worked out by hand, written into a folder.

We are Alder (alder.example). Birch is an account with Ada and Bo; Cedar is known by its domains; Lena is a lead. A case
of Birch opens on 3 March and is resolved on 10 March; two mails name its number, the first one a minute too early.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from pathlib import Path

TABLES = {
    "users.csv": """\
email,name,role
anna@alder.example,Anna Alder,sales
help@alder.example,Alder help,shared mailbox
""",
    "accounts.csv": """\
key,name,domains,phone,city,country,parent_key
birch,Birch Ltd,birch.example,,Leeds,United Kingdom,
cedar,Cedar GmbH,cedar.example;cedar-shop.example,,Graz,Austria,birch
""",
    "contacts.csv": """\
key,account_key,full_name,emails,phones,title
ada,birch,Ada Birch,ada@birch.example;ada@gmail.com,+44 113 555 0101;+44 7700 900101,Buyer
bo,birch,Bo Birch,bo@birch.example,,
""",
    "leads.csv": """\
key,full_name,company,emails,topic,status
lena,Lena Linden,Linden AG,lena@linden.example,Two presses,open
""",
    "opportunities.csv": """\
key,account_key,contact_key,title,products,stage,status,owner,created,closed
presses,birch,ada,Four presses,Press P4;Belt B1,propose,won,anna@alder.example,2026-03-02,2026-03-20
""",
    "cases.csv": """\
key,account_key,contact_key,title,description,product,serial,status,priority,created,closed
CAS-01001,birch,ada,Press leaks,Oil below the press,Press P4,P4-77,resolved,urgent,2026-03-03,2026-03-10
""",
    "truth.csv": """\
message_id,kind,key,primary
<m1@mail.example>,account,birch,1
<m1@mail.example>,contact,ada,0
m2@mail.example,account,birch,1
<m3@mail.example>,contact,ada,1
<m3@mail.example>,account,birch,0
<m4@mail.example>,account,cedar,1
<m5@mail.example>,none,,0
<m6@mail.example>,none,,0
<m7@mail.example>,lead,lena,1
<m8@mail.example>,case,CAS-01001,1
<m8@mail.example>,account,birch,0
<m9@mail.example>,case,CAS-01001,1
<m10@mail.example>,opportunity,presses,1
""",
}


def write_world(folder: Path) -> Path:
    (folder / "mail").mkdir(parents=True)
    for name, text in TABLES.items():
        (folder / name).write_text(text, "utf-8")
    write_mail(folder, 1, "2026-03-01T08:00", "ada@birch.example")
    write_mail(folder, 2, "2026-03-01T09:00", "bo@birch.example")
    write_mail(folder, 3, "2026-03-01T10:00", "ada@birch.example")
    write_mail(folder, 4, "2026-03-01T11:00", "office@cedar.example")
    write_mail(folder, 5, "2026-03-01T12:00", "bo@birch.example")
    write_mail(folder, 6, "2026-03-01T13:00", "stranger@nowhere.example")
    write_mail(folder, 7, "2026-03-01T14:00", "lena@linden.example")
    write_mail(folder, 8, "2026-03-02T23:59", "ada@birch.example", subject="CAS-01001")  # before the case exists
    write_mail(folder, 9, "2026-03-03T08:00", "ada@birch.example", subject="CAS-01001")
    write_mail(folder, 10, "2026-03-04T08:00", "stranger@nowhere.example")
    return folder


def write_mail(folder: Path, number: int, date: str, sender: str, *, subject: str = "Hello") -> Path:
    """Mail `number` to Anna, sent at an instant of UTC."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "anna@alder.example", subject
    message["Date"] = datetime.fromisoformat(f"{date}:00+00:00")
    message["Message-ID"] = f"<m{number}@mail.example>"
    message.set_content(f"What mail {number} says.")
    path = folder / "mail" / f"{number:02}.eml"
    path.write_bytes(message.as_bytes())
    return path

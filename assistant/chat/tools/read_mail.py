"""Shows what a mail says."""

from __future__ import annotations

from assistant.chat.pointing import shown
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, short
from assistant.chat.understanding.values import Argument
from mail_sync.mime.plain import visible


def read_mail(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.mails import the_mail
    from store.queries.activities import activity_detail

    detail = talk.services.read(activity_detail, the_mail(talk, arguments["mail"]))
    mail = Cite(detail.kind, detail.uid, detail.subject)
    lines = [Line(line, (mail,)) for line in visible(detail.text).splitlines()]
    return answer(f"{shown(talk, detail.occurred_at)} {short(detail.subject)}", lines, mail)


TOOL = Tool(
    "read_mail",
    "Show the text of a mail.",
    (Argument("mail", "mail", "which mail", required=True),),
    (
        Example("read the last mail from Jane Doe", {"mail": {"sender": "Jane Doe"}}),
        Example("read this mail", {"mail": "$screen"}, screen=("mail", "An offer")),
    ),
    read=read_mail,
)

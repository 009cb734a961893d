"""Who, what was asked, what was promised and by when, what is open: of a customer, a case or a mail's thread."""

from __future__ import annotations

from assistant.chat.pointing import MAILS, cite, record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, short
from assistant.chat.understanding.values import SCREEN, Argument


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.summaries import of_customer, of_thread

    if arguments["record"] == SCREEN and talk.screen is not None and talk.screen.kind in MAILS:
        from assistant.chat.mails import the_mail

        lines = of_thread(talk, the_mail(talk, SCREEN))
        return answer(f"{short(talk.screen.title)}:", lines, talk.screen)
    ref = record(talk, arguments["record"])
    return answer(f"{ref.number} {short(ref.title)}:", of_customer(talk, ref), cite(ref))


TOOL = Tool(
    "summary",
    "Say who takes part, what was asked and promised and by when, and what is open.",
    (Argument("record", "record", "of what", required=True),),
    (
        Example("summary of Fabrikam", {"record": "Fabrikam GmbH"}),
        Example("sum this up", {"record": "$screen"}, screen=("case", "Gate stays locked")),
    ),
    read=_read,
)

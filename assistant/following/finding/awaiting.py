"""Which mails of ours wait for an answer, and what answered the others. Pure.

Each mail that asks is judged by all of its conversation, so what is found does not depend on what arrived first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from assistant.following.finding.cues import cue
from assistant.following.finding.people import Answers, who_answers
from assistant.following.saying.absence import away_until
from assistant.following.saying.due import end_of
from assistant.following.saying.values import Due, Said
from mail_sync.mime.subjects import topic
from store.following.facts import Conversation, Met, Person, ThreadMail, Wishes

Sayings = Mapping[int, Sequence[Said]]

MOST_ASKED = 8  # people; who writes to more does not wait for each
AGAIN = "You wrote to them again"
_PEOPLE_WROTE = ("", "list")  # kinds of noise behind which a person may be
_LATEST_MEETING = timedelta(days=180)  # ahead of a mail; later ones are not the answer to it


@dataclass(frozen=True, slots=True)
class Ask:
    """A mail of ours that wants an answer from `asked`. `last` is our last mail to them in the conversation since, from
    which the time runs. `by` is the day that the question names. `bounced`: the report that it did not arrive."""

    mail: ThreadMail
    last: ThreadMail
    asked: tuple[Person, ...]
    sentence: str = ""
    by: Due | None = None
    questions: int = 0
    is_offer: bool = False
    bounced: ThreadMail | None = None
    away: date | None = None
    colleague: str = ""  # who answered instead
    closed_why: str = ""
    closed_by_id: int | None = None

    @property
    def is_open(self) -> bool:
        return not self.closed_why


def asks_of(conversation: Conversation, said: Sayings, wishes: Mapping[int, Wishes]) -> tuple[Ask, ...]:
    """Every mail of the conversation that asks something, offers something or bounced, with what became of it there.

    `wishes` are those of the users whose mail it is; of others nothing is asked. Of several mails of a user that were
    not answered only the last one waits.
    """
    found: list[Ask] = []
    theirs = [mail for mail in conversation.mails if mail.direction == "in"]
    for user_id in sorted(wishes):
        own = [mail for mail in conversation.mails if mail.user_id == user_id and _is_ours(mail)]
        asks = [ask for mail in own if (ask := _ask(mail, own, theirs, said.get(mail.activity_id, ()))) is not None]
        found += _one_waits([heard(sent_again(ask, own, theirs), theirs, wishes[user_id]) for ask in asks])
    return tuple(found)


def heard(ask: Ask, mails: Iterable[ThreadMail], wishes: Wishes, *, elsewhere: bool = False) -> Ask:
    """The ask after these mails of others. `elsewhere`: they belong to other conversations, where only the same people
    about the same subject answer, and absences are told."""
    for mail in sorted(mails, key=lambda one: (one.at, one.activity_id)):
        if not ask.is_open or mail.at <= ask.mail.at or not mail.others:
            continue
        who = who_answers(ask.asked, mail.others[0])
        if mail.noise == "auto_reply":
            ask = _while_away(ask, mail, who, wishes.zone)
        elif mail.noise in _PEOPLE_WROTE and not mail.is_automatic:
            ask = _answered(ask, mail, who, wishes, elsewhere=elsewhere)
    return ask


def sent_again(ask: Ask, own: Iterable[ThreadMail], theirs: Sequence[ThreadMail] = ()) -> Ask:
    """What bounced, after a later mail of ours about the same that reached whom it did not; of `theirs` some may say
    that it bounced as well."""
    if ask.bounced is None or not ask.is_open:
        return ask
    report = ask.bounced.text.lower()
    missed = [one for one in ask.asked if one.email in report] or ask.asked
    mails = [mail for mail in own if _is_ours(mail) and mail.user_id == ask.mail.user_id]
    for mail in mails:
        again = mail.at > ask.bounced.at and topic(mail.subject) == topic(ask.mail.subject)
        if again and _goes_to(mail, missed) and next(_bounces_of(mail, mails, theirs), None) is None:
            return replace(ask, closed_why=AGAIN, closed_by_id=mail.activity_id)
    return ask


def met(ask: Ask, meetings: Iterable[Met]) -> Ask:
    """The ask after a meeting was booked with whom it asks."""
    if not ask.is_open:
        return ask
    for one in sorted(meetings, key=lambda one: (one.booked_at, one.activity_id)):
        later = ask.mail.at < one.booked_at and ask.mail.at < one.starts_at < ask.mail.at + _LATEST_MEETING
        with_them = any(who_answers(ask.asked, person) is Answers.ASKED for person in one.others)
        if one.kind == "appointment" and later and with_them:
            return replace(
                ask, closed_why=f"A meeting is booked with them: {one.subject}", closed_by_id=one.activity_id
            )
    return ask


def _is_ours(mail: ThreadMail) -> bool:
    return mail.direction == "out" and not mail.noise and not mail.is_automatic


def _ask(mail: ThreadMail, own: Sequence[ThreadMail], theirs: Sequence[ThreadMail], said: Sequence[Said]) -> Ask | None:
    """What a mail of ours wants to be answered; None for nothing."""
    asked = mail.others or mail.copied
    if not mail.is_fresh or mail.is_private or not asked:
        return None
    last = next((one for one in reversed(own) if _goes_to(one, asked)), mail)
    bounced = next(_bounces_of(mail, own, theirs), None)
    if bounced is not None:
        return Ask(mail, mail, asked, bounced=bounced)
    if len(asked) + len(mail.copied) > MOST_ASKED:
        return None
    questions = [one for one in said if one.kind == "question" and not one.conditional]
    is_offer = _offers(mail)
    if not questions and not is_offer:
        return None
    named = [one for one in questions if one.due is not None]
    told = next(iter(named or questions), None)
    sentence, by = ("", None) if told is None else (told.sentence, told.due)
    by = None if by is None or end_of(by) <= last.at else by
    return Ask(mail, last, asked, sentence, by, len(questions), is_offer)


def _goes_to(mail: ThreadMail, asked: Sequence[Person]) -> bool:
    return any(who_answers(asked, person) is Answers.ASKED for person in (*mail.others, *mail.copied))


def _bounces_of(mail: ThreadMail, own: Sequence[ThreadMail], theirs: Sequence[ThreadMail]) -> Iterator[ThreadMail]:
    """Reports that the mail did not arrive: those before our next mail. That it is late (4.x.x) is no such report."""
    following = min((one.at for one in own if one.at > mail.at), default=None)
    for one in theirs:
        in_time = mail.at <= one.at and (following is None or one.at < following)
        if one.noise == "bounce" and in_time and not one.bounced_status.startswith(("2", "4")):
            yield one


def _offers(mail: ThreadMail) -> bool:
    """Whether it carries an offer about an opportunity at that stage."""
    if not mail.offered or (mail.ended is not None and mail.ended[1] <= mail.at):
        return False
    offer = cue("offer")
    if any(offer.search(name.replace("_", " ").replace("-", " ")) for name in mail.files):
        return True
    return bool(mail.files) and offer.search(f"{mail.subject}\n{mail.text}") is not None


def _answered(ask: Ask, mail: ThreadMail, who: Answers, wishes: Wishes, *, elsewhere: bool) -> Ask:
    if elsewhere and (who is not Answers.ASKED or topic(mail.subject) != topic(ask.mail.subject)):
        return ask
    name = mail.others[0].shown
    if who is Answers.ASKED or (who is Answers.COLLEAGUE and wishes.colleagues):
        return replace(ask, closed_why=f"{name} answered", closed_by_id=mail.activity_id)
    return replace(ask, colleague=name) if who is Answers.COLLEAGUE else ask


def _while_away(ask: Ask, mail: ThreadMail, who: Answers, zone: str) -> Ask:
    if who is not Answers.ASKED or mail.at < ask.last.at:
        return ask
    until = away_until(mail.subject, mail.text, mail.at.astimezone(ZoneInfo(zone)))
    if until is None or (ask.away is not None and until <= ask.away):
        return ask
    return replace(ask, away=until)


def _one_waits(asks: Sequence[Ask]) -> Iterator[Ask]:
    """All of them, with those closed after which we asked again."""
    waiting = [ask for ask in asks if ask.is_open]
    for ask in asks:
        if ask.is_open and ask is not waiting[-1]:
            again = waiting[-1].mail
            yield replace(ask, closed_why=AGAIN, closed_by_id=again.activity_id)
        else:
            yield ask

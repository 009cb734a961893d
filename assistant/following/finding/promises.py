"""What was promised in mail, by us and by customers, and what shows that it was kept. Pure.

A promise is never dropped in silence: only what can be named closes it, and it can be opened again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.following.finding.awaiting import Sayings
from assistant.following.finding.cues import cue
from assistant.following.finding.people import Answers, who_answers
from assistant.following.saying.values import Said
from store.following.facts import Conversation, Met, Person, ThreadMail, Wishes
from store.search_text import fold

_PEOPLE_WROTE = ("", "list")
_COMMON = 2  # words that a promise and a mail share when the mail keeps it
_LONG = 4  # letters of a word that tells something


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise in `mail`, made by `mail`'s user or, where `is_theirs`, to them. `since` is somebody's later mail that
    may have kept it and does not say so."""

    mail: ThreadMail
    said: Said
    number: int  # among the promises of its mail, which names it
    is_theirs: bool
    since: ThreadMail | None = None
    closed_why: str = ""
    closed_by_id: int | None = None

    @property
    def is_open(self) -> bool:
        return not self.closed_why


def promises_of(conversation: Conversation, said: Sayings, wishes: Mapping[int, Wishes]) -> tuple[Promise, ...]:
    """Every promise of the conversation, with what became of it there. What depends on something else is none."""
    return tuple(
        kept_by_mail(promise, conversation.mails)
        for mail in conversation.mails
        if mail.is_fresh and mail.user_id in wishes and _is_readable(mail)
        for promise in _promises(mail, said.get(mail.activity_id, ()))
    )


def kept_by_mail(promise: Promise, mails: Iterable[ThreadMail]) -> Promise:
    """The promise after these mails of its conversation: a later mail of whoever made it keeps it where it brings a
    file that was to be sent or says that it does, is the answer that was promised, or speaks of what was, beyond what
    the whole conversation is about."""
    for mail in mails:
        if not promise.is_open or mail.at <= promise.mail.at or not _from_same(promise, mail):
            continue
        why = _keeps(promise.said.sentence, mail)
        if why:
            whose = mail.others[0].shown if promise.is_theirs and mail.others else "You"
            promise = replace(promise, closed_why=f"{whose} {why}", closed_by_id=mail.activity_id)
        else:
            promise = replace(promise, since=mail)
    return promise


def promises_to_meet(promise: Promise) -> bool:
    """Whether a call or a meeting may keep it."""
    return any(cue(name).search(promise.said.sentence) for name in ("call", "meet"))


def kept_by_meeting(promise: Promise, meetings: Iterable[Met]) -> Promise:
    """The promise after these meetings and calls: one to call is kept by a call, one to meet by a meeting."""
    people = promise.mail.others + promise.mail.copied
    for one in sorted(meetings, key=lambda one: (one.booked_at, one.activity_id)):
        if not promise.is_open or one.booked_at <= promise.mail.at or one.starts_at <= promise.mail.at:
            continue
        wanted = cue("call" if one.kind == "phone_call" else "meet")
        if wanted.search(promise.said.sentence) and _with(people, one):
            why = f"You called them: {one.subject}" if one.kind == "phone_call" else f"It is booked: {one.subject}"
            promise = replace(promise, closed_why=why, closed_by_id=one.activity_id)
    return promise


def _promises(mail: ThreadMail, said: Sequence[Said]) -> Iterator[Promise]:
    wanted = "promise" if mail.direction == "out" else "their_promise"
    found = [one for one in said if one.kind == wanted and not one.conditional]
    for number, one in enumerate({one.sentence: one for one in found}.values()):
        yield Promise(mail, one, number, is_theirs=mail.direction == "in")


def _is_readable(mail: ThreadMail) -> bool:
    written = mail.noise in _PEOPLE_WROTE and not mail.is_automatic and not mail.is_private
    return written and mail.direction in ("in", "out") and bool(mail.others or mail.copied)


def _from_same(promise: Promise, mail: ThreadMail) -> bool:
    if mail.direction != promise.mail.direction or not _is_readable(mail):
        return False
    if not promise.is_theirs:
        return mail.user_id == promise.mail.user_id
    return who_answers(promise.mail.others[:1], mail.others[0]) is not Answers.STRANGER


def _keeps(sentence: str, mail: ThreadMail) -> str:
    """Why a later mail keeps what the sentence promises; '' where nothing in it says so."""
    if cue("as_promised").search(mail.text):
        return "wrote “as promised”"
    if cue("send").search(sentence):
        return f"sent {mail.files[0]}" if mail.files else "sent it along" if cue("here").search(mail.text) else ""
    if cue("answer").search(sentence):
        return "wrote since"
    shared = _telling(sentence) & _telling(mail.text) - _telling(mail.subject)
    return f"wrote about it since ({', '.join(sorted(shared)[:3])})" if len(shared) >= _COMMON else ""


def _telling(text: str) -> frozenset[str]:
    plain = cue("plain")
    return frozenset(word for word in fold(text).split() if len(word) >= _LONG and not plain.fullmatch(word))


def _with(people: Collection[Person], one: Met) -> bool:
    known = {key for person in people for key in (*person.contacts, *person.accounts)}
    return bool(known & one.about) or any(who_answers(people, other) is not Answers.STRANGER for other in one.others)

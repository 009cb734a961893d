"""How many mails a second go through triage rules, and what a hostile mail can cost.

    python -m tests.benchmarks.rules [--mails 5000] [--rules 50] [--profile]

Mails are running words of a made-up language and, one in four, German or Japanese sentences; half of them are long.
Rules mix all conditions: words, beginnings of words and patterns in subject and text, senders, queues, languages,
attachments, contracts and hours; few of them fit, so most mails go through all of them. A mail's seconds hold all that
rules cost it: guessing its language, folding its text, deciding. Explaining is measured apart. Seconds are those of
the processor. Exits with 1 where a figure is beyond its limit.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from assistant.triage.facts import MOST_TEXT, AtQueue, Attached, MailFacts
from assistant.triage.language import guess_language
from assistant.triage.matching import Rulebook, mail_rulebook
from assistant.triage.model import Action, Condition, Rule, RuleKind
from store.linking.facts import KnownRecord
from tests.benchmarks.words import Writer

LEAST_RATE = 1_000  # mails per second
MOST_HOSTILE = 2.0  # seconds for one pattern
_QUEUES = [AtQueue(name, f"{name.lower()}@contoso.com") for name in ("Support", "Sales", "Printers", "Orders")]
_GERMAN = "Guten Tag, der Drucker im zweiten Stock geht seit Montag nicht mehr, bitte schicken Sie jemanden vorbei. "
_JAPANESE = "プリンターが月曜日から動きません。ご対応をお願いいたします。"
_WORST = (
    r"/[a-z]+[a-z ]+\d/",
    "/a*a*b/",
    r"/\w+\w*" + "[a-z]" * 8 + "!/",
    r"/\w+(?:a.){0,30}x/",
    "/(?:a|aa|aaa)?(?:a|aa|aaa)?(?:a|aa|aaa)?[a-z]{0,40}[a-z]{3}!/",
)
_HOSTILE = tuple((part * MOST_TEXT)[: MOST_TEXT - 3] + "bx!" for part in ("a", "a ", "aä"))


def make_mails(rng: random.Random, writer: Writer, count: int) -> list[MailFacts]:
    return [_mail(rng, writer) for _ in range(count)]


def _mail(rng: random.Random, writer: Writer) -> MailFacts:
    domain = f"{rng.choice(writer.words[400:5_000])}.com"
    known = rng.random() < 0.6
    words = rng.randint(15, 80) if rng.random() < 0.5 else rng.randint(150, 600)
    foreign = rng.random()
    text = _GERMAN * (words // 17 + 1) if foreign < 0.15 else _JAPANESE * (words // 20 + 1) if foreign < 0.25 else ""
    return MailFacts(
        email=f"{rng.choice(writer.words)}@{domain}",
        domain=domain,
        queues=(rng.choice(_QUEUES),),
        subject=writer.text(rng.randint(3, 9)).capitalize(),
        text=text or writer.text(words),
        attachments=(Attached("scan.pdf", "application/pdf"),) if rng.random() < 0.2 else (),
        noise=rng.choice(["", "", "", "", "list", "auto_reply"]),
        parties=(KnownRecord(1, "contact", "CON-00001", "Eve Smith"),) if known else (),
        entitled=rng.choice([True, False, None]),
        hours=rng.choice(["inside", "outside"]),
    )


def make_rules(rng: random.Random, writer: Writer, count: int) -> list[Rule]:
    """Rules of one to four conditions; each has one that few mails fit."""
    return [
        Rule(
            RuleKind.MAIL,
            f"Rule {number}",
            (_rare(rng, writer), *(_frequent(rng, writer) for _ in range(rng.randint(0, 3)))),
            (Action("create", "case"), Action("acknowledge", "We have it")),
        )
        for number in range(count)
    ]


def _rare(rng: random.Random, writer: Writer) -> Condition:
    words = writer.words[5_000:]
    number = rng.randint(100, 999)
    return rng.choice(
        [
            Condition("subject", tuple(rng.choice(words) for _ in range(3))),
            Condition("text", (f"{rng.choice(words)} {rng.choice(words)}", f"{rng.choice(words)}*")),
            Condition("says", tuple(rng.choice(words) for _ in range(4))),
            Condition("text", (rf"/error[ -]?{number}\b/",)),
            Condition("says", (rf"/\bSN[0-9A-F]{{4,8}}-{number}/", rf"/order .*{number}/")),
            Condition("sender_domain", tuple(f"{rng.choice(words)}.com" for _ in range(5))),
            Condition("sender", (f"*@{rng.choice(words)}.com", f"{rng.choice(words)}@*")),
        ]
    )


def _frequent(rng: random.Random, writer: Writer) -> Condition:
    return rng.choice(
        [
            Condition("known", ("yes",)),
            Condition("to_queue", (rng.choice(_QUEUES).name,)),
            Condition("says", tuple(writer.words[:20])),
            Condition("language", ("de", "fr")),
            Condition("attachment", ("*.pdf", "image/*")),
            Condition("noise", ("list",), unless=True),
            Condition("entitled", ("yes",)),
            Condition("hours", ("inside",), unless=True),
            Condition("subject", (r"/invoice|order/",), unless=True),
        ]
    )


def decide_all(book: Rulebook[MailFacts], mails: Sequence[MailFacts]) -> Counter[str]:
    """How often each rule decided, '' for none."""
    found: Counter[str] = Counter()
    for mail in mails:
        decision = book.decide(replace(mail, language=guess_language(mail.text)))
        found[decision.rule.name if decision.rule else ""] += 1
    return found


def explain_all(book: Rulebook[MailFacts], mails: Sequence[MailFacts]) -> int:
    """How many sentences it takes to say why not."""
    return sum(len(book.why_not(mail)) for mail in mails)


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def hostile_seconds() -> float:
    """What the worst pattern that is accepted takes on the worst text that a sender could think of."""
    spent = [0.0]
    for pattern in _WORST:
        book = mail_rulebook([Rule(RuleKind.MAIL, "Worst", (Condition("text", (pattern,)),), ())])
        for text in _HOSTILE:
            mail = MailFacts(email="eve@fabrikam.com", domain="fabrikam.com", text=text)
            spent.append(seconds(partial(decide_all, book, [mail])))
    return max(spent)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=5_000)
    parser.add_argument("--rules", type=int, default=50)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    options = parser.parse_args()
    rng, writer = random.Random(5), Writer(5, stretch=200_000)
    mails, rules = make_mails(rng, writer, options.mails), make_rules(rng, writer, options.rules)
    ready = seconds(lambda: mail_rulebook(rules))
    book = mail_rulebook(rules)
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(decide_all, book, mails)
        pstats.Stats(profile).sort_stats("tottime").print_stats(15)
        return 0
    found: list[Counter[str]] = []
    spent = seconds(lambda: found.append(decide_all(book, mails)))
    few = mails[: max(1, options.mails // 10)]
    explained, hostile = seconds(lambda: explain_all(book, few)), hostile_seconds()
    rate = options.mails / spent
    length = sum(len(mail.text) for mail in mails) / len(mails)
    fitted = 1 - found[0][""] / options.mails
    print(f"{options.mails:,} mails of {length:,.0f} characters, {options.rules} rules, {fitted:.0%} fit one")
    print(f"rules made ready in {ready * 1000:.1f} ms, why not in {explained / len(few) * 1000:.2f} ms a mail")
    print(f"decided   {rate:10,.0f} mails/s   limit at least {LEAST_RATE:,}")
    print(f"worst     {hostile:10.2f} s         limit at most  {MOST_HOSTILE}")
    return 0 if rate >= LEAST_RATE and hostile <= MOST_HOSTILE else 1


if __name__ == "__main__":
    sys.exit(main())

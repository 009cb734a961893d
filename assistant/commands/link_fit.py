"""`regarding link fit DIR...`: the weights of evidence, reckoned anew from worlds whose truth is known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path

from assistant.commands.base import Command, CommandError, Context, Outcome
from assistant.commands.link_eval import read_worlds
from assistant.commands.progress import progress_bar
from assistant.commands.words import table
from assistant.linking.score import Weights
from assistant.linking.world.examples import examples_of
from assistant.linking.world.fit import Fit, Quality, fit
from assistant.linking.world.weights_file import with_weights

_SHOWN = 0.05  # a smaller change of a weight is not worth a line


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help="worlds: tables, mail/*.eml and truth.csv")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the weights file here")


def _run(context: Context, arguments: Namespace) -> Outcome:
    text = files("assistant.linking").joinpath("weights.toml").read_text(encoding="utf-8")
    present = Weights.read(text)
    worlds = read_worlds(context, arguments.folders)
    with progress_bar(context, "Reading mail") as show:
        examples = examples_of(worlds, progress=show)
    with progress_bar(context, "Fitting") as show:
        fitted = fit(examples, present, progress=show)
    if arguments.out is not None:
        _write(arguments.out, with_weights(text, fitted.weights))
    return Outcome(_payload(fitted), _lines(fitted, present))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from error


def _payload(fitted: Fit) -> dict[str, object]:
    return {
        "examples": fitted.examples,
        "threads": fitted.threads,
        "stiffness": fitted.stiffness,
        "before": asdict(fitted.before),
        "after": asdict(fitted.after),
        "weights": fitted.weights,
        "seen": fitted.seen,
    }


def _lines(fitted: Fit, present: Weights) -> list[str]:
    changed = [
        (group, rule, f"{present.groups[group][rule]:g}", f"{weight:g}", f"seen {fitted.seen[group][rule]:,} times")
        for group, weights in fitted.weights.items()
        for rule, weight in weights.items()
        if abs(weight - present.groups[group][rule]) >= _SHOWN
    ]
    lines = [
        f"{fitted.examples:,} mails in {fitted.threads:,} threads; on threads that were not learnt from:",
        *table([_quality("now", fitted.before), _quality("fitted", fitted.after)]),
    ]
    if fitted.stiffness is None:
        return [*lines, "No other weights did better: they stay as they are."]
    return [*lines, "", *table([("", "", "now", "fitted", ""), *changed])]


def _quality(name: str, quality: Quality) -> tuple[str, ...]:
    return (name, f"log loss {quality.log_loss:.4f}", f"{quality.right:.1%} right")


COMMAND = Command("fit", "reckon the weights of evidence anew from worlds whose truth is known", _run, _arguments)

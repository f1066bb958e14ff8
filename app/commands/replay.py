"""`puistokatu replay`: decide again what cities decided; needs no database."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from app.commands.amounts import in_units
from app.commands.refusals import FAULT, Strict, fault, printable, refuse, sentence
from core.errors import DomainError
from voting.pabulib import read_election
from voting.pabulib.errors import FolderWithoutElections
from voting.replay import Answer, Difference, Replay, Why, replay

DIFFERS = 1
WHY: Mapping[Why, str] = {
    Why.NO_RULE: "META names no rule",
    Why.RULE_UNKNOWN: "META says that the rule is unknown",
    Why.RULE_NOT_KNOWN_TO_US: "the rule {rule} is not known to us",
    Why.CUSTOM_RULE: "META does not state the city's own rule as one that we know",
    Why.EXCLUSIONS_NOT_LISTED: "the file does not list which projects exclude which",
    Why.LEFTOVER_RULE: "how the money left was used is not exact: {leftover}",
    Why.NO_THRESHOLD: "META lacks min_project_score_threshold",
    Why.THRESHOLD_UNREADABLE: "min_project_score_threshold {value} is no whole number",
    Why.UTILITY_NOT_STATED: "META does not say what {ballots} votes are worth",
    Why.NO_SELECTED: "PROJECTS has no column selected",
    Why.SELECTED_UNREADABLE: "selected of {project} is '{value}', not 0, 1, 2 or 3",
}


@dataclass(frozen=True, slots=True)
class _Answered:
    """A file, and what came of it."""

    name: str
    found: Replay | DomainError


@click.command("replay", cls=Strict)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay_command(*, paths: tuple[Path, ...], as_json: bool) -> None:
    """Decide again what cities decided, in .pb files or folders of them.

    Every file's winners are recomputed by the rule that its META names and compared
    with its column `selected`. The exit status is 1 if any file differs, 2 if any
    cannot be read.
    """
    answered = []
    # Text appears file by file; a folder may take a while.
    for one in _answers(_files(paths)):
        answered.append(one)
        _print(one, as_json=as_json)
    if as_json:
        text = json.dumps(_json(answered), ensure_ascii=False, default=str)
        click.echo(printable(text))
    elif any(isinstance(one.found, Replay) for one in answered):
        click.echo(", ".join(f"{_count(answered, a)} {a.value}" for a in Answer))
    raise click.exceptions.Exit(_status(answered))


def _files(paths: Sequence[Path]) -> list[Path]:
    """The paths, with the .pb files of a folder and below it; each file once."""
    found: dict[Path, Path] = {}
    for path in paths:
        inside = sorted(p for p in path.rglob("*.pb") if p.is_file())
        for file in inside if path.is_dir() and inside else [path]:
            found.setdefault(file.resolve(), file)
    return list(found.values())


def _answers(files: Sequence[Path]) -> Iterator[_Answered]:
    names = Counter(path.name for path in files)
    for path in files:
        name = printable(path.name if names[path.name] == 1 else str(path))
        try:
            if path.is_dir():
                raise FolderWithoutElections(folder=str(path))
            yield _Answered(name, replay(read_election(path)))
        except DomainError as fault_:
            yield _Answered(name, fault_)


def _status(answered: Sequence[_Answered]) -> int:
    if any(isinstance(one.found, DomainError) for one in answered):
        return FAULT
    return DIFFERS if _count(answered, Answer.DIFFERENT) else 0


def _count(answered: Sequence[_Answered], answer: Answer) -> int:
    return sum(
        isinstance(one.found, Replay) and one.found.answer is answer for one in answered
    )


def _print(one: _Answered, *, as_json: bool) -> None:
    found = one.found
    if isinstance(found, DomainError):
        # Some sentences name the file themselves.
        name = "" if one.name in sentence(found) else f"{one.name}: "
        refuse(found.code, f"{name}{sentence(found)}", {}, as_json=False)
    elif not as_json:
        because = _because(found)
        click.echo(f"{one.name}: {found.answer.value}{because and f' ({because})'}")
        for difference in found.differences:
            click.echo(f"  {difference.project}: {_words(difference, found.unit)}")
        if found.differences and found.comment:
            click.echo(f"  The file's comment: {' '.join(found.comment.split())}")


def _because(found: Replay) -> str:
    if found.why is not None:
        text = WHY[found.why].format(**(found.missing or {}))
        return " ".join(text.split())
    notes = {
        "a tie broken otherwise": found.tied,
        "by the scores that PROJECTS states, not by the ballots": found.stated_scores,
        "without what was paid from elsewhere": found.outside,
    }
    return ", ".join(note for note, holds in notes.items() if holds)


def _words(difference: Difference, unit: int) -> str:
    why, mark = _why(difference, unit), f"selected is {difference.mark}"
    if difference.ours:
        how = "topped up" if difference.topped_up else "funded"
        return f"{how} by us, not by the city ({mark}): {why}"
    return f"funded by the city ({mark}), not by us: {why}"


def _why(difference: Difference, unit: int) -> str:
    if difference.reason is None:
        return "withdrawn by its price"
    about = {
        key: value
        for key, value in in_units(difference.reason, unit).items()
        if key != "code" and value is not None
    }
    words = [
        f"{key} {','.join(map(str, value)) if isinstance(value, list) else value}"
        for key, value in about.items()
    ]
    return f"{difference.reason.code.value} ({', '.join(words)})"


def _json(answered: Sequence[_Answered]) -> dict[str, Any]:
    faults = [one.found for one in answered if isinstance(one.found, DomainError)]
    first = fault(faults[0].code, faults[0].params) if faults else {}
    return {
        **first,
        "files": [_file(one) for one in answered],
        "same": _count(answered, Answer.SAME),
        "different": _count(answered, Answer.DIFFERENT),
        "not_decidable": _count(answered, Answer.NOT_DECIDABLE),
        "unreadable": len(faults),
    }


def _file(one: _Answered) -> dict[str, Any]:
    found = one.found
    if isinstance(found, DomainError):
        about = fault(found.code, found.params)
        return {**about, "file": one.name, "answer": "unreadable"}
    answer: dict[str, Any] = {
        "file": one.name,
        "answer": found.answer.value,
        "rule": found.rule,
    }
    if found.answer is Answer.SAME:
        answer |= {
            "tied": found.tied,
            "stated_scores": found.stated_scores,
            "outside": found.outside,
        }
    if found.why is not None:
        answer |= {"why": found.why.value, **(found.missing or {})}
        answer["message"] = _because(found)
    if found.answer is Answer.DIFFERENT:
        answer["differences"] = [_difference(d, found.unit) for d in found.differences]
        answer["comment"] = found.comment
    return answer


def _difference(difference: Difference, unit: int) -> dict[str, Any]:
    reason = difference.reason
    return {
        "project": difference.project,
        "funded_by": "us" if difference.ours else "city",
        "selected": difference.mark,
        "topped_up": difference.topped_up,
        "reason": None if reason is None else in_units(reason, unit),
        "message": _words(difference, unit),
    }

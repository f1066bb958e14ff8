"""`puistokatu verify`: check a published bundle; needs no database.

A round's bundle is recounted twice, by verify.py and by the engine. A draw's bundle is
checked by its own verify.py.
"""

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any

import click

from app.commands.refusals import Refused, Strict, printable
from panels import recount as draws
from voting.recount import Bundle, check, own_program, place, recompute, unpack

WRONG = 1
SECONDS = 60.0
OTHER = "verify.py is not the program of this version of ours; we ran our own"


@click.command("verify", cls=Strict)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option(
    "--published",
    default="",
    help="The hash of the log's last entry; for a draw, of the list.",
)
@click.option("--sums", default="", help="The SHA-256 of the file SHA256SUMS.")
@click.option(
    "--seconds",
    type=click.FloatRange(0),
    default=SECONDS,
    show_default=True,
    help="How long verify.py may look for a better set.",
)
@click.option("--dice", default="", help="For a draw: the dice that you saw.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify_command(
    *, bundle: Path, published: str, sums: str, seconds: float, dice: str, as_json: bool
) -> None:
    """Check a BUNDLE of a round or of a panel's draw, a zip or a folder.

    A round is recounted with verify.py, then with our engine. The program that runs is
    our own copy, never the one in the bundle. The exit status is 1 if anything is
    wrong.
    """
    files = _files(bundle)
    if draws.is_draw(files):
        _verify_draw(files, published, dice, as_json=as_json)
        return
    found = check(files, published=published, sums=sums, seconds=seconds)
    engine = recompute(found)
    if found.files.get("verify.py") != own_program():
        found.unproven.append(OTHER)
    if as_json:
        click.echo(printable(json.dumps(_json(found, engine), ensure_ascii=False)))
    else:
        _print(found, engine)
    if found.wrong or engine:
        raise click.exceptions.Exit(WRONG)


def _verify_draw(
    files: dict[str, bytes], published: str, dice: str, *, as_json: bool
) -> None:
    found = draws.check(files, published=published, dice=dice)
    if any(files.get(name) != text for name, text in draws.program_files().items()):
        found.unproven.append(OTHER)
    if as_json:
        answer = {
            "ok": not found.wrong,
            "holds": found.holds,
            "wrong": found.wrong,
            "unproven": found.unproven,
        }
        click.echo(printable(json.dumps(answer, ensure_ascii=False)))
    else:
        lines = [f"holds   {text}" for text in found.holds]
        lines += [f"WRONG   {draws.place(w)}: {w['message']}" for w in found.wrong]
        lines += [f"open    {text}" for text in found.unproven]
        _say(lines, len(found.wrong))
    if found.wrong:
        raise click.exceptions.Exit(WRONG)


def _files(path: Path) -> dict[str, bytes]:
    try:
        files = draws.unpack(path)
        if not draws.is_draw(files):
            files = unpack(path)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        name, reason = path.name or str(path), getattr(error, "strerror", None) or error
        raise Refused("bundle_unreadable", f"{name} is no bundle: {reason}") from error
    return files


def _json(found: Bundle, engine: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "ok": not (found.wrong or engine),
        "holds": found.holds,
        "wrong": found.wrong,
        "unproven": found.unproven,
        "engine": engine,
    }


def _print(found: Bundle, engine: list[dict[str, Any]]) -> None:
    lines = [f"holds   {text}" for text in found.holds]
    lines += [f"WRONG   {place(one)}: {one['message']}" for one in found.wrong]
    lines += [f"WRONG   {place(one)}: {one['message']}" for one in engine]
    lines += [f"open    {text}" for text in found.unproven]
    if not engine:
        lines.append("holds   Our own engine finds the same outcome.")
    _say(lines, len(found.wrong) + len(engine))


def _say(lines: list[str], wrong: int) -> None:
    lines.append(f"{wrong} things are wrong." if wrong else "All of it holds.")
    for line in lines:
        click.echo(printable(" ".join(line.split("\n"))))

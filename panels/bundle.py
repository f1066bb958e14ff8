"""What is published of a draw: the list before the dice, and the pick after them.

The list is five files (`LIST`); SHA-256 over their five lines in SHA256SUMS is the
list's hash, which is published before the dice are thrown. The hash, a blank and the
dice with blanks between them are the seed of `core.chance`: it draws the panel's
number less one, then shuffles those who wait, in the order of pool.csv. So neither do
the officials decide, who made the list before they saw the dice, nor the dice, which
know no list. `panels/recount/verify.py` checks all of it.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from core.chance import Chance
from panels.certificate import UNIT, Prices
from panels.errors import DiceInvalid, DrawDecided, ListBroken, SeedNotPromised
from panels.held import Held
from panels.quotas import by_feature
from panels.recount import LIST, SUMS, Draw, check, program_files

FORMAT = "puistokatu-panel-list/1"
PICK_FORMAT = "puistokatu-panel-pick/1"
PICK = "pick.json"
# Ten dice can fall in sixty million ways: every panel is as likely to 0.5 %.
LEAST_DICE, MOST_DICE = 10, 1000
_SIDES = range(1, 7)
# A spreadsheet reads a cell that begins with one of these as a formula.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")


def list_files(
    held: Held, *, title: str, numbering: str, seed_sha256: str = ""
) -> dict[str, bytes]:
    """The published list of a draw, waiting for dice; the same draw, the same bytes.

    Args:
        held: with pseudonyms in the place of names, in their order: `held.named(...)`.
        title: what is drawn, for the reader.
        numbering: the seed that the lottery was held with.
        seed_sha256: where no dice will be thrown, the hash of a text that is already
            chosen and still secret; then the verifier warns of it.
    """
    files = {
        "manifest.json": _json(_manifest(held, title, numbering, seed_sha256)),
        "pool.csv": _pool(held),
        "panels.csv": _panels(held),
        "chances.csv": _chances(held),
        "certificate.json": _json(_certificate(held)),
    }
    return _summed({**files, **program_files()})


def list_hash(files: Mapping[str, bytes]) -> str:
    """The number that is published before the dice are thrown."""
    lines = "".join(_line(files, name) for name in LIST)
    return hashlib.sha256(lines.encode()).hexdigest()


def with_dice(files: Mapping[str, bytes], dice: Sequence[int]) -> dict[str, bytes]:
    """The published list with the panel that dice, thrown in public, have picked.

    Raises:
        DiceInvalid: fewer than `LEAST_DICE`, or a number that no die shows.
        ListBroken: the list is not whole, so its hash is not what was published.
        DrawDecided: the number was picked already; nobody throws twice.
    """
    fit = LEAST_DICE <= len(dice) <= MOST_DICE and all(one in _SIDES for one in dice)
    if not fit:
        raise DiceInvalid(least=LEAST_DICE)
    return _picked(files, " ".join(map(str, dice)), dice=list(dice))


def with_seed(files: Mapping[str, bytes], seed: str) -> dict[str, bytes]:
    """The same by a text whose hash stands in the list; a warning goes with it.

    Raises:
        SeedNotPromised: the list has another hash, or none.
        ListBroken, DrawDecided: as with dice.
    """
    draw = _whole(files)
    if draw.manifest["seed_sha256"] != hashlib.sha256(seed.encode()).hexdigest():
        raise SeedNotPromised
    return _picked(files, seed, seed=seed)


def picked(files: Mapping[str, bytes]) -> dict[str, Any] | None:
    """What the dice decided: dice, number, members, reserves; None before them."""
    if PICK not in files:
        return None
    found: dict[str, Any] = json.loads(files[PICK])
    return found


def _picked(files: Mapping[str, bytes], thrown: str, **how: object) -> dict[str, bytes]:
    draw = _whole(files)
    if PICK in files:
        raise DrawDecided(number=draw.pick["number"])
    chosen = list_hash(files)
    chance = Chance(f"{chosen} {thrown}")
    number = chance.below(len(draw.panels)) + 1
    members = draw.panels[number - 1]
    waiting = [person for person in draw.free if person not in set(members)]
    pick = {
        "format": PICK_FORMAT,
        "list_sha256": chosen,
        "dice": None,
        "seed": None,
        **how,
        "number": number,
        "members": members,
        "reserves": chance.shuffle(waiting),
    }
    return _summed({**files, PICK: _json(pick)})


def _whole(files: Mapping[str, bytes]) -> Draw:
    draw = check(dict(files))
    if draw.wrong:
        first = draw.wrong[0]
        raise ListBroken(file=first["file"], line=first.get("line", 0))
    return draw


def _manifest(
    held: Held, title: str, numbering: str, seed_sha256: str
) -> dict[str, Any]:
    homes = Counter(held.everybody.households.tolist())
    return {
        "format": FORMAT,
        "title": title,
        "lottery": held.lottery.name,
        "size": held.size,
        "panels": len(held.lottery.panels),
        "shared_households": sum(n > 1 for n in homes.values()),
        "people": {
            role: held.roles.count(role) for role in ("pool", "in", "out", "seated")
        },
        "quotas": [
            {"feature": q.feature, "value": q.value, "min": q.least, "max": q.most}
            for q in held.quotas
        ],
        "numbering": numbering,
        "seed_sha256": seed_sha256,
    }


def _pool(held: Held) -> bytes:
    """One line a person; a household has a number where several live in it."""
    homes = held.everybody.households.tolist()
    shared = {home for home, people in Counter(homes).items() if people > 1}
    numbers: dict[int, int] = {}
    for home in homes:
        if home in shared:
            numbers.setdefault(home, len(numbers) + 1)
    places = {
        feature: [i for i, q in enumerate(held.quotas) if q.feature == feature]
        for feature in by_feature(held.quotas)
    }
    rows: list[list[object]] = [["id", "role", "household", *places]]
    for i, person in enumerate(held.everybody.ids):
        held_by = held.everybody.holds[i]
        values = [
            next((held.quotas[q].value for q in own if held_by[q]), "")
            for own in places.values()
        ]
        home = numbers.get(homes[i], "")
        rows.append([person, held.roles[i].value, home, *values])
    return _csv(rows)


def _panels(held: Held) -> bytes:
    ids = held.everybody.ids
    head = ["panel", *(f"member {n}" for n in range(1, held.size + 1))]
    rows = [
        [number, *(ids[place] for place in panel)]
        for number, panel in enumerate(held.lottery.panels.tolist(), start=1)
    ]
    return _csv([head, *rows])


def _chances(held: Held) -> bytes:
    """On how many panels each sits, so the chance, and the chance before rounding."""
    lottery, count = held.lottery, len(held.lottery.panels)
    times = np.bincount(lottery.panels.reshape(-1), minlength=len(held.everybody))
    rows = [
        [person, n, f"{n / count:.3f}", f"{meant:.6f}"]
        for person, n, meant in zip(
            held.everybody.ids, times.tolist(), lottery.ideal.tolist(), strict=True
        )
    ]
    return _csv([["id", "panels", "chance", "meant"], *rows])


def _certificate(held: Held) -> dict[str, Any]:
    proof = held.certificate
    weights = {
        person: weight
        for person, weight in zip(held.everybody.ids, proof.weights, strict=True)
        if weight
    }
    found = {"least": {**_proof(proof.least, held), "weights": weights}}
    if proof.product is not None:
        found["product"] = {**_proof(proof.product, held), "unit": UNIT}
    return found


def _proof(prices: Prices, held: Held) -> dict[str, Any]:
    return {
        "bound": _fraction(prices.bound),
        "reached": _fraction(prices.reached),
        "gap": _fraction(prices.gap),
        "price_of_a_seat": prices.seat,
        "prices": [
            {"feature": q.feature, "value": q.value, "price": price}
            for q, price in zip(held.quotas, prices.quotas, strict=True)
        ],
    }


def _fraction(number: Fraction) -> str:
    return f"{number.numerator}/{number.denominator}"


def _summed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """In the order of SHA256SUMS, which is the last."""
    order = [*LIST, *program_files(), PICK]
    found = {name: files[name] for name in order if name in files}
    return {**found, SUMS: "".join(_line(found, name) for name in found).encode()}


def _line(files: Mapping[str, bytes], name: str) -> str:
    return f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"


def _json(document: object) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(rows: Iterable[Sequence[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(
        [_guarded(str(cell)) for cell in row] for row in rows
    )
    return buffer.getvalue().encode()


def _guarded(cell: str) -> str:
    return "'" + cell if cell.startswith(_GUARDED) else cell

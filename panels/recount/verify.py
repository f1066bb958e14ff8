"""Check the published draw of a citizen panel with nothing but Python (3.9 or newer).

    python3 verify.py [FOLDER or ZIP] [--published HASH] [--dice 4,2,6,...]
                      [--me CODE] [--json]

Without a folder it checks the one that it lies in. README.txt says what the files
are and what nobody can check from outside. HASH is the list's hash, published before
the dice were thrown; the dice are those that you saw. Take both from elsewhere than
from this bundle: a list that was made after the throw can be made to fit it.
Nothing is solved or drawn anew but the last number, and no rounded number decides:
all sums are in whole numbers and fractions.
Exit status: 0 all that was checked holds, 1 something is wrong, 2 no such bundle.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

LIST = ("manifest.json", "pool.csv", "panels.csv", "chances.csv", "certificate.json")
PROGRAM, PICK, SUMS = ("README.txt", "verify.py"), "pick.json", "SHA256SUMS"
LARGEST = 2**30  # bytes that we are willing to unpack
MOVED = Fraction(5, 1000)  # how far rounding to equal panels may move a chance
ROUNDED = Fraction(1, 1_000_000)  # chances before rounding have six digits
LEAST_DICE = 10
ROLES = ("pool", "in", "out", "seated")  # drawn from; settled by the officials


class Draw:
    """The files, what was read from them, and what was found."""

    def __init__(self, files: dict[str, bytes], published: str, dice: str) -> None:
        self.files, self.published, self.dice = files, published, dice
        self.manifest: dict[str, Any] = {}
        self.certificate: dict[str, Any] = {}
        self.pick: dict[str, Any] = {}
        self.role: dict[str, str] = {}
        self.home: dict[str, str] = {}
        self.quotas_of: dict[str, list[int]] = {}  # their numbers, from 0
        self.free: list[str] = []  # who could be drawn at all
        self.panels: list[list[str]] = []
        self.times: Counter[str] = Counter()  # on how many panels somebody sits
        self.holds: list[str] = []
        self.wrong: list[dict[str, Any]] = []
        self.unproven: list[str] = []

    def bad(self, file: str, message: str, **where: object) -> None:
        """Something is wrong; `line`, `panel` and `person` say where."""
        self.wrong.append({"file": file, **where, "message": message})

    def agree(self, file: str, says: Any, true: dict[str, Any], **where: Any) -> None:
        """Whatever we worked out ourselves, the file must say as well."""
        for key, value in true.items():
            if says.get(key) != value:
                text = f"{key} is {says.get(key)!r}, but should be {value!r}"
                self.bad(file, text, **where)

    def rows(self, name: str) -> Iterator[tuple[int, list[str]]]:
        """The lines of a table. An apostrophe keeps spreadsheets from calculating."""
        text = self.files[name].decode("utf-8")
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        for row in reader:
            yield reader.line_num, [c[1:] if c[:1] == "'" else c for c in row]

    @property
    def given(self) -> list[str]:
        """Who had a seat before the draw."""
        return [p for p, role in self.role.items() if role in ("in", "seated")]


class Chance:
    """Numbers from a text: SHA-256 over it, a zero byte and a counter of eight bytes.

    Below k: as few bytes as can hold k - 1, anew where taking the remainder by k would
    favour small numbers. A shuffle exchanges from the end. Anybody can repeat it.
    """

    def __init__(self, text: str) -> None:
        self.text, self.block, self.bytes = text.encode() + b"\0", 0, b""

    def below(self, k: int) -> int:
        """One of 0, ..., k - 1."""
        width = max(1, ((k - 1).bit_length() + 7) // 8)
        while True:
            while len(self.bytes) < width:
                block = self.text + self.block.to_bytes(8, "big")
                self.bytes += hashlib.sha256(block).digest()
                self.block += 1
            taken, self.bytes = self.bytes[:width], self.bytes[width:]
            number = int.from_bytes(taken, "big")
            if number < 256**width - 256**width % k:
                return number % k

    def shuffle(self, items: list[str]) -> list[str]:
        """All of them in drawn order."""
        drawn = list(items)
        for i in range(len(drawn) - 1, 0, -1):
            j = self.below(i + 1)
            drawn[i], drawn[j] = drawn[j], drawn[i]
        return drawn


def unpack(path: Path) -> dict[str, bytes]:
    """The files of a folder or of a zip, by name."""
    files: dict[str, bytes] = {}
    if path.is_dir():
        there = [path / name for name in (*LIST, *PROGRAM, PICK, SUMS)]
        return {file.name: file.read_bytes() for file in there if file.is_file()}
    with zipfile.ZipFile(path) as packed:
        if sum(item.file_size for item in packed.infolist()) > LARGEST:
            raise ValueError("it unpacks to more than 1 GiB")
        for item in packed.infolist():
            name = item.filename.rpartition("/")[2]
            if name in files:
                raise ValueError(f"it holds {name} twice")
            files[name] = packed.read(item)
    return files


def is_draw(files: dict[str, bytes]) -> bool:
    """Whether these are the files of a draw, whole or broken."""
    return bool({"pool.csv", "panels.csv", "chances.csv"} & {*files})


def line_of(files: dict[str, bytes], name: str) -> str:
    """A file's line in SHA256SUMS."""
    return f"{hashlib.sha256(files.get(name, b'')).hexdigest()}  {name}"


def list_hash(files: dict[str, bytes]) -> str:
    """What is published before the throw: the hash of the first lines of SHA256SUMS."""
    text = "".join(line_of(files, name) + "\n" for name in LIST)
    return hashlib.sha256(text.encode()).hexdigest()


# --- The steps; each says what holds when it has found nothing wrong ------------------


def check_sums(d: Draw) -> str:
    """Every file is there and is what SHA256SUMS lists."""
    listed = d.files.get(SUMS, b"").decode(errors="replace").split("\n")
    names = [*LIST, *PROGRAM, *([PICK] if PICK in d.files else [])]
    for number, name in enumerate(names):
        if name not in d.files:
            d.bad(name, "the file is missing")
        elif line_of(d.files, name) not in listed[number : number + 1]:
            d.bad(name, f"it is not what line {number + 1} of {SUMS} says")
            d.bad(SUMS, f"it does not list {name} as it is here", line=number + 1)
    if listed[len(names) :] != [""]:
        d.bad(SUMS, "it does not end after the last file", line=len(names) + 1)
    for name in sorted({*d.files} - {*names, SUMS}):
        d.bad(name, "the file does not belong here")
    return f"The {len(names)} files have the SHA-256 that {SUMS} lists."


def read_documents(d: Draw) -> str:
    """The documents can be read and know this format."""
    for name in ("manifest", "certificate", *(["pick"] if PICK in d.files else [])):
        try:
            setattr(d, name, json.loads(d.files[f"{name}.json"]))
        except (KeyError, ValueError) as error:
            d.bad(f"{name}.json", f"it cannot be read: {error}")
    if not d.wrong or d.manifest:
        d.agree("manifest.json", d.manifest, {"format": "puistokatu-panel-list/1"})
    size, quotas = d.manifest.get("size"), len(d.manifest.get("quotas", []))
    return f"The rules are readable: {size} seats under {quotas} quotas."


def check_people(d: Draw) -> str:
    """Everybody is there once, with values that the quotas know."""
    number = {(q["feature"], q["value"]): n for n, q in enumerate(d.manifest["quotas"])}
    features = list(dict.fromkeys(q["feature"] for q in d.manifest["quotas"]))
    rows = d.rows("pool.csv")
    if next(rows)[1] != ["id", "role", "household", *features]:
        d.bad("pool.csv", "its columns are not the features of the quotas", line=1)
    for line, (person, role, home, *values) in rows:
        at = {"line": line, "person": person}
        if person in d.role:
            d.bad("pool.csv", "this person was there before", **at)
        if role not in ROLES:
            d.bad("pool.csv", f"there is no role {role!r}", **at)
        d.role[person] = role
        d.home[person] = home or f"alone {person}"
        d.quotas_of[person] = []
        for feature, value in zip(features, values):
            if (feature, value) in number:
                d.quotas_of[person].append(number[feature, value])
            elif value:  # empty: "I do not want to say" counts in no quota
                d.bad("pool.csv", f"{feature} has no value {value!r}", **at)
        if len(values) != len(features):
            d.bad("pool.csv", "there are more or fewer values than features", **at)
    roles = Counter(d.role.values())
    says, true = d.manifest["people"], {role: roles[role] for role in ROLES}
    d.agree("manifest.json", says, true)
    shared = sum(n > 1 for n in Counter(d.home.values()).values())
    d.agree("manifest.json", d.manifest, {"shared_households": shared})
    closed = {d.home[p] for p in d.given}
    free = (p for p, r in d.role.items() if r == "pool" and d.home[p] not in closed)
    d.free = list(free)
    if roles["out"]:
        d.unproven.append(f"why {roles['out']} people were left out of the draw")
    if roles["in"]:
        d.unproven.append(f"why {roles['in']} people were given a seat without a draw")
    return f"{len(d.role)} people are listed once each; {len(d.free)} could be drawn."


def check_panels(d: Draw) -> str:
    """Each panel is whole: members, quotas, households, given seats."""
    size, quotas = d.manifest["size"], d.manifest["quotas"]
    able, given = {*d.free, *d.given}, {*d.given}
    rows = d.rows("panels.csv")
    next(rows)  # the header
    for number, (line, (says, *members)) in enumerate(rows, start=1):
        at = {"line": line, "panel": number}
        if says != str(number):
            d.bad("panels.csv", f"its number is {says}", **at)
        if len(members) != size or len({*members}) != size:
            d.bad("panels.csv", f"these are not {size} different people", **at)
        for person in members:
            if person not in able:
                text = "this person is not in the pool or could not be drawn"
                d.bad("panels.csv", text, person=person, **at)
        for person in sorted(given - {*members}):
            d.bad("panels.csv", "this person has a seat", person=person, **at)
        seats = Counter(q for p in members for q in d.quotas_of.get(p, []))
        for n, q in enumerate(quotas):
            if not q["min"] <= seats[n] <= q["max"]:
                text = f"{q['feature']} {q['value']}: {seats[n]} members, but "
                d.bad("panels.csv", text + f"{q['min']} to {q['max']} wanted", **at)
        homes = Counter(d.home.get(p) for p in members if p not in given)
        for home, people in homes.items():
            if people > 1:
                text = f"{people} members live in household {home}"
                d.bad("panels.csv", text, **at)
        d.panels.append(members)
        d.times.update(members)
    if len(d.panels) != d.manifest["panels"]:
        text = f"there are {len(d.panels)} panels, not {d.manifest['panels']}"
        d.bad("panels.csv", text)
    text = f"All {len(d.panels)} panels have {size} members, meet all {len(quotas)}"
    return text + " quotas, and at most one member of a household is drawn."


def check_chances(d: Draw) -> str:
    """Everybody's chance is the share of the panels with that person."""
    count, total, people = len(d.panels), Fraction(0), list(d.role)
    rows = d.rows("chances.csv")
    next(rows)  # the header
    for number, (line, (person, times, chance, meant)) in enumerate(rows):
        at = {"line": line, "person": person}
        if people[number : number + 1] != [person]:
            d.bad("chances.csv", "pool.csv has somebody else here", **at)
        true = d.times[person]
        if times != str(true) or Fraction(chance) != Fraction(true, count):
            text = f"{times} panels and {chance}, but {true} of {count} panels have"
            d.bad("chances.csv", text + " this person", **at)
        if abs(Fraction(meant) - Fraction(true, count)) > MOVED + ROUNDED:
            d.bad("chances.csv", f"rounding moved {meant} too far", **at)
        total += Fraction(meant)
        people[number : number + 1] = [person]
    if number + 1 != len(d.role):
        d.bad("chances.csv", f"it has {number + 1} people, not {len(d.role)}")
    if abs(total - d.manifest["size"]) > ROUNDED * len(d.role):
        d.bad("chances.csv", "the chances before rounding do not add up to the seats")
    least = min(d.times[p] for p in d.free)
    most = max(d.times[p] for p in d.free)
    text = f"Every chance is recounted; they go from {least} to {most} in {count}, and"
    return text + " rounding has moved none by more than 0.005."


def most_worth(d: Draw, weight: dict[str, Any], seat: Any, prices: list[Any]) -> Any:
    """What no panel's members are worth together; true for any prices at all.

    Let a seat cost `seat` and every quota its price, for each member who fills it. A
    panel's members are worth their weights, that is the prices that they cost and what
    each of them is worth beyond. The former is at most the first sum, because the
    panel keeps its quotas; the latter at most the second: one of each household.
    """
    size = d.manifest["size"] - len(d.given)
    taken = Counter(q for p in d.given for q in d.quotas_of[p])
    most = size * seat
    for n, (q, price) in enumerate(zip(d.manifest["quotas"], prices)):
        least = max(0, q["min"] - taken[n])
        most += max(least * price, (q["max"] - taken[n]) * price)
    beyond: dict[str, Any] = {}
    for p in d.free:
        gain = weight.get(p, 0) - seat - sum(prices[n] for n in d.quotas_of[p])
        beyond[d.home[p]] = max(beyond.get(d.home[p], 0), gain)
    return most + sum(beyond.values())


def prices_of(d: Draw, proof: dict[str, Any]) -> tuple[int, list[int]]:
    """The price of a seat and of each quota, all of them whole numbers."""
    names = [(q["feature"], q["value"]) for q in d.manifest["quotas"]]
    if names != [(q["feature"], q["value"]) for q in proof["prices"]]:
        d.bad("certificate.json", "the prices are not those of the quotas")
    prices = [proof["price_of_a_seat"], *(q["price"] for q in proof["prices"])]
    if any(type(price) is not int for price in prices):
        raise ValueError("a price is no whole number")
    return prices[0], prices[1:]


def claims(d: Draw, proof: dict[str, Any], bound: Any, reached: Any) -> None:
    """The certificate's own three numbers are these."""
    true = {"bound": bound, "reached": reached, "gap": bound - reached}
    for key, value in true.items():
        if Fraction(proof[key]) != value:
            text = f"{key} is {proof[key]}, but by its prices it is {value}"
            d.bad("certificate.json", text)


def check_certificate(d: Draw) -> str:
    """By weights and prices, no lottery can be much fairer."""
    name, count, proof = d.manifest["lottery"], len(d.panels), d.certificate["least"]
    weight = proof["weights"]
    seat, prices = prices_of(d, proof)
    fit = all(type(w) is int and w >= 0 for w in weight.values())
    if not fit or not sum(weight.values()) or {*weight} - {*d.free}:
        raise ValueError("the weights are not those of people who could be drawn")
    # The least chance is at most the mean of all, by weight: that of a panel's worth.
    most = Fraction(most_worth(d, weight, seat, prices), sum(weight.values()))
    reached = Fraction(min(d.times[p] for p in d.free), count)
    bound = min(most, Fraction(1))
    claims(d, proof, bound, reached)
    said = "Proved in fractions: no lottery at all gives everybody more than"
    said += f" {float(bound):.6f}; here the least chance is {float(reached):.3f}."
    if bound - reached > MOVED and name in ("leximin", "maximin"):
        text = f"whether the least chance could be up to {float(bound - reached):.6f}"
        d.unproven.append(text + " larger")
    if name == "nash":
        proof = d.certificate["product"]
        seat, prices = prices_of(d, proof)
        share = {p: Fraction(count, d.times[p]) for p in d.free if d.times[p]}
        # Another lottery's mean gain of logarithms is at most its mean worth - 1.
        most = most_worth(
            d,
            share,
            Fraction(seat, proof["unit"]),
            [Fraction(price, proof["unit"]) for price in prices],
        )
        claims(d, proof, most, Fraction(len(share)))
        said += " The product of chances: no lottery's mean logarithm is more than"
        said += f" {float(most / len(share) - 1):.6f} larger."
    return said


def check_pick(d: Draw) -> str:
    """The dice pick the published panel."""
    true = list_hash(d.files)
    if d.published and d.published != true:
        d.bad(SUMS, f"the list's hash is {true}, not the one that was published")
    if not d.published:
        d.unproven.append(f"whether the list's hash was published as {true}")
    if PICK not in d.files:
        if d.dice:
            d.bad(PICK, "the file is missing: no dice have been thrown for this list")
        return "The list waits for dice: no panel is picked."
    dice, seed = d.pick["dice"], d.pick["seed"]
    if (dice is None) == (seed is None):
        d.bad(PICK, "it must name either dice or a text")
    if dice is None:
        promised = hashlib.sha256(seed.encode()).hexdigest()
        d.agree("manifest.json", d.manifest, {"seed_sha256": promised})
        text = "no dice were thrown: whoever chose the text could choose a list to it"
        d.unproven.append(text)
    elif len(dice) < LEAST_DICE or not {*dice} <= {*range(1, 7)}:
        d.bad(PICK, f"these are not {LEAST_DICE} dice at least")
    thrown = seed if dice is None else " ".join(map(str, dice))
    seen = " ".join(d.dice.replace(",", " ").split())
    if seen and (dice is None or seen != thrown):
        d.bad(PICK, f"the dice are {thrown}, not those that you saw")
    if dice is not None and not seen:
        d.unproven.append(f"whether the dice fell as {thrown}")
    chance = Chance(f"{true} {thrown}")
    number = chance.below(len(d.panels)) + 1
    members = d.panels[number - 1]
    waiting = [p for p in d.free if p not in {*members}]
    found = {"format": "puistokatu-panel-pick/1", "list_sha256": true}
    d.agree(PICK, d.pick, found)
    drawn = {"number": number, "members": members, "reserves": chance.shuffle(waiting)}
    d.agree(PICK, d.pick, drawn)
    return f"The list's hash and {thrown} pick panel {number} of {len(d.panels)}."


STEPS = (
    (check_sums, SUMS),
    (read_documents, "manifest.json"),
    (check_people, "pool.csv"),
    (check_panels, "panels.csv"),
    (check_chances, "chances.csv"),
    (check_certificate, "certificate.json"),
    (check_pick, PICK),
)


def check(files: dict[str, bytes], *, published: str = "", dice: str = "") -> Draw:
    """Do every step; what cannot even be read is wrong, too."""
    d = Draw(files, published, dice)
    for step, file in STEPS:
        before, said = len(d.wrong), ""
        try:
            said = step(d)
        except Exception as error:
            d.bad(file, f"it cannot be used: {type(error).__name__} {error}")
        if len(d.wrong) == before:
            d.holds.append(said)
        elif step is read_documents:
            break
    return d


def place(found: dict[str, Any]) -> str:
    """Where something is wrong, in words."""
    keys = ("line", "panel", "person")
    return ", ".join([found["file"], *(f"{k} {found[k]}" for k in keys if k in found)])


def about(d: Draw, person: str) -> str:
    """What the list says of one person."""
    if person not in d.role:
        return f"{person} is not in this list."
    text = f"{person} sits on {d.times[person]} of {len(d.panels)} panels"
    if not d.pick:
        return text + "."
    if person in d.pick["members"]:
        return text + ", also on the one that was picked."
    reserves = d.pick["reserves"]
    turn = f" and is number {reserves.index(person) + 1} of those who wait"
    return text + (turn if person in reserves else "") + "."


def main() -> int:
    """Check a bundle and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--published", default="", help="the list's hash")
    parser.add_argument("--dice", default="", help="the dice that you saw: 4,2,6,...")
    parser.add_argument("--me", default="", help="your code: say your chance")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    try:
        files = unpack(given.bundle)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        sys.stderr.write(f"{given.bundle} is no bundle: {error}\n")
        return 2
    if not is_draw(files):
        sys.stderr.write(f"{given.bundle} is no bundle: none of its files is there\n")
        return 2
    d = check(files, published=given.published, dice=given.dice)
    if given.json:
        found = {"holds": d.holds, "wrong": d.wrong, "unproven": d.unproven}
        print(json.dumps({"ok": not d.wrong, **found}, ensure_ascii=False, indent=1))
    else:
        for text in d.holds:
            print("holds ", text)
        for found in d.wrong:
            print("WRONG ", f"{place(found)}: {found['message']}")
        for text in d.unproven:
            print("open  ", text)
        if given.me:
            print("you   ", about(d, given.me))
        print("Something is wrong." if d.wrong else "All that was checked holds.")
    return 1 if d.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

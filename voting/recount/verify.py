"""Recount a published budget round with nothing but Python (3.9 or newer).

    python3 verify.py [FOLDER or ZIP] [--published HASH] [--sums HASH]
                      [--seconds N] [--json]

Without a folder it checks the one that it lies in. README.txt says what the files
are and what nobody can check from outside. The HASHes come from the town's own page
or minutes: without them a forger who rewrote all files alike is not seen. Money is
in whole smallest units (cents) and fractions are exact: no rounded number decides.
Exit status: 0 all that was checked holds, 1 something is wrong, 2 no such bundle.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import operator
import sys
import time
import zipfile
import zlib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

DATA = "ballots.csv election.pb log.jsonl manifest.json outcome.json receipts.txt"
FILES = ("README.txt", *DATA.split(), "result.json", "verify.py")
SUMS, LARGEST = "SHA256SUMS", 2**30  # bytes that we are willing to unpack
STATES = 100_000  # how many sets `a_better_set` keeps at once
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # of the receipt codes
OWN_POINTS = ("cumulative", "scoring")  # ballots on which voters give points
WHOLE = ("whole", "")  # the pot of the whole budget; ("area", name), ("theme", name)
DEFAULTS = {"threshold": 1, "share": None, "ties": ["cost", "votes"], "seed": ""}
DEFAULTS.update(variant="skip", order="total", completion="none", practice="cities")
DEFAULTS["overshoot"], LEFTOVER = 0, "returns_to_the_town"


class Bundle:
    """The files, what was read from them, and what was found."""

    def __init__(self, files: dict[str, bytes], seconds: float) -> None:
        self.files, self.seconds = files, seconds
        self.manifest: dict[str, Any] = {}
        self.outcome: dict[str, Any] = {}
        self.result: dict[str, Any] = {}
        self.ballots: list[tuple[str, list[Any]]] = []  # area, [[project, points], ...]
        self.round: Round
        self.holds: list[str] = []
        self.wrong: list[dict[str, Any]] = []
        self.unproven: list[str] = []

    def bad(self, file: str, message: str, **where: object) -> None:
        """Something is wrong; `line`, `ballot` and `project` say where."""
        self.wrong.append({"file": file, **where, "message": message})

    def agree(self, file: str, says: Any, true: dict[str, Any], **where: Any) -> None:
        """Whatever we worked out ourselves, the file must say as well."""
        for key, value in true.items():
            if says.get(key) != value:
                text = f"{key} is {says.get(key)!r}, but should be {value!r}"
                self.bad(file, text, **where)

    def text(self, name: str) -> str:
        """A file as text."""
        return self.files[name].decode("utf-8-sig")

    def line(self, name: str, project: str) -> int:
        """The line on which a JSON file begins to describe a project."""
        mark = f'"code": {json.dumps(project, ensure_ascii=False)}'
        return self.text(name).partition(mark)[0].count("\n") + 1

    @property
    def imported(self) -> bool:
        """A foreign election, taken from a .pb file: no voters or receipts of ours."""
        return bool(self.manifest["eligibility"]["source"] == "published_file")


def unpack(path: Path) -> dict[str, bytes]:
    """The files of a folder or of a zip, by name."""
    files: dict[str, bytes] = {}
    if path.is_dir():
        there = [path / name for name in (*FILES, SUMS)]
        files = {file.name: file.read_bytes() for file in there if file.is_file()}
    else:
        with zipfile.ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST:
                raise ValueError("it unpacks to more than 1 GiB")
            for item in packed.infolist():
                name = item.filename.rpartition("/")[2]
                if name in files:
                    raise ValueError(f"it holds {name} twice")
                files[name] = packed.read(item)
    if not {*FILES} & {*files}:
        raise ValueError("none of the files is in there")
    return files


def sha256(text: str | bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(text.encode() if isinstance(text, str) else text).hexdigest()


def dense(value: object) -> str:
    """JSON without spaces, as it is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- Is what lies here what was published? --------------------------------------------


def check_sums(b: Bundle) -> None:
    """Every file is there and has the SHA-256 that SHA256SUMS lists."""
    listed = b.files.get(SUMS, b"").decode(errors="replace").split("\n")
    for number, name in enumerate(FILES):
        if name not in b.files:
            b.bad(name, "the file is missing")
        elif f"{sha256(b.files[name])}  {name}" not in listed[number : number + 1]:
            b.bad(name, f"it is not what line {number + 1} of {SUMS} says")
            b.bad(SUMS, f"it does not list {name} as it is here", line=number + 1)
    if listed[len(FILES) :] != [""]:
        b.bad(SUMS, "it does not end after the last file", line=len(FILES) + 1)


def read_documents(b: Bundle) -> None:
    """The JSON documents can be read."""
    for name in ("manifest", "outcome", "result"):
        try:
            setattr(b, name, json.loads(b.text(f"{name}.json")))
        except (KeyError, ValueError) as error:
            b.bad(f"{name}.json", f"it cannot be read: {error}")


def read_ballots(b: Bundle) -> None:
    """Every ballot is one that the rules of the round allow."""
    rules, money = b.manifest["ballot"], {a["slug"]: a for a in b.manifest["areas"]}
    paper = {p["code"]: p for p in b.manifest["projects"]}
    rows = csv.reader(io.StringIO(b.text("ballots.csv"), newline=""))
    next(rows)  # the header
    for number, row in enumerate(rows, start=1):
        at = {"line": rows.line_num, "ballot": number}
        # An apostrophe keeps spreadsheets from taking a code for a formula.
        area, codes = row[1], [c for c in row[2].removeprefix("'").split(",") if c]
        points = [int(n) for n in row[3].split(",") if n]
        b.agree("ballots.csv", {"ballot": row[0]}, {"ballot": str(number)}, **at)
        for code in codes:
            if code not in paper or area not in ("", paper[code]["area"]):
                text = f"there is no such project in the area {area}"
                b.bad("ballots.csv", text, project=code, **at)
        known = [c for c in codes if c in paper]
        pairs = [list(pair) for pair in zip(codes, points)]
        b.ballots.append((area, [pair for pair in pairs if pair[0] in paper]))
        if b.imported:
            continue
        there = sum(p["area"] == area for p in paper.values())
        most = min(there, rules["max_picks"] or there)
        most = 1 if rules["type"] == "choose-1" else most
        least = min(max(1, rules["min_picks"]), most)
        blank = not codes and rules["blank_allowed"]
        right = blank or least <= len(codes) <= most
        if area not in money or len(set(codes)) < len(codes) or not right:
            b.bad("ballots.csv", f"no valid ballot of the area {area}", **at)
        elif rules["knapsack"]:
            budget = money[area]["budget"]
            budget = b.manifest["budget"] if budget is None else budget
            if sum(paper[c]["cost"] for c in known) > budget:
                b.bad("ballots.csv", "it costs more than its area has", **at)
    b.round = Round(b.manifest, [choices for _, choices in b.ballots])


def check_log(b: Bundle) -> None:
    """The log is an unbroken chain and names these rules, ballots, codes, outcome."""
    previous, facts = "0" * 64, {}
    for number, text in enumerate(b.text("log.jsonl").strip().split("\n"), start=1):
        entry = json.loads(text)
        claimed = entry.pop("hash")
        found = {"number": number, "previous": previous, "hash": sha256(dense(entry))}
        b.agree("log.jsonl", {**entry, "hash": claimed}, found, line=number)
        previous, facts[entry["action"]] = claimed, entry["facts"]
    rules = sha256(b.files["manifest.json"])
    stored = json.dumps([b.result["profile_sha256"], b.outcome], sort_keys=True)
    lines = sorted(dense([area, choices]) + "\n" for area, choices in b.ballots)
    begun, settled = ("vote.opened", "ballots.sealed")
    if b.imported:
        begun = settled = "round.imported"
    wanted = [
        ("manifest.json", begun, "manifest", rules),
        ("manifest.json", "result.published", "manifest", rules),
        ("ballots.csv", settled, "ballots", len(lines)),
        ("ballots.csv", settled, "sha256", sha256("".join(lines))),
        ("outcome.json", "result.published", "outcome", sha256(stored)),
    ]
    for file, action, key, true in wanted:
        says = facts.get(action, {}).get(key)
        if says != true and (key != "sha256" or not b.imported):
            b.bad(file, f"{key} is {true} here, but {says} in the log at {action}")
    codes = sorted(line + "\n" for line in b.text("receipts.txt").splitlines())
    says = facts.get(settled, {}).get("receipts_sha256")
    # Rounds sealed before November 2026 have no such hash in their log.
    if says is not None and says != sha256("".join(codes)):
        b.bad("receipts.txt", f"these are not the codes in the log at {settled}")
    named = {"log_head": previous, "manifest_sha256": rules}
    b.agree("result.json", b.result, named)


def check_receipts(b: Bundle) -> None:
    """There is one code for every ballot but those on paper, by area; none twice."""
    number: Counter[str] = Counter()
    seen: set[str] = set()
    for line, text in enumerate(b.text("receipts.txt").splitlines(), start=1):
        area, _, code = text.partition(" ")
        digits = [ALPHABET.find(c) for c in code.replace("-", "")]
        # The last one checks the others as on a bank card (Luhn), to the base 32.
        twice = [d * (1 + n % 2) for n, d in enumerate(reversed(digits))]
        total = sum(d // 32 + d % 32 for d in twice)
        if len(digits) != 16 or min(digits) < 0 or total % 32 or code in seen:
            b.bad("receipts.txt", f"{code} is no code, or was there before", line=line)
        seen.add(code)
        number[area] += 1
    ballots = Counter(area for area, _ in b.ballots if not b.imported)
    for text in b.text("log.jsonl").strip().split("\n"):
        entry = json.loads(text)  # paper has no receipts; the log says how much it was
        if entry["action"] == "ballots.sealed":
            ballots.subtract(entry["facts"].get("on_paper", {}))
    for area in sorted({*number, *ballots}):
        if number[area] != ballots[area]:
            text = f"{number[area]} codes, but {ballots[area]} ballots not on paper"
            b.bad("receipts.txt", f"in the area {area} are {text}")


def check_election(b: Bundle) -> None:
    """The .pb file has the same projects and, ballot for ballot, the same votes."""
    r, part, header = b.round, "", [""]
    ours = Counter(r.ballots)
    rows = csv.reader(io.StringIO(b.text("election.pb"), newline=""), delimiter=";")
    for row in rows:
        if len(row) == 1 and row[0].strip().upper() in ("META", "PROJECTS", "VOTES"):
            part, header = row[0].strip().upper(), [h.strip() for h in next(rows)]
            continue
        cell, at = dict(zip(header, row)), {"line": rows.line_num}
        if part == "PROJECTS" and not b.imported:
            p = cell["project_id"]
            cell["cost"] = Fraction(cell["cost"]) * r.unit
            true = {"cost": r.cost.get(p), "votes": str(r.votes[p])}
            true["selected"] = str(int(p in b.outcome["funded"]))
            b.agree("election.pb", cell, true, project=p, **at)
        elif part == "VOTES":
            codes = [c.strip() for c in cell["vote"].split(",") if c.strip()]
            given = cell.get("points", "") if r.kind in OWN_POINTS else ""
            points = [int(n) for n in given.split(",") if n.strip()]
            vote = counted(r.kind, zip(codes, points or [1] * len(codes)))
            ours[vote] -= 1
            if ours[vote] < 0:
                text = f"ballots.csv lacks this vote for {codes or 'nothing'}"
                b.bad("election.pb", text, ballot=cell["voter_id"], **at)
    for number, (_, choices) in enumerate(b.ballots, start=1):
        vote = counted(r.kind, choices)
        if ours[vote] > 0:
            ours[vote] -= 1
            text = f"election.pb lacks this vote for {[c for c, _ in vote]}"
            b.bad("ballots.csv", text, line=number + 1, ballot=number)


def check_numbers(b: Bundle) -> None:
    """The published numbers are those of the ballots, and every limit is kept."""
    r, out, funded = b.round, b.outcome, b.outcome["funded"]
    shown = {p["code"]: p for p in b.result["projects"]}
    b.agree("result.json", {"projects": list(shown)}, {"projects": r.projects})
    for paper in b.manifest["projects"]:
        p = paper["code"]
        true = {
            **paper,
            "votes": r.votes[p],
            "score": r.score[p],
            "funded": p in funded,
        }
        true["reason"] = out["reasons"][p]
        where = {"line": b.line("result.json", p), "project": p}
        b.agree("result.json", shown.get(p, {}), true, **where)
    cost = sum(r.cost[p] for p in funded)
    true = {"cost": cost, "ballots": r.voters, "blank": r.ballots[()]}
    for key in ("budget", "unit", "currency", "title", "round"):
        true[key] = b.manifest[key]
    for key in ("rule", "parameters", "objective", "bound", "optimal", "unique"):
        true[key] = out[key]
    true["ties"] = out["ties"]
    b.agree("result.json", b.result, true)
    true = {"overshoot_percent": r.rules["overshoot"], "leftover": LEFTOVER}
    b.agree("manifest.json", b.manifest, true)
    worth = sum(r.gain[p] for p in funded)
    true = {"rule": b.manifest["rule"], "cost": cost, "objective": worth}
    b.agree("outcome.json", out, true)
    rules = {key: r.rules[key] for key in out["parameters"] if key in r.rules}
    b.agree("outcome.json", out["parameters"], rules)
    areas = {area["slug"]: area for area in b.result["areas"]}
    for area in b.manifest["areas"]:
        inside = [p for p in funded if r.area[p] == area["slug"]]
        true = {"cost": sum(r.cost[p] for p in inside), "funded": len(inside)}
        true.update(budget=area["budget"], name=area["name"])
        b.agree("result.json", areas.get(area["slug"], {}), true)
    room = Room(r)
    for p in funded:
        extra = out["reasons"][p]["numbers"].get("reserve", 0)
        for pot in r.pots[p] & room.left.keys():
            room.left[pot] += extra * (pot[0] != "theme")
        room.take(p)
    for (kind, name), left in room.left.items():
        if left < 0:
            b.bad("outcome.json", f"{-left} too much is spent: {kind} {name}")
    for theme, least in r.least.items():
        if sum(r.cost[p] for p in funded if theme in r.pots[p]) < least:
            b.bad("outcome.json", f"{theme[1]} gets less than its least, {least}")
    for p in funded:
        if {"needs", "conflict"} & room.against(p):
            b.bad("outcome.json", "it needs or excludes another one", project=p)


# --- What the rules look at -----------------------------------------------------------


def counted(kind: str, choices: Any) -> tuple[tuple[str, int], ...]:
    """What counts of a ballot: (project, points), sorted."""
    points: dict[str, int] = {}
    for code, given in choices:
        if code not in points:
            points[code] = given if kind in OWN_POINTS else 1
        elif kind == "cumulative":
            points[code] += given
    if kind == "ordinal":  # k, k-1, ..., 1 for the first, second, ..., last
        points = {code: len(points) - n for n, code in enumerate(points)}
    return tuple(sorted((code, n) for code, n in points.items() if n))


class Round:
    """The projects, the money and the ballots as the rules see them."""

    def __init__(self, manifest: dict[str, Any], ballots: list[Any]) -> None:
        self.kind, self.unit = manifest["ballot"]["type"], manifest["unit"]
        paper = {p["code"]: p for p in manifest["projects"]}
        self.projects = list(paper)
        self.cost = {code: p["cost"] for code, p in paper.items()}
        self.area = {code: p["area"] for code, p in paper.items()}
        areas = {("area", a["slug"]): a["budget"] for a in manifest["areas"]}
        themes = {("theme", t["slug"]): t["maximum"] for t in manifest["themes"]}
        limits = {WHOLE: manifest["budget"], **areas, **themes}
        # The most money of each pot that has a limit, and the pots of each project.
        self.most = {pot: most for pot, most in limits.items() if most is not None}
        self.least = {("theme", t["slug"]): t["minimum"] for t in manifest["themes"]}
        self.pots: dict[str, set[Any]] = {
            code: {WHOLE, ("area", p["area"]), ("theme", p["theme"])}
            & {*self.most, *self.least}
            for code, p in paper.items()
        }
        self.needs: dict[str, set[str]] = {code: set() for code in paper}
        self.enemies: dict[str, set[str]] = {code: set() for code in paper}
        for one, other in manifest["needs"]:
            self.needs[one].add(other)
        for one, other in manifest["conflicts"]:
            self.enemies[one].add(other)
            self.enemies[other].add(one)
        self.ballots = Counter(counted(self.kind, choices) for choices in ballots)
        self.voters = len(ballots)
        self.votes: Counter[str] = Counter()
        self.score: Counter[str] = Counter()
        for ballot, number in self.ballots.items():
            for code, points in ballot:
                self.votes[code] += number
                self.score[code] += number * points
        self.rules = self.parameters(manifest["rule"], manifest["rule_parameters"])
        cost = {p: self.votes[p] * self.cost[p] for p in self.cost}
        gains = {"votes": self.votes, "cost": cost, "points": self.score}
        self.gain = gains[self.rules["satisfaction"]]
        self.order = self.in_order()

    def parameters(self, rule: str, stated: dict[str, Any]) -> dict[str, Any]:
        """The rule's parameters: those of the manifest, the others by default."""
        worth = "cost" if rule == "equal-shares" else "votes"
        plain = self.kind in ("approval", "choose-1")
        filled: dict[str, Any] = {
            **DEFAULTS,
            "satisfaction": worth if plain else "points",
        }
        if rule == "greedy" and any(self.score.values()):
            filled["threshold"] = 0
        filled.update({k: v for k, v in stated.items() if v is not None})
        ties: Any = filled["ties"]
        ties = [t.strip() for t in ties.split(",")] if isinstance(ties, str) else ties
        filled["ties"] = ties if {"order", "draw"} & {*ties} else [*ties, "draw"]
        filled["comparison"] = filled.get("comparison") in (True, "satisfaction")
        return filled

    def in_order(self) -> list[str]:
        """The projects that reach the threshold, in the order of the tie list."""
        drawn = shuffled(self.rules["seed"], sorted(self.projects))
        first: dict[str, Any] = {"cost": self.cost.get, "order": self.projects.index}
        first.update(votes=lambda p: -self.votes[p], draw=drawn.index)
        share = (self.rules["share"] or 0) * self.most[WHOLE]
        able = [p for p in self.projects if self.score[p] >= self.rules["threshold"]]
        if share:
            need = {p: self.voters * self.cost[p] for p in able}
            able = [p for p in able if self.votes[p] * share >= need[p]]
        return sorted(able, key=lambda p: [first[tie](p) for tie in self.rules["ties"]])


def shuffled(seed: str, items: list[str]) -> list[str]:
    """The public draw: bytes from SHA-256 over seed, a zero byte and 0, 1, 2, ..."""
    stream, block = b"", 0
    for i in range(len(items) - 1, 0, -1):
        width = (i.bit_length() + 7) // 8
        fair = 256**width - 256**width % (i + 1)
        drawn = fair
        while drawn >= fair:  # so that every number is equally likely
            while len(stream) < width:
                more = seed.encode() + b"\0" + block.to_bytes(8, "big")
                stream, block = stream + hashlib.sha256(more).digest(), block + 1
            drawn, stream = int.from_bytes(stream[:width], "big"), stream[width:]
        j = drawn % (i + 1)
        items[i], items[j] = items[j], items[i]
    return items


class Room:
    """A growing set of funded projects, and the money that it leaves."""

    def __init__(self, r: Round) -> None:
        self.r, self.left = r, dict(r.most)
        self.funded: set[str] = set()
        self.reserve: dict[str, int] = {}  # what it added for whom

    def take(self, p: str) -> None:
        """Fund it."""
        self.funded.add(p)
        for pot in self.r.pots[p] & self.left.keys():
            self.left[pot] -= self.r.cost[p]

    def short(self, p: str) -> list[Any]:
        """The pots that have less left than it costs."""
        pots = self.r.pots[p] & self.left.keys()
        return [pot for pot in pots if self.left[pot] < self.r.cost[p]]

    def fill_up(self, p: str, percent: int) -> bool:
        """A reserve adds what p lacks, if that is at most so much of its price."""
        cost, short = self.r.cost[p], self.short(p)
        lacks = max(cost - self.left[pot] for pot in short)
        if 100 * lacks > percent * cost or "theme" in {kind for kind, _ in short}:
            return False
        self.reserve[p], self.left[WHOLE] = lacks, self.left[WHOLE] + lacks
        for pot in self.short(p):
            self.left[pot] = cost
        return True

    def against(self, p: str) -> set[str]:
        """What stands in its way: needs, conflict, whole, area, theme."""
        needs = {"needs"} if self.r.needs[p] - self.funded else set()
        conflict = {"conflict"} if self.r.enemies[p] & self.funded else set()
        return needs | conflict | {kind for kind, _ in self.short(p)}


# --- The rules (definitions: docs/rules.md) -------------------------------------------


def greedy(room: Room, worth: Any, *, stop: bool = False, fill: bool = False) -> None:
    """The best first; what does not fit is skipped, or with `stop` closes its pots.

    What needs another project has its turn right after that one, or when the rest is
    filled up (`fill`) after those that are as good as that one.
    """
    closed: set[Any] = set()
    over = room.r.rules["overshoot"]
    queue = [p for p in room.r.order if p not in room.funded]
    queue.sort(key=lambda p: worth[p], reverse=True)
    while queue:
        ready = [p for p in queue if not room.r.needs[p] & {*queue}]
        level = [p for p in ready if fill and worth[p] == worth[ready[0]]]
        for p in level or ready[:1]:
            queue.remove(p)
            against = room.against(p)
            if not closed & room.r.pots[p] and not against & {"needs", "conflict"}:
                if not against or room.fill_up(p, over):
                    room.take(p)
                elif stop and against & {"area", "whole"}:
                    closed |= {pot for pot in room.short(p) if pot[0] == "area"} or {
                        WHOLE
                    }
            if any(p in room.r.needs[q] and worth[q] > worth[p] for q in queue):
                break


class Purses:
    """Whose money pays for what: areas with their own money are elections apart."""

    def __init__(self, r: Round, *, points: bool = False) -> None:
        areas = {pot: most for pot, most in r.most.items() if pot[0] == "area"}
        if sum(areas.values()) > r.most[WHOLE]:
            areas = {}
        self.stop = {"conflict", "theme"} if areas else {"conflict", "theme", "area"}
        self.budget = {WHOLE: r.most[WHOLE] - sum(areas.values()), **areas}
        self.pot = {p: next(iter(r.pots[p] & {*areas}), WHOLE) for p in r.projects}
        self.voters: Counter[Any] = Counter()
        # By project: (purse, how many voters have such a one, what it is worth to each)
        self.of: dict[str, list[Any]] = {p: [] for p in r.projects}
        for n, (ballot, number) in enumerate(r.ballots.items()):
            for pot in {self.pot[p] for p, _ in ballot} if areas else {WHOLE}:
                self.voters[pot] += number
            for p, given in ballot:
                purse = (n, self.pot[p])
                self.of[p].append((purse, number, given if points else 1))

    def cheapest(self, room: Room, rest: list[str], known: Any, price: Any) -> Any:
        """The least price and all projects that have it; `known` are older prices.

        Prices only rise: what was dearer than the least one need not be asked again.
        What cannot be paid, or is excluded, is out for good.
        """
        best, level = None, list[str]()
        for p in sorted(rest, key=lambda p: known.get(p, 0)):
            if best is not None and known.get(p, 0) > best:
                break
            if "needs" in room.against(p):
                continue
            asked = None if self.stop & room.against(p) else price(p)
            if asked is None:
                rest.remove(p)
                continue
            known[p] = asked
            if best is None or asked < best:
                best, level = asked, []
            if asked == best:
                level.append(p)
        return best, sorted(level, key=rest.index)


def phragmen(r: Round) -> set[str]:
    """Voters earn alike, who can pay first buys, what is too dear then ends its pot."""
    purses, room, now = Purses(r), Room(r), Fraction(0)
    known: dict[str, Fraction] = {}
    paid: dict[Any, Fraction] = {}
    left, ended = dict(purses.budget), set()
    rest = [p for p in r.order if r.cost[p] <= left[purses.pot[p]] and r.votes[p]]

    def moment(p: str) -> Any:
        """When its supporters will have earned what it costs since they last paid."""
        if purses.pot[p] in ended:
            return None
        spent = sum(n * paid.get(purse, 0) for purse, n, _ in purses.of[p])
        time_ = Fraction(r.cost[p] + spent) / r.votes[p]
        return max(time_, now) if any(r.needs.values()) else time_

    while True:
        when, level = purses.cheapest(room, rest, known, moment)
        ended |= {purses.pot[p] for p in level if r.cost[p] > left[purses.pot[p]]}
        if not level:
            return room.funded
        for p in [p for p in level if purses.pot[p] not in ended][:1]:
            now = when
            paid.update((purse, now) for purse, _, _ in purses.of[p])
            left[purses.pot[p]] -= r.cost[p]
            room.take(p)
            rest.remove(p)


class EqualShares:
    """The method of equal shares and what may be done with the rest of the money."""

    def __init__(self, r: Round, seconds: float) -> None:
        self.r, self.until = r, time.monotonic() + seconds
        self.purses = Purses(r, points=r.rules["satisfaction"] == "points")
        by_cost = r.rules["satisfaction"] == "cost"
        self.scale = {p: r.cost[p] or 1 if by_cost else 1 for p in r.projects}

    def share(self, pot: Any, raised: int) -> Fraction:
        """What each voter of a pot has after so many raises by a unit of currency."""
        equal = Fraction(self.purses.budget[pot], self.purses.voters[pot] or 1)
        if raised and self.r.rules["practice"] == "cities":
            equal = Fraction(equal // self.r.unit * self.r.unit)
        return equal + raised * int(self.r.unit)

    def count(self, raised: dict[Any, int]) -> Room:
        """Buy what costs its supporters least per worth until nobody can pay more."""
        r, of, room, rest = self.r, self.purses.of, Room(self.r), list(self.r.order)
        share = {pot: self.share(pot, n) for pot, n in raised.items()}
        known: dict[str, Fraction] = {}
        held: dict[Any, Fraction] = {}

        def price(p: str) -> Any:
            """The rate at which all min(held, rate * worth) add up to the cost."""
            cost, worth = Fraction(r.cost[p]), sum(n * u for _, n, u in of[p])
            if not cost:
                return cost
            purses = [(held.get(w, share[w[1]]) / u, n * u) for w, n, u in of[p]]
            for money, weight in sorted(purses):  # the poorest pay all they have
                if money * worth >= cost:
                    return cost / worth / self.scale[p]
                cost, worth = cost - money * weight, worth - weight
            return None

        while True:
            rate, level = self.purses.cheapest(room, rest, known, price)
            if not level:
                return room
            p = level[0]
            for purse, _, u in of[p]:
                has = held.get(purse, share[purse[1]])
                held[purse] = has - min(has, rate * self.scale[p] * u)
            room.take(p)
            rest.remove(p)

    def spent(self, room: Room, pot: Any) -> int:
        """What the funded projects of a pot cost."""
        return sum(self.r.cost[p] for p in room.funded if self.purses.pot[p] == pot)

    def wanting(self, room: Room, pot: Any) -> bool:
        """Whether more money for the voters of a pot could still be of use."""
        left = self.purses.budget[pot] - self.spent(room, pot)
        there = {
            p for p in self.r.order if self.purses.pot[p] == pot and self.r.votes[p]
        }
        stop = self.purses.stop | {"needs"}
        open_ = [p for p in there - room.funded if not stop & room.against(p)]
        books = self.r.rules["practice"] == "books"
        return any(not books or self.r.cost[p] <= left for p in open_)

    def add_one(self, claimed: dict[Any, int]) -> tuple[Room, bool]:
        """Raise all shares step by step as long as the money suffices.

        When the time is up, only the claimed shares are counted: not proven.
        """
        raised = dict.fromkeys(self.purses.budget, 0)
        room = self.count(raised)
        active = {pot for pot in raised if self.wanting(room, pot)}
        while active:
            if time.monotonic() > self.until:
                return self.count(claimed), False
            more = {pot: n + (pot in active) for pot, n in raised.items()}
            richer = self.count(more)
            budget = self.purses.budget
            over = {pot for pot in more if self.spent(richer, pot) > budget[pot]}
            if over:
                active = active - over if over <= active else set()
                continue
            room, raised = richer, more
            active = {pot for pot in active if self.wanting(room, pot)}
        return room, True

    def run(self, shares: dict[str, str]) -> tuple[set[str], bool]:
        """The funded projects, and whether every step was recounted."""
        r, pots, proven = self.r, self.purses.budget, True
        none = dict.fromkeys(pots, 0)
        if r.rules["completion"] in ("add1", "add1u"):
            published = {pot: Fraction(shares.get(pot[1], 0)) for pot in pots}
            over = {pot: published[pot] - self.share(pot, 1) for pot in pots}
            claimed = {pot: max(0, more // r.unit + 1) for pot, more in over.items()}
            room, proven = self.add_one(claimed)
        else:
            room = self.count(none)
        best = r.score if r.rules["satisfaction"] == "points" else r.votes
        if r.rules["completion"] in ("greedy", "add1u"):
            greedy(room, best, fill=True)
        if r.rules["comparison"]:
            rival, more = Room(r), [0, 0]
            greedy(rival, best, fill=True)
            for ballot, number in r.ballots.items():
                ours = sum(p in room.funded for p, _ in ballot)
                theirs = sum(p in rival.funded for p, _ in ballot)
                more[0] += number * (ours > theirs)
                more[1] += number * (theirs > ours)
            room = rival if more[1] > more[0] else room
        return room.funded, proven


def at_most(worth: Any, cost: Any, uses: Any, left: Any, rest: list[str]) -> int:
    """The most that the rest of the projects adds if the last one may be cut in two.

    `rest` is sorted by worth per money, `uses` says from which pot each is paid.
    """
    money, total = dict(left), 0
    for p in rest:
        pay = min(cost[p], money[uses[p]]) if p in uses else cost[p]
        total += worth[p] * pay // cost[p] if cost[p] else worth[p]
        if p in uses:
            money[uses[p]] -= pay
    return total


def a_better_set(r: Round, claimed: set[str], seconds: float) -> set[str]:
    """The set that the rule puts before the claimed one; if none, the claimed one.

    Before it is what is worth more, or as much and earlier by the tie list, which is
    made part of the worth, a bit for each project.

    All sets, project by project. A set goes no further if it could not pass the claimed
    one even with fractions of projects, or if another is worth as much and leaves as
    much money. Raises TimeoutError where that takes too long.
    """
    until = time.monotonic() + seconds
    bit = {p: 1 << len(r.order) - 1 - n for n, p in enumerate(r.order)}
    worth = {p: (r.gain[p] << len(r.order)) + bit[p] for p in r.order}
    goal = sum(worth.get(p, 0) for p in claimed)
    ranked = sorted(r.order, key=lambda p: -Fraction(worth[p], r.cost[p] or 1))
    ranked.sort(key=lambda p: r.cost[p] > 0)  # what is free comes first
    # If every area has money of its own, the whole budget cannot run out.
    own = sum(most for pot, most in r.most.items() if pot[0] == "area")
    apart = own <= r.most[WHOLE] and all(("area", a) in r.most for a in r.area.values())
    queue = sorted(ranked, key=lambda p: r.area[p]) if apart else ranked
    pots = [pot for pot in r.most if pot != WHOLE or not apart]
    uses = {
        kind: {p: pot for p in r.order for pot in r.pots[p] & {*pots} if pot[0] == kind}
        for kind in {kind for kind, _ in pots}
    }
    linked = {q for p in r.order for q in r.needs[p] | r.enemies[p]}
    linked |= {p for p in r.order if r.needs[p] or any(map(r.least.get, r.pots[p]))}
    told_apart = sum(bit[p] for p in linked & {*bit})

    def bound(value: int, left: Any, rest: list[str]) -> int:
        money = {pot: left[n] for n, pot in enumerate(pots)}
        return value + min(
            at_most(worth, r.cost, u, money, rest) for u in uses.values()
        )

    states = [(0, tuple(r.most[pot] for pot in pots))]
    most = bound(*states[0], ranked) >> len(r.order)
    for k, p in enumerate(queue):
        rest = [q for q in ranked if q in queue[k + 1 :]]
        ahead = [n for n, pot in enumerate(pots) if any(pot in r.pots[q] for q in rest)]
        foes = sum(bit.get(q, 0) for q in r.enemies[p])
        grown = list(states)
        for value, left in states:
            pay = (r.cost[p] * (pot in r.pots[p]) for pot in pots)
            new = tuple(map(operator.sub, left, pay))
            if min(new) >= 0 and not value & foes:
                grown.append((value + worth[p], new))
        grown.sort(key=lambda s: ([s[1][n] for n in ahead[:1]], s[0]), reverse=True)
        seen: dict[Any, int] = {}
        states = []
        for value, left in grown:
            if time.monotonic() > until or len(states) > STATES:
                raise TimeoutError(f"no set is worth more than {most}")
            key = (value & told_apart, *(left[n] for n in ahead[1:]))
            if seen.get(key, -1) < value and bound(value, left, rest) > goal:
                seen[key] = value
                states.append((value, left))
    for value, _ in sorted(states, reverse=True):
        chosen = {p for p in r.order if value & bit[p]}
        spent = {t: sum(r.cost[p] for p in chosen if t in r.pots[p]) for t in r.least}
        enough = all(spent[theme] >= least for theme, least in r.least.items())
        if enough and all(r.needs[p] <= chosen for p in chosen):
            return chosen
    return claimed


def recount(b: Bundle) -> None:
    """The rule gives the published projects."""
    r, claimed, rule = b.round, set(b.outcome["funded"]), b.manifest["rule"]
    room, gain, proven = Room(r), r.gain, True
    if rule == "greedy":
        if r.rules["order"] == "per-cost":  # what is free and wanted comes first
            free = {p: not r.cost[p] and gain[p] > 0 for p in r.projects}
            per = {p: Fraction(gain[p], r.cost[p] or 1) for p in r.projects}
            gain = {p: (1, 0) if free[p] else (0, per[p]) for p in r.projects}
        greedy(room, gain, stop=r.rules["variant"] == "no-skip")
        funded = room.funded
        whys = {p: why["numbers"] for p, why in b.outcome["reasons"].items()}
        added = {p: n["reserve"] for p, n in whys.items() if "reserve" in n}
        b.agree("outcome.json", {"reserve": added}, {"reserve": room.reserve})
    elif rule == "phragmen":
        funded = phragmen(r)
    elif rule == "equal-shares":
        shares = b.outcome.get("shares", {})
        funded, proven = EqualShares(r, b.seconds).run(shares)
    elif not b.outcome["optimal"]:
        funded, text = claimed, "the town itself says that a better set may exist"
        b.unproven.append(text)
    else:
        try:
            funded = a_better_set(r, claimed, b.seconds)
        except TimeoutError as error:
            funded = claimed
            b.unproven.append(f"that no better set exists is not proven here: {error}")
    if not proven:
        text = "only the published shares were recounted, not every step before them"
        b.unproven.append(text)
    for p in sorted(funded ^ claimed):
        true, where = p in funded, {"line": b.line("result.json", p), "project": p}
        text = f"by the rule it is {'' if true else 'not '}funded, the result differs"
        b.bad("result.json", text, **where)


# --- The work, step by step -----------------------------------------------------------

STEPS = (
    (check_sums, SUMS),
    (read_documents, "manifest.json"),
    (read_ballots, "ballots.csv"),
    (check_log, "log.jsonl"),
    (check_receipts, "receipts.txt"),
    (check_election, "election.pb"),
    (check_numbers, "result.json"),
    (recount, "outcome.json"),
)


def check(
    files: dict[str, bytes], *, published: str = "", sums: str = "", seconds: float = 60
) -> Bundle:
    """Do every step; what cannot even be read is wrong, too."""
    b = Bundle(files, seconds)
    if sums and sums != sha256(files.get(SUMS, b"")):
        b.bad(SUMS, "its SHA-256 is not the one that was published")
    for step, file in STEPS:
        before = len(b.wrong)
        try:
            step(b)
        except Exception as error:
            b.bad(file, f"it cannot be used: {type(error).__name__} {error}")
        if len(b.wrong) == before:
            b.holds.append((step.__doc__ or "").split("\n")[0])
        elif step is read_documents:
            break
    if published and published != b.result.get("log_head"):
        b.bad("log.jsonl", "it does not end with the hash that was published")
    return b


def place(found: dict[str, Any]) -> str:
    """Where something is wrong, in words."""
    named = (
        f"{key} {found[key]}" for key in ("line", "ballot", "project") if key in found
    )
    return ", ".join([found["file"], *named])


def main() -> int:
    """Check a bundle and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("bundle", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--published", default="", help="hash of the log's last entry")
    parser.add_argument("--sums", default="", help="SHA-256 of SHA256SUMS")
    parser.add_argument("--seconds", type=float, default=60, help="for a hard recount")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    try:
        files = unpack(given.bundle)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        sys.stderr.write(f"{given.bundle} is no bundle: {error}\n")
        return 2
    options = {"published": given.published, "sums": given.sums}
    b = check(files, seconds=given.seconds, **options)
    if given.json:
        found = {"holds": b.holds, "wrong": b.wrong, "unproven": b.unproven}
        print(json.dumps({"ok": not b.wrong, **found}, ensure_ascii=False, indent=1))
    else:
        for text in b.holds:
            print("holds ", text)
        for found in b.wrong:
            print("WRONG ", f"{place(found)}: {found['message']}")
        for text in b.unproven:
            print("open  ", text)
        print("Something is wrong." if b.wrong else "All that was checked holds.")
    return 1 if b.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

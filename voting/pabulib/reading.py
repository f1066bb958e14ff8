"""Read a .pb file strictly: the first fault is named with its line."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from os import fstat
from pathlib import Path

import numpy as np

from voting.pabulib import election as pb
from voting.pabulib import errors
from voting.profile import BallotType

MAX_BYTES = 32 * 1024 * 1024
MAX_VOTES = 2_000_000
MAX_PROJECTS = 20_000
BLOCK = 20_000
# Ballots that can have no other fault than an unknown project.
PLAIN = frozenset({BallotType.APPROVAL, BallotType.ORDINAL})
OBLIGATORY = {"PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}
_POINTS = re.compile(r"\s*(\d{1,9}(\s*,\s*\d{1,9})*)?\s*", re.ASCII)

Row = list[str]


def read_election(path: Path) -> pb.Election:
    """The election in a file.

    Raises:
        FileUnreadable: there is no such file, or it is a folder, or may not be read.
        PbError: the first fault, with its line (see `voting.pabulib.errors`).
    """
    try:
        with path.open("rb") as file:
            # To ask for the most would set that much memory aside.
            small = 0 < fstat(file.fileno()).st_size <= MAX_BYTES
            data = file.read() if small else file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise errors.FileUnreadable(file=path.name) from error
    return parse_election(data)


def parse_election(data: bytes | str) -> pb.Election:
    """The election in a text, or in its UTF-8 bytes.

    Raises:
        PbError: the first fault, with its line.
    """
    if len(data) > MAX_BYTES:
        raise errors.FileTooLarge(megabytes=MAX_BYTES // 1024**2)
    text = data if isinstance(data, str) else _decoded(data)
    lines = pb.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        return _Reading(lines, text).election()
    except csv.Error:
        raise errors.PbBrokenQuotes(line=lines.line_num) from None


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise errors.FileNotUtf8(line=line) from None


class _Reading:
    """One pass from the first line to the last."""

    def __init__(self, lines: Iterator[Row], text: str) -> None:
        self.lines, self.text = lines, text

    @property
    def line(self) -> int:
        """The line of the row that was read last."""
        number: int = self.lines.line_num  # type: ignore[attr-defined] # csv.reader has it
        return number

    def election(self) -> pb.Election:
        """META, PROJECTS, VOTES, in this order."""
        self._title("META", next(self.lines, []))
        meta = self._meta()
        columns, projects = self._projects()
        header = self._header("VOTES")
        votes = _Votes(self, header, projects, BallotType(meta["vote_type"]))
        votes.read()
        return pb.Election(
            meta=meta,
            project_columns=columns,
            projects=projects,
            vote_columns=header,
            ballots=votes.ballots,
            choices=votes.choices(),
            text=self.text,
        )

    def _title(self, title: str, row: Row) -> None:
        if [cell.strip() for cell in row] != [title]:
            raise errors.PbWrongSection(line=max(self.line, 1), section=title)

    def _header(self, section: str) -> tuple[str, ...]:
        row = tuple(cell.strip() for cell in next(self.lines, []))
        missing = [name for name in OBLIGATORY[section] if name not in row]
        if missing or len(set(row)) != len(row):
            names = missing or [name for name in row if row.count(name) > 1]
            raise errors.PbWrongHeader(line=self.line, section=section, names=names)
        return row

    def _meta(self) -> dict[str, str]:
        header = next(self.lines, [])
        if header != ["key", "value"]:
            raise errors.PbWrongHeader(
                line=self.line, section="META", names=["key", "value"]
            )
        meta: dict[str, str] = {}
        for row in self._until("PROJECTS", 2):
            if row[0] in meta:
                raise errors.PbDuplicateKey(line=self.line, key=row[0])
            meta[row[0]] = self._meta_value(row[0].strip(), row[1].strip())
        for key in ("budget", "vote_type"):
            if key not in meta:
                raise errors.PbMissingKey(line=self.line, key=key)
        return meta

    def _meta_value(self, key: str, value: str) -> str:
        if key == "budget" and pb.number(value, line=self.line) < 0:
            raise errors.PbNegativeBudget(line=self.line)
        if key == "vote_type" and value not in list(BallotType):
            raise errors.PbUnknownVoteType(line=self.line, value=value[:40])
        if key == "min_project_score_threshold" and pb.is_number(value):
            pb.number(value, line=self.line)
        if key.startswith("budget_per_"):
            for item in pb.listed(value):
                if pb.number(item, line=self.line) < 0:
                    raise errors.PbNegativeBudget(line=self.line)
        return value

    def _until(self, title: str, width: int) -> Iterator[Row]:
        for row in self.lines:
            if len(row) == width:
                yield row
                continue
            if [cell.strip() for cell in row] == [title]:
                return
            if row in (["META"], ["PROJECTS"], ["VOTES"]):
                break
            raise errors.PbRowLength(line=self.line, cells=len(row), wanted=width)
        raise errors.PbWrongSection(line=self.line, section=title)

    def _projects(self) -> tuple[tuple[str, ...], tuple[pb.PbProject, ...]]:
        columns = self._header("PROJECTS")
        projects: dict[str, pb.PbProject] = {}
        for row in self._until("VOTES", len(columns)):
            fields = dict(zip(columns, row, strict=True))
            name = fields["project_id"].strip()
            cost = pb.number(fields["cost"], line=self.line)
            if cost < 0:
                raise errors.PbNegativeCost(line=self.line, project=name)
            if pb.places(cost) > pb.DECIMALS:
                raise errors.PbNumberTooLarge(line=self.line)
            if not name or "," in name or name in projects:
                raise errors.PbDuplicateProject(line=self.line, project=name)
            if len(projects) == MAX_PROJECTS:
                raise errors.FileTooLarge(megabytes=MAX_BYTES // 1024**2)
            projects[name] = pb.PbProject(name, cost, fields)
        return columns, tuple(projects.values())


class _Votes:
    """The votes in blocks; only a block with a fault is looked at line by line."""

    def __init__(
        self,
        reading: _Reading,
        header: Sequence[str],
        projects: Sequence[pb.PbProject],
        kind: BallotType,
    ) -> None:
        self.reading, self.kind = reading, kind
        self.place = {project.id: i for i, project in enumerate(projects)}
        self.known = frozenset(self.place)
        self.width = len(header)
        self.voter, self.vote = header.index("voter_id"), header.index("vote")
        self.points: int | None = None
        if kind.has_points and "points" not in header:
            raise errors.PbWrongHeader(
                line=reading.line, section="VOTES", names=["points"]
            )
        if kind.has_points:
            self.points = header.index("points")
        self.seen: set[str] = set()
        # Every distinct pair of cells, in the order of its first voter.
        self.ballots: Counter[tuple[str, str]] = Counter()
        self._parts: list[pb.Choices] = []

    def read(self) -> None:
        """To the end."""
        line = self.reading.line
        while block := pb.first_rows(self.reading.lines, BLOCK):
            self._block(block, line)
            line = self.reading.line
            if len(self.seen) > MAX_VOTES:
                raise errors.PbTooManyVotes(line=line, most=MAX_VOTES)

    def choices(self) -> pb.Choices:
        """What the ballots hold."""
        nothing = pb.Choices.of((), (), self.place)
        return pb.Choices(*map(np.concatenate, zip(nothing, *self._parts, strict=True)))

    def _block(self, block: list[Row], line: int) -> None:
        if set(map(len, block)) != {self.width}:
            self._locate(block, line)
        columns = list(zip(*block, strict=True))
        voters = set(columns[self.voter])
        twice = len(voters) < len(block) or not voters.isdisjoint(self.seen)
        count = self._count(columns)
        new = [cells for cells in count if cells not in self.ballots]
        if twice or not self._take(new):
            self._locate(block, line)
        self.seen |= voters
        self.ballots.update(count)

    def _count(self, columns: Sequence[Sequence[str]]) -> Mapping[tuple[str, str], int]:
        votes = columns[self.vote]
        if self.points is None:
            return {(vote, ""): n for vote, n in Counter(votes).items()}
        return Counter(zip(votes, columns[self.points], strict=True))

    def _take(self, cells: Sequence[tuple[str, str]]) -> bool:
        """Write down what these ballots hold; False if one has a fault."""
        if self.kind not in PLAIN and any(map(self._fault, cells)):
            return False
        votes = [vote for vote, _ in cells]
        points = [given for _, given in cells] if self.points is not None else ()
        try:
            self._parts.append(pb.Choices.of(votes, points, self.place))
        except KeyError:
            return False
        return True

    def _fault(self, cells: tuple[str, str]) -> type[errors.PbError] | None:
        names = pb.listed(cells[0])
        if not self.known.issuperset(names):
            return errors.PbUnknownProject
        if self.kind is BallotType.CHOOSE_1 and len(set(names)) > 1:
            return errors.PbOneProjectOnly
        if not self.kind.has_points:
            return None
        if not _POINTS.fullmatch(cells[1]):
            return errors.PbBadPoints
        wrong = len(pb.listed(cells[1])) != len(names)
        return errors.PbBadPoints if wrong else None

    def _locate(self, block: list[Row], line: int) -> None:
        """Raise the first fault of a block whose first row follows `line`."""
        width, seen = self.width, set(self.seen)
        for row in block:
            # A quoted cell may hold line ends of its own.
            line += 1 + sum(cell.count("\n") for cell in row)
            if len(row) != width:
                raise errors.PbRowLength(line=line, cells=len(row), wanted=width)
            voter = row[self.voter]
            if voter in seen:
                raise errors.PbDuplicateVoter(line=line, voter=voter[:40])
            seen.add(voter)
            points = row[self.points] if self.points is not None else ""
            fault = self._fault((row[self.vote], points))
            if fault is not None:
                unknown = set(pb.listed(row[self.vote])) - self.known
                raise fault(line=line, project=min(unknown, default="")[:40])
        raise AssertionError("a block without a fault was searched for one")

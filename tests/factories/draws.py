"""Small draws, whole and in pieces, for whoever checks what is published of them."""

import hashlib
from collections.abc import Mapping
from functools import cache

from panels.bundle import list_files, with_dice
from panels.held import Held, hold_draw
from panels.pool import Given, Pool
from panels.quotas import Quota
from panels.recount import LIST, SUMS

DICE = [4, 2, 6, 1, 3, 3, 2, 5, 6, 1]
QUOTAS = (
    Quota("age", "young", 2, 3, 0, 6),
    Quota("age", "old", 3, 4, 0, 6),
    Quota("side", "north", 2, 4, 0, 6),
    Quota("side", "south", 2, 4, 0, 6),
)
SIZE = 6
Files = dict[str, bytes]


def people(names: str, *, together: str = "") -> Pool:
    """One volunteer a letter, ages and sides in turn; some live `together`."""
    values = {
        name: {
            "age": "young" if ord(name) % 3 else "old",
            "side": "north" if ord(name) % 2 else "south",
        }
        for name in names
    }
    return Pool.of(values, QUOTAS, addresses=dict.fromkeys(together, "one house"))


@cache
def a_draw(lottery: str = "leximin") -> Held:
    """Six seats for 18 volunteers, two of whom live together."""
    pool = people("abcdefghijklmnopqr", together="ab")
    return hold_draw(lottery, pool, QUOTAS, SIZE, seed="s")


@cache
def a_rotation() -> Held:
    """Two sit on the panel already, one must be in and one out."""
    homes: dict[object, int] = {}
    values = {"age": "young", "side": "north"}
    seated = Pool.of(
        {"x": values, "y": {**values, "side": "south"}},
        QUOTAS,
        addresses={"x": "one house"},
        homes=homes,
    )
    everybody = {
        name: {
            "age": "young" if ord(name) % 3 else "old",
            "side": "north" if ord(name) % 2 else "south",
        }
        for name in "abcdefghijklmnop"
    }
    pool = Pool.of(everybody, QUOTAS, addresses={"a": "one house"}, homes=homes)
    given = Given(frozenset("c"), frozenset("d"), seated)
    return hold_draw("leximin", pool, QUOTAS, SIZE, seed="s", given=given)


def listed(held: Held) -> Files:
    """Its published list, by names that are not in the order of the pool."""
    names = {person: f"code-{ord(person) * 7 % 101}" for person in held.everybody.ids}
    return list_files(held.named(names), title="Panel", numbering="s")


@cache
def _decided(lottery: str) -> Files:
    return with_dice(listed(a_draw(lottery)), DICE)


def decided(lottery: str = "leximin") -> Files:
    """A list whose panel dice have picked."""
    return dict(_decided(lottery))


def forged(files: Mapping[str, bytes], name: str, old: str, new: str) -> Files:
    """Somebody changes one place and makes SHA256SUMS and the pick's hash fit again."""
    text = files[name].decode()
    assert old in text, (name, old)
    changed = {**files, name: text.replace(old, new, 1).encode()}
    if "pick.json" in files and name in LIST:
        before, after = list_sum(files), list_sum(changed)
        changed["pick.json"] = (
            files["pick.json"].decode().replace(before, after).encode()
        )
    changed[SUMS] = "".join(_line(changed, n) for n in changed if n != SUMS).encode()
    return changed


def list_sum(files: Mapping[str, bytes]) -> str:
    """The list's hash, as somebody with sha256sum finds it."""
    return hashlib.sha256("".join(_line(files, n) for n in LIST).encode()).hexdigest()


def _line(files: Mapping[str, bytes], name: str) -> str:
    return f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n"

"""Random small rounds with any funded set, and their voters one by one."""

from itertools import pairwise

from hypothesis import strategies as st

from tests.voting.rules.profiles import profiles
from voting.profile import Profile


def voters(profile: Profile) -> list[set[int]]:
    """Each voter's choices, one set a voter."""
    found: list[set[int]] = []
    for (a, b), w in zip(
        pairwise(profile.indptr.tolist()), profile.weights.tolist(), strict=True
    ):
        found += [set(profile.indices[a:b].tolist())] * w
    return found


@st.composite
def outcomes(draw: st.DrawFn) -> tuple[Profile, list[str]]:
    profile = draw(profiles(plain=True))
    return profile, draw(st.lists(st.sampled_from(profile.projects), unique=True))

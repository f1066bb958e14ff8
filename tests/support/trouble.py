"""What a voter meets whose cast runs into a fault, and what must be true afterwards."""

import re
from collections.abc import Sequence

from tests.support.storm import BUSY, IN, Answer, Caster, Storm

BUSY_PAGE = {
    "fi": "Palvelu on juuri nyt ruuhkautunut",
    "sv": "Tjänsten är överbelastad just nu",
    "en": "The service is busy just now",
}


def with_a_draft(storm: Storm) -> Caster:
    """Somebody whose choices are kept, before the button."""
    (voter,) = storm.voters(1)
    choice = {"project": voter.choices}
    assert storm.ask("POST", "vote/areas/area0", voter, **choice)[0] == IN
    return voter


def press(storm: Storm, voter: Caster, language: str = "en") -> Answer:
    """The button, once."""
    form = {"key": voter.key, "area.area0": voter.choices}
    return storm.request("POST", "vote", voter, language, **form)


def is_refused_for_now(answer: Answer, language: str) -> None:
    """The page of the voter's language, which says when to come again."""
    assert answer.status == BUSY, answer.text
    assert answer.headers["Retry-After"] == "10"
    assert f'<html lang="{language}">' in answer.text
    assert BUSY_PAGE[language] in answer.text


def draft_of(storm: Storm, voter: Caster) -> tuple[str, ...]:
    """What the review page would cast."""
    status, _, page = storm.ask("GET", "vote/review", voter)
    assert status == 200
    return tuple(re.findall(r'name="area.area0" value="([^"]+)"', page))


def works_afterwards(
    storm: Storm, voter: Caster, others: Sequence[Caster] = ()
) -> None:
    """The very first page is there, with the draft; the same key is one ballot."""
    assert draft_of(storm, voter) == voter.choices
    storm.check_the_box(others)
    assert storm.cast(voter) == IN
    receipt = voter.codes
    # Pressed once more: the original receipt, and neither ballot nor mail.
    assert storm.cast(voter) == IN
    assert voter.codes == receipt
    storm.check_the_box([*others, voter])

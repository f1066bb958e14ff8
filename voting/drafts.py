"""An unfinished ballot: kept at every choice, readable with the round's key only."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from voting.errors import AreaNotYours, DraftUnreadable
from voting.keys import RoundKeys
from voting.manifest import RuleManifest
from voting.models import Draft, Round, Voter
from voting.papers import Mark, areas_open_to, free_areas, marks, tidied
from voting.profile import Choice


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a voter's paper: his home, and the choices by area.

    An area without a mark is a blank ballot; an area that is missing is not filled
    in yet.
    """

    home: str | None = None
    choices: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)


def with_area(
    manifest: RuleManifest, paper: Paper, area: str, codes: Sequence[Choice] | None
) -> Paper:
    """The paper with one area written anew; None takes the area off it.

    Only one free area stands on a paper: the one that was written last. Codes
    that are not on the ballot are left out, the limits are not looked at: a draft
    may be unfinished. Casting looks at everything.

    Raises:
        AreaNotYours: this voter has no vote there.
    """
    allowed = [each.slug for each in areas_open_to(manifest, paper.home)]
    if area not in allowed:
        raise AreaNotYours
    free = free_areas(manifest)
    choices = {
        slug: kept
        for slug, kept in paper.choices.items()
        if slug in allowed
        and slug != area
        and not (codes is not None and area in free and slug in free)
    }
    if codes is not None:
        choices[area] = tidied(manifest, manifest.area(area), codes)
    return replace(paper, choices={s: choices[s] for s in allowed if s in choices})


def at_home_in(manifest: RuleManifest, paper: Paper, home: str) -> Paper:
    """The paper of somebody who lives elsewhere than it said; what fits is kept."""
    allowed = [area.slug for area in areas_open_to(manifest, home)]
    kept = {slug: codes for slug, codes in paper.choices.items() if slug in allowed}
    return Paper(home=home, choices=kept)


def load_draft(
    session: Session,
    round_: Round,
    voter: Voter,
    *,
    keys: RoundKeys,
    at_desk: bool = False,
) -> Paper | None:
    """The voter's unfinished ballot; None where there is none that can be read.

    One that was begun at a service point is another one: there somebody else may
    look on.
    """
    tag = _tag(keys, voter, at_desk=at_desk)
    draft = _find(session, round_, tag)
    if draft is None:
        return None
    try:
        stored = json.loads(keys.decrypt_draft(tag, draft.ciphertext))
    except DraftUnreadable:
        # A damaged draft must not keep anybody from voting.
        return None
    choices = {slug: marks(picks) for slug, picks in stored["choices"].items()}
    return Paper(home=stored["home"], choices=choices)


def save_draft(
    session: Session,
    round_: Round,
    voter: Voter,
    paper: Paper,
    *,
    keys: RoundKeys,
    at_desk: bool = False,
) -> None:
    """Keep a paper until it is cast; the voter's row must be locked."""
    tag = _tag(keys, voter, at_desk=at_desk)
    text = json.dumps({"home": paper.home, "choices": dict(paper.choices)})
    ciphertext = keys.encrypt_draft(tag, text)
    draft = _find(session, round_, tag)
    if draft is None:
        session.add(Draft(round_id=round_.id, tag=tag, ciphertext=ciphertext))
    else:
        draft.ciphertext = ciphertext
    # The roll knows of a draft so that somebody can be reminded of it, at home.
    voter.has_draft = voter.has_draft or not at_desk
    session.flush()


def discard_draft(session: Session, round_: Round, voter: Voter, *tags: str) -> None:
    """Forget the voter's draft, in the act that makes it needless."""
    session.execute(
        delete(Draft).where(Draft.round_id == round_.id, Draft.tag.in_(tags))
    )
    voter.has_draft = False
    session.flush()


def discard_desk_draft(
    session: Session, round_: Round, voter_id: int, *, keys: RoundKeys
) -> None:
    """Forget what was begun at a service point; the row of the roll is not touched."""
    tag = keys.desk_tag(voter_id)
    session.execute(delete(Draft).where(Draft.round_id == round_.id, Draft.tag == tag))


def discard_all_drafts(session: Session, round_: Round) -> None:
    """Forget every draft of a round, at its close."""
    session.execute(delete(Draft).where(Draft.round_id == round_.id))
    session.execute(
        update(Voter)
        .where(Voter.round_id == round_.id, Voter.has_draft)
        .values(has_draft=False)
    )


def _tag(keys: RoundKeys, voter: Voter, *, at_desk: bool) -> str:
    return keys.desk_tag(voter.id) if at_desk else keys.tag(voter.id)


def _find(session: Session, round_: Round, tag: str) -> Draft | None:
    return session.scalar(
        select(Draft).where(Draft.round_id == round_.id, Draft.tag == tag)
    )

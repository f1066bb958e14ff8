"""From sealed ballots to a published result: count, sign, publish, recompute."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.counted import keep_ballots
from voting.errors import (
    EmbargoInThePast,
    ResultAlreadyPublic,
    ResultAlreadySigned,
    ResultNotProven,
    RoundNotCounted,
    RoundNotSealed,
    SignatureOfTheAuthor,
)
from voting.manifest import RuleManifest
from voting.models import (
    Result,
    ResultSignature,
    ResultState,
    Round,
    Stage,
    Voter,
)
from voting.opening import frozen_manifest
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rounds import locked
from voting.rules import run
from voting.tally import tally


@dataclass(frozen=True, slots=True)
class Ballots:
    """What a run of the rule needs; reads nothing any more."""

    manifest_id: int
    manifest: RuleManifest
    profile: Profile


@dataclass(frozen=True, slots=True)
class Counted:
    """What a run of the rule gave; nothing of it is stored yet."""

    manifest_id: int
    profile: Profile
    outcome: Outcome


def current_result(session: Session, round_: Round) -> Result | None:
    """The result that stands: counted or published, not replaced."""
    return session.scalars(
        select(Result)
        .where(Result.round_id == round_.id, Result.state != ResultState.REPLACED)
        .order_by(Result.id.desc())
        .limit(1)
    ).first()


def is_open(round_: Round, now: datetime) -> bool:
    """Whether everybody may see the result: published, and the embargo over.

    Every page, list, export and feed asks this before it says anything that was
    derived from ballots.
    """
    if round_.stage is not Stage.PUBLIC:
        return False
    return round_.embargo_until is None or now >= round_.embargo_until


def people(session: Session, round_: Round, result: Result) -> int:
    """How many people voted: the marks in the roll, else (imported) the ballots."""
    voted = session.scalar(
        select(func.count())
        .select_from(Voter)
        .where(Voter.round_id == round_.id, Voter.voted_hour.is_not(None))
        .where(~Voter.excluded)
    )
    return voted or result.ballots


def gather(session: Session, round_: Round) -> Ballots:
    """The sealed ballots and the rules that they are counted by.

    Raises:
        RoundNotSealed: the ballots are not settled yet.
        ResultAlreadyPublic: there is nothing left to count.
    """
    _check_countable(round_)
    row = frozen_manifest(session, round_)
    if row is None:
        raise RoundNotSealed
    manifest = RuleManifest.from_text(row.document)
    return Ballots(row.id, manifest, tally(session, manifest, round_))


def solve(ballots: Ballots) -> Counted:
    """Run the manifest's rule. It may take minutes and holds no lock.

    Raises:
        MinimumUnreachable, NoAnswerInTime, RuleParameterInvalid: the rule's own.
    """
    manifest = ballots.manifest
    outcome = run(manifest.rule, ballots.profile, manifest.rule_parameters)
    return Counted(ballots.manifest_id, ballots.profile, outcome)


def compute(session: Session, round_: Round) -> Counted:
    """Gather and solve; stores nothing, and `store_result` checks again."""
    return solve(gather(session, round_))


def store_result(
    session: Session, round_: Round, counted: Counted, *, actor: Actor, now: datetime
) -> Result:
    """Keep a count as the round's result; an earlier one is marked as replaced.

    A count that says the same as the one that stands changes nothing and is not
    logged again: the queue may deliver a job twice. Nothing that was derived from
    ballots goes into the log.

    Raises:
        RoundNotSealed: the ballots are not settled yet.
        ResultAlreadyPublic: the result has been published meanwhile.
    """
    round_ = locked(session, round_.id)
    _check_countable(round_)
    digest, outcome = counted.profile.digest(), counted.outcome.to_json()
    standing = current_result(session, round_)
    if standing and _same(standing, counted.manifest_id, digest, outcome):
        return standing
    if standing:
        standing.state = ResultState.REPLACED
    result = Result(
        round_id=round_.id,
        manifest_id=counted.manifest_id,
        rule=counted.outcome.rule,
        parameters=outcome["parameters"],
        profile_digest=digest,
        ballots=counted.profile.voters,
        blank=_blank(counted.profile),
        outcome=outcome,
        proven=is_proven(counted.outcome),
        computed_at=now,
        author_id=actor.account_id,
    )
    session.add(result)
    round_.stage = Stage.COUNTED
    session.flush()
    keep_ballots(session, result, counted.profile)
    record(
        session,
        actor,
        "result.counted",
        now=now,
        chain=round_chain(round_.slug),
        rule=result.rule,
        replaces=standing is not None,
    )
    return result


def count_round(
    session: Session, round_: Round, *, actor: Actor, now: datetime
) -> Result:
    """Compute and store in one go."""
    return store_result(session, round_, compute(session, round_), actor=actor, now=now)


def recompute(session: Session, result: Result) -> Outcome:
    """The outcome once more, from the stored ballots and the frozen document."""
    manifest = RuleManifest.from_text(result.manifest.document)
    profile = tally(session, manifest, result.round)
    return run(manifest.rule, profile, manifest.rule_parameters)


def is_proven(outcome: Outcome) -> bool:
    """Whether the outcome is what the rule says, and not the best within the time.

    Greedy promises no optimum, so it has nothing to prove.
    """
    return outcome.optimal or outcome.rule != "max-welfare"


def sign_result(
    session: Session, round_: Round, *, actor: Actor, now: datetime
) -> ResultSignature:
    """A second official's word that a result which is not proven may be published.

    Raises:
        RoundNotCounted: there is no result.
        ResultAlreadyPublic: it is too late.
        SignatureOfTheAuthor: the count was asked for by the same person.
        ResultAlreadySigned: this person has signed it.
    """
    round_ = locked(session, round_.id)
    result = _publishable(session, round_)
    if actor.account_id is None or actor.account_id == result.author_id:
        raise SignatureOfTheAuthor
    if any(s.account_id == actor.account_id for s in result.signatures):
        raise ResultAlreadySigned
    signature = ResultSignature(
        result_id=result.id, account_id=actor.account_id, signed_at=now
    )
    result.signatures.append(signature)
    session.flush()
    record(session, actor, "result.signed", now=now, chain=round_chain(round_.slug))
    return signature


def publish_result(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    now: datetime,
    embargo_until: datetime | None = None,
) -> Result:
    """Make the result everybody's, all areas at once, at once or from a moment on.

    Raises:
        RoundNotCounted: there is no result yet.
        ResultAlreadyPublic: somebody else was faster.
        ResultNotProven: a second signature is missing.
        EmbargoInThePast: the moment has passed.
    """
    round_ = locked(session, round_.id)
    result = _publishable(session, round_)
    if not result.proven and not result.signatures:
        raise ResultNotProven
    if embargo_until is not None and embargo_until <= now:
        raise EmbargoInThePast
    result.state, result.published_at = ResultState.PUBLISHED, now
    round_.stage, round_.published_at = Stage.PUBLIC, now
    round_.embargo_until = embargo_until
    session.flush()
    record(
        session,
        actor,
        "result.published",
        now=now,
        chain=round_chain(round_.slug),
        manifest=result.manifest.sha256,
        outcome=outcome_sha256(result),
        embargo_until=embargo_until.isoformat() if embargo_until else None,
    )
    return result


def outcome_sha256(result: Result) -> str:
    """A seal on the stored outcome and the ballots it came from, for the log."""
    text = json.dumps([result.profile_digest, result.outcome], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_countable(round_: Round) -> None:
    if round_.stage.order < Stage.SEALED.order:
        raise RoundNotSealed
    if round_.stage is Stage.PUBLIC:
        raise ResultAlreadyPublic


def _publishable(session: Session, round_: Round) -> Result:
    if round_.stage is Stage.PUBLIC:
        raise ResultAlreadyPublic
    result = current_result(session, round_)
    if result is None:
        raise RoundNotCounted
    return result


def _same(
    result: Result, manifest_id: int, digest: str, outcome: dict[str, object]
) -> bool:
    return (result.manifest_id, result.profile_digest, result.outcome) == (
        manifest_id,
        digest,
        outcome,
    )


def _blank(profile: Profile) -> int:
    return int(profile.weights[np.diff(profile.indptr) == 0].sum())

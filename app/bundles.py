"""The bundle of a published round, put together from what the database holds."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exports import result_json
from core.audit import AuditEntry, entries, public_fields, round_chain
from voting.elections import pb_text
from voting.manifest import RuleManifest
from voting.models import Result, Round, SealedBallot
from voting.receipts import receipts_by_area
from voting.recount import Published, bundle_files, packed

BATCH = 2_000
PUBLISHED = "result.published"
# By the hash of the publication; a round of 50 000 ballots is less than a megabyte.
MOST_KEPT = 4
_KEPT: dict[str, bytes] = {}


def round_bundle(session: Session, round_: Round, result: Result) -> dict[str, bytes]:
    """The files of the bundle by name; of a result that everybody may see.

    The log ends with the publication, so that what happens later changes no byte.
    """
    manifest = RuleManifest.from_text(result.manifest.document)
    head = publication_hash(session, round_)
    return bundle_files(
        Published(
            manifest=result.manifest.document,
            outcome=result.outcome,
            result=result_json(session, round_, result, log_head=head),
            election="".join(pb_text(session, round_, manifest, result)),
            ballots=_ballots(session, round_),
            receipts=(
                (area.slug, code) for area, code in receipts_by_area(session, round_)
            ),
            log=_published_log(session, round_),
        )
    )


def packed_bundle(session: Session, round_: Round, result: Result) -> bytes:
    """The bundle as a zip; kept in memory, because it never changes again."""
    key = publication_hash(session, round_)
    if key not in _KEPT:
        files = round_bundle(session, round_, result)
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.clear()
        _KEPT[key] = packed(files, f"{round_.slug}-bundle")
    return _KEPT[key]


def publication_hash(session: Session, round_: Round) -> str:
    """The log's hash at the publication; it binds rules, ballots and outcome."""
    found = session.scalar(
        select(AuditEntry.hash)
        .where(
            AuditEntry.chain == round_chain(round_.slug), AuditEntry.action == PUBLISHED
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
    )
    return found or ""


def _published_log(session: Session, round_: Round) -> list[dict[str, Any]]:
    """The round's log up to the publication: what its hashes cover, and the hashes."""
    log: list[dict[str, Any]] = []
    end = 0
    for entry in entries(session, round_chain(round_.slug)):
        log.append({**public_fields(entry), "hash": entry.hash})
        if entry.action == PUBLISHED:
            end = len(log)
    return log[:end]


def _ballots(session: Session, round_: Round) -> Iterator[tuple[str, list[Any]]]:
    slugs = {area.id: area.slug for area in round_.areas}
    query = select(SealedBallot.area_id, SealedBallot.choices).where(
        SealedBallot.round_id == round_.id
    )
    for area, choices in session.execute(query.execution_options(yield_per=BATCH)):
        yield slugs.get(area, ""), choices

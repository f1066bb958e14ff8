"""The log of what officials and the system did, and the check of its chains."""

import json

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.access import auditor
from app.extensions import db
from app.manage.audit_actions import act, chain_name, fault, role
from app.manage.blueprint import bp
from core.audit import AuditEntry, AuditHead, check_chain

PER_PAGE = 50


@bp.get("/audit")
@auditor
def audit() -> ResponseReturnValue:
    """Every chain with its length and its last hash."""
    heads = db.session.scalars(select(AuditHead).order_by(AuditHead.chain)).all()
    return render_template(
        "manage/audit/index.html", heads=heads, chain_name=chain_name
    )


@bp.get("/audit/<chain>")
@auditor
def audit_chain(chain: str) -> ResponseReturnValue:
    """One chain, the newest acts first."""
    return render_template("manage/audit/chain.html", **_page_of(chain))


@bp.get("/audit/<chain>/check")
@auditor
def audit_check(chain: str) -> ResponseReturnValue:
    """The chain recomputed from its first entry; reading only, hence a GET."""
    page = _page_of(chain)
    broken = check_chain(db.session(), chain)
    return render_template(
        "manage/audit/chain.html",
        checked=True,
        broken=fault(broken.kind, broken.number) if broken else None,
        **page,
    )


def _page_of(chain: str) -> dict[str, object]:
    head = db.first_or_404(select(AuditHead).where(AuditHead.chain == chain))
    count = db.session.scalar(
        select(func.count()).select_from(AuditEntry).where(AuditEntry.chain == chain)
    )
    pages = max(1, -(-(count or 0) // PER_PAGE))
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= pages:
        abort(404)
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.number.desc())
        .offset((number - 1) * PER_PAGE)
        .limit(PER_PAGE)
    )
    return {
        "chain": chain,
        "name": chain_name(chain),
        "head": head,
        "rows": [_row(entry) for entry in entries],
        "number": number,
        "pages": pages,
    }


def _row(entry: AuditEntry) -> dict[str, object]:
    """An entry as the page shows it; the names only while they have not been erased."""
    names = json.loads(entry.detail.text) if entry.detail else {}
    return {
        "number": entry.number,
        "at": entry.at,
        "role": role(entry.role),
        "act": act(entry),
        "hash": entry.hash,
        "who": names.get("name", ""),
        "about": names.get("person", ""),
        "erased": entry.detail is None,
    }

"""/manage: what officials and auditors see and do."""

from flask import Flask

from app.manage import (
    anomalies,
    assisted,
    audit,
    classes,
    closing,
    imports,
    interruptions,
    jobs,
    letters,
    lost_codes,
    outbox,
    outlines,
    panels,
    panels_consultations,
    panels_draws,
    panels_seats,
    panels_targets,
    panels_waves,
    paper,
    paper_batches,
    paper_cards,
    paper_envelopes,
    paper_print,
    projects,
    proposals,
    registers,
    results,
    roll,
    roll_requests,
    rounds,
    rounds_edit,
    rounds_money,
    staff,
    studies,
)
from app.manage.blueprint import bp

# Imported for the pages that they hang on the blueprint.
PAGES = (
    anomalies,
    assisted,
    audit,
    classes,
    closing,
    imports,
    interruptions,
    jobs,
    letters,
    lost_codes,
    outbox,
    outlines,
    paper,
    paper_batches,
    paper_cards,
    paper_envelopes,
    paper_print,
    panels,
    panels_consultations,
    panels_draws,
    panels_seats,
    panels_targets,
    panels_waves,
    projects,
    proposals,
    registers,
    results,
    roll,
    roll_requests,
    rounds,
    rounds_edit,
    rounds_money,
    staff,
    studies,
)
PREFIX = "/<any(fi, sv, en):lang>/manage"


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp, url_prefix=PREFIX)

"""The report of a consultation that is over, from what was answered."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from panels.answer_keys import AnswerKeys
from panels.answers import questionnaire_of
from panels.consultations import answered
from panels.models import Consultation, ConsultationStrata, Panel
from panels.panels import targets_of
from panels.report import Report, Respondent, report_of


def report_on(
    session: Session,
    panel: Panel,
    consultation: Consultation,
    *,
    keys: AnswerKeys | None,
) -> Report:
    """Weigh what was sent. Without the panel's key nobody has strata.

    The chance of having been asked is taken as unknown: the weighting does not lead
    from an answer to the seat and the draw that it came from.
    """
    people = answered(session, consultation, keys=keys)
    own = {person.respondent for person in people}
    here = ConsultationStrata.consultation_id == consultation.id
    silent = [
        keys.opened(row.key, row.said)
        for row in session.scalars(select(ConsultationStrata).where(here))
        if keys and row.key not in own
    ]
    return report_of(
        questionnaire_of(consultation),
        targets_of(panel),
        [Respondent(person.answers, person.said) for person in people],
        silent,
    )

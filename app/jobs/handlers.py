"""What each job does, by its name; a new one is one line here."""

from collections.abc import Callable

from app.jobs import (
    assisted,
    closing,
    consultations,
    draws,
    elections,
    interruptions,
    news,
    registers,
    reminders,
    rolls,
    scenarios,
    studies,
    turnout,
)
from app.jobs.work import Work
from app.mail.sending import send_message

HANDLERS: dict[str, Callable[[Work], None]] = {
    "answer_scenario": scenarios.answer,
    "announce_result": news.announce_result,
    "ask_the_panel": consultations.ask_the_panel,
    "close_consultation": consultations.close_consultation,
    "close_when_due": closing.close_when_due,
    "count_round": elections.count_round,
    "end_assisted": assisted.end_assisted,
    "end_terms": draws.end_terms_when_due,
    "erase_register": registers.erase_when_due,
    "freeze_turnout": turnout.freeze_turnout,
    "hold_draw": draws.hold_draw,
    "import_election": elections.import_election,
    "import_register": registers.import_register,
    "import_roll": rolls.import_roll,
    "measure_distances": scenarios.measure,
    "remind_voters": reminders.remind_voters,
    "seal_round": closing.seal_round,
    "send_message": send_message,
    "study_result": studies.study_result,
    "study_sealed": studies.study_sealed,
    "tell_of_extension": interruptions.tell_of_extension,
    "tell_of_pause": interruptions.tell_of_pause,
    "tell_the_drawn": draws.tell_the_drawn,
}

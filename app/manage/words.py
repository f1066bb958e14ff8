"""The names of what an official chooses between, in the reader's language."""

from typing import Any

from flask_babel import lazy_gettext as _l

from core.register.numbers import NumberKind
from voting.models import AreaKind, PhaseKind, Stage, VoterSource
from voting.models.rounds import AgeBy, PaperRule
from voting.profile import BallotType
from voting.rules.equal_shares import Practice

Words = dict[Any, Any]

PHASES: Words = {
    PhaseKind.CRITERIA: _l("Criteria"),
    PhaseKind.MARKETING: _l("Spreading the word"),
    PhaseKind.IDEAS: _l("Ideas"),
    PhaseKind.VALUATION: _l("Assessment"),
    PhaseKind.VOTE: _l("The vote"),
    PhaseKind.DECISION: _l("Decision"),
    PhaseKind.IMPLEMENTATION: _l("Delivery"),
    PhaseKind.FOLLOW_UP: _l("Follow-up"),
}
STAGES: Words = {
    Stage.DRAFT: _l("Draft: only its officials see it"),
    Stage.ANNOUNCED: _l("Announced: residents see it"),
    Stage.VOTING: _l("The vote is open"),
    Stage.CLOSED: _l("The vote is closed"),
    Stage.RECONCILED: _l("Reconciled"),
    Stage.SEALED: _l("The ballots are sealed"),
    Stage.COUNTED: _l("Counted, not published"),
    Stage.CONFIRMED: _l("Confirmed, not published"),
    Stage.PUBLIC: _l("The result is public"),
}
AREA_KINDS: Words = {
    AreaKind.FREE: _l("Whoever picks this area, and then no other"),
    AreaKind.HOME: _l("Those who live here"),
    AreaKind.EVERYONE: _l("Everyone"),
}
# The ladder of participation, from the town informs to residents decide.
PROMISES: Words = {
    1: _l("1. We tell you what is going on"),
    2: _l("2. We listen and answer"),
    3: _l("3. Your views shape the plans"),
    4: _l("4. We work it out together"),
    5: _l("5. You decide"),
}
BALLOTS: Words = {
    BallotType.APPROVAL: _l("Approval: any projects, up to a number"),
    "knapsack": _l("Knapsack: projects up to the area's money"),
    BallotType.CHOOSE_1: _l("One project"),
    BallotType.CUMULATIVE: _l("Points to divide among the projects"),
    BallotType.SCORING: _l("Points for each project on its own"),
    BallotType.ORDINAL: _l("Ranking: the best project first"),
}
SOURCES: Words = {
    VoterSource.SELF_DECLARED: _l(
        "Residents state themselves that they may vote; the result page says so"
    ),
    VoterSource.REGISTER: _l("An electoral roll, made from a register"),
}
PAPER_RULES: Words = {
    PaperRule.NONE: _l("No: everybody votes online"),
    PaperRule.REPLACES: _l("Yes: an envelope counts in place of a vote sent online"),
    PaperRule.YIELDS: _l("Yes: but whoever has voted online has no vote on paper"),
}
NUMBERS: Words = {
    NumberKind.FINNISH: _l("Finnish personal identity codes"),
    NumberKind.SWEDISH: _l("Swedish personal identity numbers"),
    NumberKind.OTHER: _l("Other numbers: each person has one"),
}
AGE_BY: Words = {
    AgeBy.BIRTH_YEAR: _l("during the year of that day"),
    AgeBy.DATE: _l("on that day at the latest"),
}
PRACTICES: Words = {
    Practice.CITIES: _l("as cities do: until the next step would cost too much"),
    Practice.BOOKS: _l("as in the books: also once nothing more would fit"),
}
TIES: Words = {
    "cost,votes,draw": _l("lower price, then more votes, then a draw of lots"),
    "cost,votes,order": _l("lower price, then more votes, then place on the ballot"),
    "votes,cost,draw": _l("more votes, then lower price, then a draw of lots"),
    "draw": _l("a draw of lots"),
}
# The drawn pictures of static/img/projects, by name.
PICTURES: Words = {
    "allotments": _l("Allotments"),
    "benches": _l("Benches"),
    "bike-pump": _l("Bicycle pump"),
    "bird-tower": _l("Bird tower"),
    "boats": _l("Boats"),
    "dog-park": _l("Dog park"),
    "fountain": _l("Fountain"),
    "ice": _l("Ice rink"),
    "library-nook": _l("Reading nook"),
    "lights": _l("Lights"),
    "market": _l("Market place"),
    "mural": _l("Mural"),
    "outdoor-gym": _l("Outdoor gym"),
    "path": _l("Path"),
    "playground": _l("Playground"),
    "sauna": _l("Sauna"),
    "skate-park": _l("Skate park"),
    "stage": _l("Open-air stage"),
    "swimming-pier": _l("Swimming pier"),
    "trees": _l("Trees"),
}

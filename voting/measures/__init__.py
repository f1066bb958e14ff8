"""How good an outcome is: measures of a funded set on the ballots.

Every measure is a pure function of a profile and the ids of the funded projects, so
that it can be asked of any rule's outcome and of what a city decided. A voter without
a choice counts as a voter. Amounts are smallest units; shares are fractions of 1.
"""

from voting.measures.ejr import Slack, Violation, ejr_plus
from voting.measures.satisfaction import (
    Utility,
    covered,
    gini,
    mean_satisfaction,
    utilities,
)
from voting.measures.shares import (
    FairShare,
    GroupShare,
    category_proportionality,
    fair_share,
    money_against_votes,
)

__all__ = [
    "FairShare",
    "GroupShare",
    "Slack",
    "Utility",
    "Violation",
    "category_proportionality",
    "covered",
    "ejr_plus",
    "fair_share",
    "gini",
    "mean_satisfaction",
    "money_against_votes",
    "utilities",
]

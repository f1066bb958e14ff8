"""What cities decided, decided again: a file's rule against its `selected` column.

found = replay(election)
found.answer            # same, different or not decidable
found.differences       # which projects, and why
"""

from voting.replay.cities import CityRule, NotDecidable, Why, city_rule
from voting.replay.replaying import Answer, Difference, Replay, replay

__all__ = [
    "Answer",
    "CityRule",
    "Difference",
    "NotDecidable",
    "Replay",
    "Why",
    "city_rule",
    "replay",
]

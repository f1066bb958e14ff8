"""The method of equal shares."""

from voting.rules.equal_shares.count import Practice
from voting.rules.equal_shares.rule import Completion, equal_shares

__all__ = ["Completion", "Practice", "equal_shares"]

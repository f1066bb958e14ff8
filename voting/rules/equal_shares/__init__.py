"""The method of equal shares."""

from voting.rules.equal_shares.rule import equal_shares

__all__ = ["equal_shares"]

"""The field's exchange format, `.pb` (pabulib.org/format): read and write.

election = read_election(path)          # or parse_election(bytes or str)
for vote in election.rows(): ...        # row by row, for an import
profile(election)                       # what the rules take
write_election(profile, meta=...)       # text that pabulib-checker accepts
"""

from voting.pabulib.election import Election, PbProject, PbVote, profile
from voting.pabulib.reading import parse_election, read_election
from voting.pabulib.warnings import Warning_, warnings
from voting.pabulib.writing import write_election

__all__ = [
    "Election",
    "PbProject",
    "PbVote",
    "Warning_",
    "parse_election",
    "profile",
    "read_election",
    "warnings",
    "write_election",
]

"""Real elections: a .pb file becomes a round, and a round a .pb file.

round_ = import_election(session, read_election(path), actor=..., now=...)
for piece in pb_text(session, round_): ...
"""

from voting.elections.exporting import pb_text
from voting.elections.importing import Progress, import_election

__all__ = ["Progress", "import_election", "pb_text"]

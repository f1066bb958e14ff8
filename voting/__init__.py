"""Participatory budgeting: from proposals over ballots to an explained result.

Read from the top down: `results` runs a round's rule; `tally` turns ballots into a
`profile`; `rules` turn a profile into an `outcome`; `pabulib` reads and writes the
field's exchange format. No Flask in here.
"""

from os import environ

# Before numpy is loaded: BLAS would share sums of ten thousand numbers among threads
# that wait for each other in a busy loop (measured: five times the processor time).
environ.setdefault("OPENBLAS_NUM_THREADS", "1")

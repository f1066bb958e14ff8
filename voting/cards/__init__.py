"""Votes on paper: batches of cards, envelopes, entries, and whether all adds up.

`duties` keeps those who open envelopes apart from those who see cards; `batches`
prints and closes; `envelopes` marks the roll; `entries` reads a card twice; `balance`
compares cards with envelopes before the vote may be reconciled.
"""

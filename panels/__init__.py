"""The standing citizen panel: register, lottery, seats, consultations.

Nothing lives here yet. The same shape as `voting/` will: use cases on top,
pure mathematics below, no Flask.
"""

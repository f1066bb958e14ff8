"""Dialogue: matters and their handling, following, the Nordic instruments.

Nothing lives here yet.
"""

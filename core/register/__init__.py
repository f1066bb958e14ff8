"""Extracts of a population register: whoever reads one reads it by these parts.

`numbers` knows identity numbers.
"""

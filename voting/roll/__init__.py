"""The roll from a register: read it, keep it, correct it, freeze it.

`importing` reads an extract in two passes, by `rows` and `columns`; `numbers` knows
identity numbers; `stored` is the roll as it stands in the database, with its hash,
and `letters` whom to write to.
"""

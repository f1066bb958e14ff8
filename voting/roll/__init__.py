"""The roll from a register: read it, keep it, correct it, freeze it.

`importing` reads an extract in two passes, by `rows` and `columns` over what
core/register knows; `stored` is the roll as it stands in the database, with its
hash, and `letters` whom to write to.
"""

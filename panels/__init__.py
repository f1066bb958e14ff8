"""The standing citizen panel: register, invitations, volunteers, lottery, seats.

Read it along the way of a person. `registers` reads an extract (`register_rows`: its
rows). `panels` makes a panel; `tables` and `population` read what it is to resemble,
`targets` shares the seats out. `invitations` plans and draws a wave: `frames` is the
list, `strata` the arithmetic, `waves` what the waves have brought so far, `responses`
the same for a page. `letters` makes codes good, `volunteers` takes them. `pools` hands
the volunteers to `lotteries`, pure from there on: `pool`, `quotas`, `selection`.
`models` are the tables, `keys` the file beside the database.
"""

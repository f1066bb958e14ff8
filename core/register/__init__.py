"""Extracts of a population register: electoral rolls and panels read them by these.

`source` streams the file, `table` finds the columns and the cells of each row,
`people` understands them (`numbers` the identity numbers, `births` the days,
`letters` the addresses), `findings` keeps what is wrong, by line; `writing` puts
rows into the database past everything that is slow by the million.
"""

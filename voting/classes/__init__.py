"""School classes that vote together, each pupil with a code of one lesson.

`pupils` finds a teacher's list on the roll, `batches` makes, replaces and ends the
codes of a class, `redeeming` lets a pupil in. A code leads to one row of the roll, as
every way in does; whoever holds a slip must not learn from it what, or whether,
somebody has voted elsewhere.
"""

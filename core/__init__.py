"""What both contexts share, and nothing that knows either of them.

The closed list: `db` (declarative base, column types), `errors`, `audit`
(the hash chain), `chance` (public randomness), `clock`, `money`, `text`
(content in three languages), `disclosure` (small cells), `keys` (key files outside
the database), `codes` (on paper), `jobs` (the row of a piece of background work),
`register` (extracts of a population register, as rolls and panels read them). A
newcomer needs two users first.
"""

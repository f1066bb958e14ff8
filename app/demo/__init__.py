"""The demo municipality: Puistola, its people and three rounds, all invented.

`content` holds what people read, in three languages; `town.build` makes it real
through the same functions that officials and residents use.
"""

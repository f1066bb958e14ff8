"""The forms of the round desk: shape and range only; the domain knows the rules."""

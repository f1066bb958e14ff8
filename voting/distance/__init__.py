"""How far each project of an outcome is from the other side."""

from voting.distance.measuring import Distance, Way, distance, distances

__all__ = ["Distance", "Way", "distance", "distances"]

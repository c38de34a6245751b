"""Students in training, for every test of this room."""

from trained import source, training

__all__ = ["source", "training"]

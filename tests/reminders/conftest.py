"""The clock, the mail host and the receiver, for every test of this room."""

from reminding import app, post, receiver, turn
from trained import source, training

__all__ = ["app", "post", "receiver", "source", "training", "turn"]

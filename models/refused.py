"""The one failure of the scripts beside it."""


class Refused(Exception):
    """Why something is not made or not taken, in words for whoever asked."""

"""The exporter's one failure."""


class Refused(Exception):
    """Why a checkpoint does not become a bundle, in words for whoever asked."""

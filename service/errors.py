"""The tree of errors. Each class says what to do next; the message says why, in one line for a person."""


class GuatuError(Exception):
    """Something Guatu expected to go wrong; the message is one line that says what to do."""


class RetryLater(GuatuError):
    """It may pass: try the same again later."""


class Rejected(GuatuError):
    """This document will never be taken, however often it is tried.

    `reason` is a stable short code (`empty`, `undecodable`, `too_large`, `not_text` ...), the message says more.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class NotFound(GuatuError):
    """What was asked for does not exist."""


class BadSettings(GuatuError):
    """A setting is missing or wrong; the message names it and what is allowed."""

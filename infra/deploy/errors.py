"""
What a deployment refuses.
"""


class RefusedError(RuntimeError):
    """
    The stack cannot be deployed like this; the message says what to do.
    """

"""
What the embedded cluster raises.
"""


class LocalClusterError(RuntimeError):
    """
    Something on this machine keeps the embedded cluster from running; the
    message says what and what to do.
    """

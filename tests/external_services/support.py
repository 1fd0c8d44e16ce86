"""
A user of what another app or team runs, and where it is.
"""

from mizzen import Image, Stack, Worker


STACK = Stack("prod", environment="prod")


def used(other):
    """
    A worker that uses *other*.
    """
    return Worker("worker", image=Image("acme/worker:v5"), uses=[other])

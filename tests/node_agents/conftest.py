"""
An agent that listens on each node.
"""

import pytest

from mizzen import DaemonSet

from .support import IMAGE, STATSD


@pytest.fixture(name="agent")
def _agent():
    return DaemonSet("agent", image=IMAGE, ports=[STATSD])

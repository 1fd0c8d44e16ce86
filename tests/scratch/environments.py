"""
It is reached at a port that Kubernetes picks.
"""

from infra.app import gate

from mizzen import Environment, NodePort


SCRATCH = Environment("scratch", exposure=NodePort([gate]))

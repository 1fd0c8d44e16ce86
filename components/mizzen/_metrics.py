"""
How the monitoring of a cluster finds what parts tell.
"""

from collections.abc import Iterator
from typing import Any

from ._scope import Scope
from .spec import Metrics, Port, listens_of, title


_NAME = "metrics"
_POD_MONITOR = "PodMonitor"


def metrics_of(part: Any) -> Metrics | None:
    """
    Where *part* tells how it does.
    """
    found: Metrics | None = getattr(part, "metrics", None)

    return found


def _listened(part: Any) -> Iterator[Port]:
    for owner in part.containers:
        yield from listens_of(owner)


def metrics_port(part: Any, metrics: Metrics) -> Port:
    """
    The port at which *part* tells its *metrics*.
    """
    for port in _listened(part):
        if (port.number, port.protocol) == (metrics.port, "TCP"):
            return port
    return Port(_NAME, metrics.port)


def metrics_ports(part: Any) -> tuple[Port, ...]:
    """
    The port that *part* has for its metrics alone, if it has one.
    """
    metrics = metrics_of(part)
    if metrics is None:
        return ()
    port = metrics_port(part, metrics)

    return () if port in _listened(part) else (port,)


def metrics_annotations(part: Any, scope: Scope) -> dict[str, str]:
    """
    What the pods of *part* tell a Prometheus that looks at annotations.
    """
    metrics = metrics_of(part)
    if metrics is None or scope.stack.monitoring.kind == _POD_MONITOR:
        return {}
    found = {
        "prometheus.io/scrape": "true",
        "prometheus.io/port": str(metrics.port),
        "prometheus.io/path": metrics.path,
    }
    if metrics_port(part, metrics).application == "https":
        found["prometheus.io/scheme"] = "https"

    return found


def pod_monitor(part: Any, scope: Scope) -> Iterator[dict[str, Any]]:
    """
    What tells the Prometheus Operator where the metrics of *part* are, where
    it wants to be told so.
    """
    metrics = metrics_of(part)
    if metrics is None or scope.stack.monitoring.kind != _POD_MONITOR:
        return
    port = metrics_port(part, metrics)
    endpoint: dict[str, Any] = {"port": port.name, "path": metrics.path}
    if port.application == "https":
        # Its certificate is for none of the addresses of its pods.
        endpoint |= {
            "scheme": "https",
            "tlsConfig": {"insecureSkipVerify": True},
        }
    spec = {
        "selector": {"matchLabels": scope.selector(part)},
        "podMetricsEndpoints": [endpoint],
    }
    yield scope.body(part, "monitoring.coreos.com/v1", _POD_MONITOR, spec)


def other_metrics(part: Any) -> Iterator[str]:
    """
    A sentence if another port is called like that of the metrics.
    """
    for own in metrics_ports(part):
        for port in _listened(part):
            if port.name == own.name:
                yield (
                    f"{title(part)}: metrics are on port {own.number}, but "
                    f"port {port.name!r} is {port.number}. Rename that "
                    "port, or say its number."
                )

"""
Where a part tells how it does.
"""

from typing import Any

import attrs

from .._fields import typed
from .._validators import instance_of, port_number, refuse


_HIGHEST_PORT = 65_535


def _path(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, str) or not value.startswith("/"):
        refuse(inst, attr.name, "be a path, like '/metrics'", value)


@attrs.frozen(kw_only=True, field_transformer=typed)
class Metrics:
    """
    Where the pods of a part tell the cluster's monitoring how they do.

    Args:
        port:
            TCP port, one of the part's own or a further one, which then
            nobody else is let in to.

        path: Path that answers in the words of Prometheus.

    >>> Metrics(9090).path
    '/metrics'
    """

    port: int = attrs.field(kw_only=False, validator=port_number)
    path: str = attrs.field(default="/metrics", validator=_path)


def as_metrics(value: int | Metrics | None) -> Any:
    """
    *value* with a mere port in full.
    """
    if type(value) is int and 0 < value <= _HIGHEST_PORT:
        return Metrics(value)
    return value


metrics_or_none = attrs.validators.optional(
    instance_of("be a port or Metrics(…), like 9090", Metrics)
)

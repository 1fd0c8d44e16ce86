"""
What parts ask for that Pod Security refuses in the namespace of the app.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from .environment import Environment, Namespace
from .spec import DaemonSet, HostPath, Part, Store, title
from .spec.security import LEVELS


def unadmitted(
    parts: Iterable[Part], environment: Environment
) -> Iterator[str]:
    """
    Every sentence about pods of *parts* that would not be let in. What a
    namespace enforces that is there already is not known.
    """
    namespace = environment.namespace or Namespace()
    if not namespace.create:
        return
    for part in parts:
        if isinstance(part, Store):
            continue
        for owner in part.containers:
            where = "" if owner is part else f"container {owner.name!r}: "
            for what, level in asked(owner):
                if LEVELS.index(level) > LEVELS.index(namespace.pod_security):
                    yield (
                        f"{title(part)}: {where}{what} needs Pod Security's "
                        f"level {level!r}, but the namespace of environment "
                        f"{environment.name!r} enforces "
                        f"{namespace.pod_security!r}. Set "
                        f"namespace=Namespace(pod_security={level!r}) there, "
                        "or leave it out."
                    )


def asked(owner: Any) -> Iterator[tuple[str, str]]:
    """
    What a container asks for, and the level of Pod Security that lets it.
    """
    yield "security_context", owner.security_context.level
    if owner.user == 0:
        yield "user=0", "baseline"
    if isinstance(owner, DaemonSet):
        for field in ("host_network", "host_pid"):
            if getattr(owner, field):
                yield field, "privileged"
    for path, volume in owner.volumes.items():
        if isinstance(volume, HostPath):
            yield f"HostPath at {path}", "privileged"

"""
Redis as a store.
"""

from typing import ClassVar

import attrs

from ..quantities import parse_bytes
from .ports import Port
from .stores import Access, Server, Store
from .texts import quoted


_SECRETS = "/run/secrets/redis"
_READY = (
    f'export REDISCLI_AUTH="$(cat {_SECRETS}/password)"; '
    'test "$(redis-cli ping)" = PONG'
)


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Redis(Store):
    """
    A Redis server that writes every change to its disk.

    Args:
        name: DNS label of the store. Renaming it abandons its disk.

        version: Major version.

        disk: Size of the disk, like ``"1Gi"``. Disks never shrink.

        memory: What it is given; three quarters of it hold data.

        cpu: Processor time that is set aside for it, like ``"100m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Redis("redis", version=8, disk="1Gi")
    <Redis redis>
    """

    listens: ClassVar[tuple[Port, ...]] = (
        Port("redis", 6379, application="tcp"),
    )
    scheme: ClassVar[str] = "redis"
    usual_memory: ClassVar[str] = "128Mi"

    def server(self, access: Access) -> Server:
        """
        The official image, which keeps a log of every change.
        """
        password = access.administrator.password
        # Its own bookkeeping and the copy while it rewrites need the rest.
        data_bytes = parse_bytes(self.given_memory) * 3 // 4

        return Server(
            image=f"redis:{self.version}",
            data="/data",
            ready=("sh", "-c", _READY),
            args=(
                "redis-server",
                f"{_SECRETS}/redis.conf",
                *("--dir", "/data"),
                *("--appendonly", "yes"),
                *("--maxmemory", str(data_bytes)),
                *("--maxmemory-policy", "noeviction"),
            ),
            secrets=_SECRETS,
            files={
                "redis.conf": "requirepass " + quoted(password) + "\n",
                "password": password,
            },
        )

"""
Redis as a store.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from .._fields import typed
from ..quantities import parse_bytes
from .ports import Port
from .servers import ERRAND_FILES, Access, Account, Errand, Server
from .stores import Store
from .texts import quoted, written
from .values import Setting


_SECRETS = "/run/secrets/redis"
_EVERYTHING = "~* &* +@all"
# Who is asked for health has no password that could change meanwhile.
_PROBE = "probe"
_READY = (
    f'test "$(redis-cli --no-auth-warning --user {_PROBE} --pass {_PROBE} '
    'ping)" = PONG'
)
# The new password, or the one that it takes the place of.
_SETUP = """\
set -eu
cd "$0"
ask() { redis-cli -h "$HOST" -p "$PORT"; }
pinged() {
    while answer="$(echo PING | ask 2>&1)"; do
        case "$answer" in LOADING*) sleep 1 ;; *) return ;; esac
    done
}
until redis-cli -h "$HOST" -p "$PORT" ping >/dev/null; do sleep 1; done
refused=
for file in password previous; do
    REDISCLI_AUTH="$(cat "$file")"
    export REDISCLI_AUTH
    pinged
    case "$answer" in
        *PONG)
            answers="$(ask <accounts)"
            [ "$(echo "$answers" | sort -u)" = OK ] && exit 0
            echo "$answers" >&2
            exit 1
            ;;
        *NOAUTH* | *WRONGPASS*) ;;
        *) refused="$answer" ;;
    esac
done
if [ "$refused" ]; then
    echo "$refused" >&2
    exit 1
fi
echo "The administrator's password is neither the one that the stack gives" \\
    "nor the one before it. Set its key with Previous at the end." >&2
exit 1
"""


def _password(account: Account) -> str:
    return written(account.password, lambda text: quoted(f">{text}"))


def _rules(account: Account) -> str:
    """
    Everything but what changes the server itself.
    """
    return _password(account) + f" {_EVERYTHING} -@admin"


@attrs.frozen(kw_only=True, eq=False, repr=False, field_transformer=typed)
class Redis(Store):
    """
    A Redis server that writes every change to its disk.

    Args:
        name:
            DNS label of the store. Renaming it abandons its disk,
            unless *formerly* names the old one.

        version: Major version, 6 or later.

        disk: Size of the disk, like ``"1Gi"``. Disks never shrink.

        memory: What it is given; three fifths of it hold data.

        cpu: Processor time that is set aside for it, like ``"100m"``.

        image: Another image of the same major version.

        password_from: Secret later value; the default is derived from the
            stack's key.

        grace_seconds: Time in seconds that it has for its shutdown.

        formerly:
            Name that it had before, or several, the first one first. Its
            disk and its passwords keep the first; to leave it out later
            abandons them.

        at: `External`, where it is managed elsewhere.

        clients: Parts of other apps in the cluster that may use it.

        settings:
            Settings of ``redis.conf``, beside those that follow from its memory.
            Overrides merge theirs by key, and `OFF` removes one.

        nodes:
            Labels that its nodes have, and their values: text, a list of
            texts, `NotIn`, or `True` and `False` for any value and none.

        tolerations: Taints of nodes that do not keep it away; see
            `Toleration`.

        architectures: Processors that it runs on, like ``["arm64"]``; the
            default is any.

        priority_class: Name of the PriorityClass of its pods.

        pod_labels: Labels of its pods, beside those that all of them have.

        pod_annotations: Annotations of its pods.

    Raises:
        SpecError: If a field could not be deployed in any environment.

    >>> Redis("redis", version=8, disk="1Gi")
    <Redis redis>
    """

    listens: ClassVar[tuple[Port, ...]] = (
        Port("redis", 6379, application="tcp"),
    )
    scheme: ClassVar[str] = "redis"
    secure_scheme: ClassVar[str] = "rediss"
    lowest_version: ClassVar[int | None] = 6
    has_accounts: ClassVar[bool] = True
    own_settings: ClassVar[frozenset[str]] = frozenset(
        {"aclfile", "dir", "port", "requirepass", "user"}
    )
    usual_memory: ClassVar[str] = "128Mi"

    @property
    def database_name(self) -> str:
        """
        The first of its databases.
        """
        return "0"

    def further_settings(self, access: Access) -> Mapping[str, str]:
        """
        What no URL says of certificates.
        """
        return {"tls_ca": access.ca or ""}

    @property
    def tls_ca(self) -> Setting:
        """
        Path of the certificate of its authority, for `Use.env`; empty where
        there is none.
        """
        return Setting(self, "tls_ca")

    @property
    def _data_bytes(self) -> int:
        # Its bookkeeping, and what changes while it rewrites its log, need
        # the rest.
        return parse_bytes(self.given_memory) * 3 // 5

    @property
    def filling(self) -> int:
        """
        Its log, which is rewritten when it has grown to twice the data, and
        the new one beside it.
        """
        own = {"appendonly", "maxmemory"} & self.settings.keys()

        return 0 if own else 3 * self._data_bytes

    def server(self, access: Access) -> Server:
        """
        The official image, which keeps a log of every change.
        """
        return Server(
            image=f"redis:{self.version}",
            data="/data",
            ready=("sh", "-c", _READY),
            args=(
                "redis-server",
                f"{_SECRETS}/redis.conf",
                *("--dir", "/data"),
                *("--appendonly", "yes"),
                # The log alone is read at the start; copies cost memory.
                *("--save", ""),
                *("--maxmemory", str(self._data_bytes)),
                *("--maxmemory-policy", "noeviction"),
                *(
                    word
                    for name, value in self.settings.items()
                    for word in (f"--{name}", value)
                ),
            ),
            secrets=_SECRETS,
            files={"redis.conf": self._configuration(access)},
            without_restart=("redis.conf",),
        )

    def _configuration(self, access: Access) -> str:
        administrator = access.administrator
        text = (
            f"user {administrator.user} on "
            + _password(administrator)
            + f" {_EVERYTHING}\nuser {_PROBE} on nopass -@all +ping\n"
        )
        for account in access.accounts:
            text += "user " + account.user + " on " + _rules(account) + "\n"

        return text

    def setup(self, access: Access) -> Errand:
        """
        Tell the running server of its accounts; it forgets old ones when it
        starts anew.
        """
        administrator = access.administrator
        text = (
            f"ACL SETUSER {administrator.user} resetpass "
            + _password(administrator)
            + "\n"
        )
        for account in access.accounts:
            rules = " reset on " + _rules(account) + "\n"
            text += "ACL SETUSER " + account.user + rules

        return Errand(
            command=("sh", "-c", _SETUP, ERRAND_FILES),
            env={"HOST": access.host, "PORT": access.port},
            files={
                "password": administrator.password,
                "previous": administrator.previous,
                "accounts": text,
            },
        )

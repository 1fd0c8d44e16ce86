"""
What containers may do beyond what all of them may, and what Pod Security
asks for it.
"""

from collections.abc import Iterable
from typing import Any

import attrs

from .._fields import typed
from .._validators import instance_of, matching, refuse, words
from .values import OFF, Off, unless_off


# Each level lets through what the ones before it do.
LEVELS = ("restricted", "baseline", "privileged")

# https://kubernetes.io/docs/concepts/security/pod-security-standards/
_RESTRICTED_CAPABILITIES = frozenset({"NET_BIND_SERVICE"})
_BASELINE_CAPABILITIES = frozenset(
    {
        *_RESTRICTED_CAPABILITIES,
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)


def highest(levels: Iterable[str]) -> str:
    """
    The level that lets through what all of *levels* do.

    >>> highest(["baseline", "restricted"]), highest([])
    ('baseline', 'restricted')
    """
    return max(levels, key=LEVELS.index, default="restricted")


def level_of_capability(name: str) -> str:
    """
    The strictest level that lets a container have a capability.

    >>> level_of_capability("CHOWN"), level_of_capability("SYS_PTRACE")
    ('baseline', 'privileged')
    """
    if name in _RESTRICTED_CAPABILITIES:
        return "restricted"
    return "baseline" if name in _BASELINE_CAPABILITIES else "privileged"


def level_of_profile(profile: str | Off | None) -> str:
    """
    The strictest level that lets a container run under a profile of seccomp
    or AppArmor.
    """
    unconfined = profile in (OFF, "Unconfined")
    return "privileged" if unconfined else "restricted"


_CAPABILITY = matching(
    r"(?!CAP_)[A-Z][A-Z0-9_]*",
    "name capabilities as Kubernetes does, like 'NET_BIND_SERVICE'",
)
_RUNTIME_DEFAULT = "RuntimeDefault"
_profile = matching(
    r"RuntimeDefault|localhost/(?!/|.*\.\.)[^\s:]+",
    "be 'RuntimeDefault', a profile of the nodes, like "
    "'localhost/audit.json', or OFF",
)
_boolean = instance_of("be True or False", bool)


def _capabilities(inst: Any, attr: Any, value: Any) -> None:
    if not isinstance(value, tuple):
        rule = "be a list, like ['NET_BIND_SERVICE']"
        refuse(inst, "capabilities", rule, value)
    for name in value:
        _CAPABILITY(inst, attr, name)


@attrs.frozen(kw_only=True, field_transformer=typed)
class SecurityContext:
    """
    What a container may do beyond what nobody has to ask for: as a rule it
    has no capability, gains no rights and makes the usual system calls.

    The namespace has to let it through: what Pod Security's level
    ``restricted`` refuses needs ``Namespace(pod_security=…)``.

    Args:
        capabilities: Names of Linux capabilities that it keeps; the default
            is none.

        seccomp_profile: ``"RuntimeDefault"``, which is the default, a
            profile of the nodes, like ``"localhost/audit.json"``, or `OFF`
            for any system call.

        app_armor_profile: The same for AppArmor. Left out, it is the
            nodes' affair.

        allow_privilege_escalation: Whether its programs may gain more rights
            than it has.

        privileged: Whether it may do whatever the node may.

    Raises:
        SpecError: If a field could not be deployed on any cluster.

    >>> SecurityContext(capabilities=["NET_BIND_SERVICE"]).level
    'restricted'
    >>> SecurityContext(capabilities=["SYS_PTRACE"]).level
    'privileged'
    """

    capabilities: tuple[str, ...] = attrs.field(
        default=(), converter=words, validator=_capabilities
    )
    seccomp_profile: str | Off = attrs.field(
        default=_RUNTIME_DEFAULT, validator=unless_off(_profile)
    )
    app_armor_profile: str | Off | None = attrs.field(
        default=None,
        validator=attrs.validators.optional(unless_off(_profile)),
    )
    allow_privilege_escalation: bool = attrs.field(
        default=False, validator=_boolean
    )
    privileged: bool = attrs.field(default=False, validator=_boolean)

    def __attrs_post_init__(self) -> None:
        if self.privileged and not self.allow_privilege_escalation:
            rule = "come with allow_privilege_escalation=True, as it does"
            refuse(self, "privileged", rule, self.privileged)

    @property
    def level(self) -> str:
        """
        The strictest level of Pod Security that lets it through.
        """
        profiles = (self.seccomp_profile, self.app_armor_profile)
        levels = [
            *map(level_of_capability, self.capabilities),
            *map(level_of_profile, profiles),
        ]
        if self.privileged:
            levels.append("privileged")
        if self.allow_privilege_escalation:
            levels.append("baseline")

        return highest(levels)


security_context = attrs.validators.optional(
    instance_of("be SecurityContext(…)", SecurityContext)
)

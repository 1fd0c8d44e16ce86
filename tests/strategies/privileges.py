"""
What pods may do beyond what Pod Security lets everybody do.
"""

from hypothesis import strategies as st

from mizzen import OFF, HostPath, SecurityContext
from mizzen.spec import Store

from .values import seldom


LEVELS = ("restricted", "baseline", "privileged")
_CONTEXTS = {
    "restricted": [
        None,
        SecurityContext(),
        SecurityContext(capabilities=["NET_BIND_SERVICE"]),
        SecurityContext(
            seccomp_profile="localhost/audit.json",
            app_armor_profile="RuntimeDefault",
        ),
    ],
    "baseline": [
        SecurityContext(capabilities=["CHOWN", "SETUID"]),
        SecurityContext(allow_privilege_escalation=True),
    ],
    "privileged": [
        SecurityContext(capabilities=["CHOWN", "SYS_PTRACE"]),
        SecurityContext(seccomp_profile=OFF),
        SecurityContext(app_armor_profile=OFF),
        SecurityContext(privileged=True, allow_privilege_escalation=True),
    ],
}
contexts = seldom(
    st.sampled_from(_CONTEXTS["baseline"] + _CONTEXTS["privileged"]),
    st.sampled_from(_CONTEXTS["restricted"]),
)
users = seldom(st.just(0), st.sampled_from([None, 1, 1000, OFF]))
_LOGS = HostPath("/var/log/pods")
host_paths = st.dictionaries(
    st.sampled_from(["/host/a", "/host/b"]),
    st.sampled_from(
        [
            _LOGS,
            HostPath("/", type="Directory"),
            HostPath("/run/agent.sock", type="Socket", read_only=False),
        ]
    ),
    min_size=1,
    max_size=2,
)
# What agents share with their nodes.
shared = st.fixed_dictionaries(
    {
        "host_network": st.booleans(),
        "host_pid": st.booleans(),
        "host_paths": st.just({}) | host_paths,
    }
)


def is_on_node(part):
    """
    Whether *part* is in the network of its node.
    """
    return getattr(part, "host_network", False)


def _level_of(owner):
    """
    The strictest level that lets a container be.
    """
    (level,) = (
        level
        for level, listed in _CONTEXTS.items()
        if owner.security_context in listed
    )
    from_node = (isinstance(v, HostPath) for v in owner.volumes.values())
    if any(from_node):
        return "privileged"
    return "baseline" if (level, owner.user) == ("restricted", 0) else level


def level_of(*parts):
    """
    The strictest level of Pod Security that lets all of *parts* run.
    """
    found = ["restricted"]
    for part in parts:
        if isinstance(part, Store):
            continue
        found += map(_level_of, part.containers)
        if is_on_node(part) or getattr(part, "host_pid", False):
            found.append("privileged")

    return max(found, key=LEVELS.index)


def takes_any_node(part):
    """
    Whether *part* asks nothing of its node that Autopilot refuses.
    """
    if isinstance(part, Store):
        return True
    return not (
        is_on_node(part)
        or getattr(part, "host_pid", False)
        or any(
            owner.security_context and owner.security_context.privileged
            for owner in part.containers
        )
        or any(
            isinstance(volume, HostPath) and volume is not _LOGS
            for owner in part.containers
            for volume in owner.volumes.values()
        )
    )

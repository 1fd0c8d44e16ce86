"""
What may become of the disk of a store that is there already.

Whatever is said of a claim after it was made changes nothing of it, so that
no deployment can replace it. The StatefulSet says how large it is to be and
which version has written to it, and is asked before each of its updates.
"""

import subprocess

from collections.abc import Mapping
from typing import Any

import attrs
import pulumi

from .._stores import DISK, VERSION
from ..changes.acknowledgements import is_acknowledged, shrunk
from ..quantities import parse_bytes
from ..spec import Store, title


def _annotations(inputs: Mapping[str, Any] | None) -> Mapping[str, Any]:
    metadata = (inputs or {}).get("metadata") or {}
    found: Mapping[str, Any] = metadata.get("annotations") or {}

    return found


def refusal(
    part: Store, old: Mapping[str, Any], new: Mapping[str, Any]
) -> str | None:
    """
    Why a store with the annotations *old* cannot get those of *new*.
    """
    before, after = old.get(VERSION), new.get(VERSION)
    if before and before != after:
        return (
            f"{title(part)}: version {after} does not read what version "
            f"{before} has written. Add a second store of version {after}, "
            "copy the data by pg_dump or its like, let the parts use it, and "
            "remove this one."
        )
    size, wanted = old.get(DISK), new.get(DISK)
    if size and parse_bytes(str(wanted)) < parse_bytes(size):
        return (
            f"{title(part)}: its disk has {size} and never shrinks to "
            f"{wanted}. Say disk={size!r}, or add a second store and copy "
            "the data."
        )
    return None


@attrs.frozen(kw_only=True)
class Claim:
    """
    The claim of a store, and where it is.
    """

    part: Store
    name: str
    namespace: str
    context: str | None
    acknowledge: tuple[str, ...] = ()

    def may_shrink(self, old: str, new: str) -> bool:
        """
        Whether the stack's file says that a smaller disk is meant. The one
        that is there stays as it is, because no cluster makes it smaller.
        """
        line = f"{self.part.name}: {shrunk('disk', old, new)}"

        return is_acknowledged(line, self.acknowledge)


def _grow(claim: Claim, size: str) -> None:
    """
    Let the cluster enlarge the claim in place; while previewing, ask it
    whether it would.
    """
    command = ["kubectl", f"--namespace={claim.namespace}"]
    if claim.context is not None:
        command.append(f"--context={claim.context}")
    patch = f'{{"spec":{{"resources":{{"requests":{{"storage":"{size}"}}}}}}}}'
    command += [
        "patch",
        "persistentvolumeclaim",
        claim.name,
        f"--patch={patch}",
    ]
    if pulumi.runtime.is_dry_run():
        command.append("--dry-run=server")
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, check=False, text=True
        )
    except FileNotFoundError:
        msg = (
            f"{title(claim.part)}: its disk grows to {size} by kubectl, which is "
            "not installed."
        )
        raise pulumi.RunError(msg) from None
    if done.returncode:
        msg = (
            f"{title(claim.part)}: its disk cannot grow to {size} "
            f"({' '.join(done.stderr.split())}). Add a second store with a "
            "larger disk and copy the data, or use a storage class with "
            "allowVolumeExpansion."
        )
        raise pulumi.RunError(msg)


def judge(claim: Claim, args: pulumi.ResourceHookArgs) -> None:
    """
    Let the StatefulSet of a store be updated or not, and its disk grow.

    Raises:
        pulumi.RunError: If the data would not survive it.
    """
    old, new = map(_annotations, (args.old_inputs, args.new_inputs))
    before, size = str(old.get(DISK)), str(new.get(DISK))
    meant = claim.may_shrink(before, size)
    reason = refusal(claim.part, {**old, DISK: size} if meant else old, new)
    if reason:
        raise pulumi.RunError(reason)
    if DISK in old and before != size and not meant:
        _grow(claim, size)


def adopt(claim: Claim, args: pulumi.ResourceHookArgs) -> None:
    """
    Let the disk that a store brings along from its former name be as large
    as the store says; the cluster refuses a smaller one.

    Raises:
        pulumi.RunError: If it cannot be.
    """
    _grow(claim, str(_annotations(args.new_inputs).get(DISK)))


def guard(claim: Claim, name: str) -> pulumi.ResourceHookBinding:
    """
    What the StatefulSet of a store, the resource *name*, is asked before it
    is updated, and before it is made under another name.
    """
    updated = pulumi.ResourceHook(
        f"{name}-disk",
        lambda args: judge(claim, args),
        pulumi.ResourceHookOptions(on_dry_run=True),
    )
    found = pulumi.ResourceHookBinding(before_update=[updated])
    if claim.part.formerly:
        made = pulumi.ResourceHook(
            f"{name}-adopted-disk", lambda args: adopt(claim, args)
        )
        found.before_create = [made]

    return found

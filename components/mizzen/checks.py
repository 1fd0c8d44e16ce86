"""
Findings: what a real cluster would accept and somebody would regret.
"""

import enum

from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

import attrs

from . import (
    _autopilot_checks,
    _disk_checks,
    _downtime_checks,
    _hatch_checks,
    _image_checks,
    _neighbour_checks,
    _network_checks,
    _pod_checks,
    _pod_security_checks,
    _quota_checks,
    _reach_checks,
    _rights_checks,
    _stack_checks,
)
from ._scene import Neighbour, Problem, Scene, subject
from .environment import Environment
from .manifests import Manifests
from .spec import App
from .stack import Stack


class Severity(enum.Enum):
    """
    How bad a finding is.
    """

    ERROR = "error"
    """It does not work, or it gives a secret or the network away."""

    WARNING = "warning"
    """It works until something else goes wrong."""

    INFO = "info"
    """Worth knowing, and right for some."""


Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@attrs.frozen
class Check(Generic[Asked, Answer]):
    """
    One question, about the manifests of an app or about a Dockerfile.

    Attributes:
        id: Stable name in kebab case.

        severity: How bad it is if something is found.

        find: Yields what it finds.
    """

    id: str
    severity: Severity
    find: Callable[[Asked], Iterator[Answer]]


CHECKS = (
    Check("target-port", Severity.ERROR, _network_checks.target_port),
    Check(
        "service-without-pods",
        Severity.ERROR,
        _network_checks.service_without_pods,
    ),
    Check("ingress-port", Severity.ERROR, _network_checks.ingress_port),
    Check(
        "selectors-overlap", Severity.ERROR, _network_checks.selectors_overlap
    ),
    Check("network-open", Severity.ERROR, _network_checks.network_open),
    Check("drain-blocked", Severity.ERROR, _pod_checks.drain_blocked),
    Check("probe-port", Severity.ERROR, _pod_checks.probe_port),
    Check("shared-disk", Severity.ERROR, _disk_checks.shared_disk),
    Check("literal-secret", Severity.ERROR, _pod_checks.literal_secret),
    Check("runs-as-root", Severity.ERROR, _image_checks.runs_as_root),
    Check("pod-refused", Severity.ERROR, _pod_security_checks.pod_refused),
    Check("empty-passphrase", Severity.ERROR, _stack_checks.empty_passphrase),
    Check(
        "throwaway-protected",
        Severity.ERROR,
        _stack_checks.throwaway_protected,
    ),
    Check("collision", Severity.ERROR, _neighbour_checks.collision),
    Check("quota-exceeded", Severity.ERROR, _quota_checks.quota_exceeded),
    Check(
        "autopilot-refuses",
        Severity.ERROR,
        _autopilot_checks.autopilot_refuses,
    ),
    Check("ingress-tls", Severity.WARNING, _network_checks.ingress_tls),
    Check(
        "ingress-redirect",
        Severity.WARNING,
        _network_checks.ingress_redirect,
    ),
    Check(
        "identity-unknown", Severity.WARNING, _reach_checks.identity_unknown
    ),
    Check(
        "late-pull-secret", Severity.WARNING, _stack_checks.late_pull_secret
    ),
    Check("gateway-tls", Severity.WARNING, _reach_checks.gateway_tls),
    Check(
        "unused-certificate",
        Severity.WARNING,
        _reach_checks.unused_certificate,
    ),
    Check("shared-store", Severity.WARNING, _neighbour_checks.shared_store),
    Check("no-storage-class", Severity.WARNING, _disk_checks.no_storage_class),
    Check("unprotected-disk", Severity.WARNING, _disk_checks.unprotected_disk),
    Check("small-disk", Severity.WARNING, _disk_checks.small_disk),
    Check("locked-out", Severity.WARNING, _reach_checks.locked_out),
    Check(
        "pod-privileged",
        Severity.WARNING,
        _pod_security_checks.pod_privileged,
    ),
    Check("public-health", Severity.WARNING, _pod_checks.public_health),
    Check("public-metrics", Severity.WARNING, _reach_checks.public_metrics),
    Check("worker-health", Severity.WARNING, _pod_checks.worker_health),
    Check("same-probe", Severity.WARNING, _pod_checks.same_probe),
    Check("none-running", Severity.WARNING, _downtime_checks.none_running),
    Check("rollout-gap", Severity.WARNING, _downtime_checks.rollout_gap),
    Check("memory-limit", Severity.WARNING, _pod_checks.memory_limit),
    Check(
        "autopilot-adjusts",
        Severity.WARNING,
        _autopilot_checks.autopilot_adjusts,
    ),
    Check("image-latest", Severity.WARNING, _image_checks.image_latest),
    Check("image-user", Severity.WARNING, _image_checks.image_user),
    Check("dockerfile-port", Severity.WARNING, _image_checks.dockerfile_port),
    Check("not-isolated", Severity.INFO, _network_checks.not_isolated),
    Check("node-port", Severity.INFO, _network_checks.node_port),
    Check("cluster-wide", Severity.INFO, _reach_checks.cluster_wide),
    Check("egress-by-name", Severity.INFO, _reach_checks.egress_by_name),
    Check(
        "egress-to-metadata", Severity.INFO, _reach_checks.egress_to_metadata
    ),
    Check(
        "egress-to-api-servers",
        Severity.INFO,
        _reach_checks.egress_to_api_servers,
    ),
    Check("strong-rights", Severity.INFO, _rights_checks.strong_rights),
    Check("escape-hatch", Severity.INFO, _hatch_checks.escape_hatch),
    Check("raw-object", Severity.INFO, _hatch_checks.raw_object),
    Check("not-compared", Severity.INFO, _neighbour_checks.not_compared),
    Check("adopted", Severity.INFO, _stack_checks.taken_over),
    Check("image-digest", Severity.INFO, _image_checks.image_digest),
)
"""
All checks, the worst first.
"""


@attrs.frozen(kw_only=True)
class Finding:
    """
    What a check has found.

    Attributes:
        id: Name of the check.

        severity: How bad it is.

        part: Name of the part; `None` for the app's own objects and the
            stack.

        subject: Kind and name of the object, the stack, or file and line.

        message: What is the matter with it.

        remedy: What to do about it.
    """

    id: str
    severity: Severity
    part: str | None
    subject: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.message} ({self.id}). {self.remedy}"


def check(
    app: App,
    environment: Environment,
    stack: Stack,
    manifests: Manifests,
    *,
    empty_passphrase: bool = False,
    neighbours: Iterable[Neighbour] = (),
) -> tuple[Finding, ...]:
    """
    Judge the compiled *manifests*, and with them whatever patches and raw
    objects have made of what was described.

    Args:
        app: What is deployed.

        environment: Policy of the stack.

        stack: Addresses and versions.

        manifests: What `compile_app` has made of them.

        empty_passphrase:
            Whether the passphrase that encrypts the stack's secrets is
            known to be empty.

        neighbours: What else goes to the same cluster, each with the words
            for it, or the `SpecError` that it is not compiled for.

    >>> from mizzen import App, Environment, Image, Stack, Worker, compile_app
    >>> worker = Worker("worker", image=Image("acme/worker:v5"))
    >>> app = App("shop", edition="2026", parts=[worker])
    >>> dev, stack = Environment("dev"), Stack("dev", environment="dev")
    >>> found = check(app, dev, stack, compile_app(app, dev, stack))
    >>> [finding.id for finding in found]
    ['worker-health', 'image-digest']
    """
    scene = Scene(
        app,
        environment,
        stack,
        manifests,
        empty_passphrase=empty_passphrase,
        neighbours=neighbours,
    )

    return tuple(_accepted(answers(scene, CHECKS), stack))


def _accepted(findings: Iterable[Finding], stack: Stack) -> Iterator[Finding]:
    """
    *findings*, in which those that the file of *stack* accepts are worth
    knowing alone, and one for each that it accepts in vain.
    """
    left = dict(stack.accepts)
    for finding in findings:
        line = f"{finding.part or 'the app'}: {finding.id}"
        if line not in stack.accepts:
            yield finding
            continue
        left.pop(line, None)
        reason = stack.accepts[line].removesuffix(".")
        yield attrs.evolve(
            finding,
            severity=Severity.INFO,
            remedy=f"Accepted in the stack's file: {reason}.",
        )
    for line in left:
        yield Finding(
            id="acknowledges-nothing",
            severity=Severity.WARNING,
            part=None,
            subject=subject(stack),
            message=f"its file accepts {line!r}, which no check finds",
            remedy="Remove it, or it is accepted later, when nobody means it.",
        )


def answers(
    scene: Scene, questions: Iterable[Check[Scene, Problem]]
) -> Iterator[Finding]:
    """
    What *questions* find in a *scene*.
    """
    for question in questions:
        for problem in question.find(scene):
            yield Finding(
                id=question.id,
                severity=question.severity,
                part=getattr(problem.about, "part", None),
                subject=subject(problem.about),
                message=problem.message,
                remedy=problem.remedy,
            )

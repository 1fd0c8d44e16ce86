"""
Reports that have a golden file in each form.
"""

import attrs

from mizzen import Manifest
from mizzen.changes import Snapshot, StackChange, compared
from mizzen.changes.objects import object_changes
from mizzen.changes.report import States, stack_change
from mizzen.checks import Finding, Severity
from mizzen.origins import Fact, Origin, OriginKind

from .forms import REFERENCES


_NASTY = (
    "`` ``` | \\| <script>alert(1)</script> \x1b[31mred\x1b[0m \u202egnp.exe "
    "**b** </details>\n\n<!-- --> # H\n```\n- x"
)


def _state(part, role, kind, spec):
    body = {"kind": kind, "metadata": {"name": part}, "spec": spec}

    return Manifest(part, role, body)


def _pods(part, env):
    variables = [{"name": name, "value": env[name]} for name in env]
    container = {"name": "main", "env": variables}

    return _state(
        part,
        "deployment",
        "Deployment",
        {"replicas": 1, "template": {"spec": {"containers": [container]}}},
    )


def _changed(stack, base, head, *reasons, **more):
    states = States(
        base=tuple(base),
        head=tuple(head),
        changes=object_changes(base, head),
    )
    change = stack_change(stack, states, lambda _: reasons)

    return attrs.evolve(change, **more)


def _nothing():
    same = [_pods("web", {"LEVEL": "info"})]

    return [_changed(stack, same, same) for stack in ("dev", "prod")]


def _store(name, size, version):
    claim = {"resources": {"requests": {"storage": size}}}

    return [
        _state(
            "db",
            "statefulset",
            "StatefulSet",
            {
                "serviceName": name,
                "template": {"spec": {"image": f"postgres:{version}"}},
                "volumeClaimTemplates": [{"spec": claim}],
            },
        ),
        _pods("web", {"DB_PASSWORD": version * 4, "LEVEL": "info"}),
    ]


def _replaced():
    finding = Finding(
        id="literal-secret",
        severity=Severity.ERROR,
        part="web",
        subject="Deployment 'web'",
        message="environment variable DB_PASSWORD holds what looks like a "
        "secret, for all to read",
        remedy="Set env DB_PASSWORD on Service 'web' to FromConfig('db').",
    )
    return [
        _changed(
            "prod",
            _store("db", "2Gi", "16"),
            _store("main", "1Gi", "17"),
            "version: 16 → 17 (part)",
            "disk: 2Gi → 1Gi (part)",
            findings=(finding,),
            acknowledge=("db: StatefulSet main replaced", "web: no such"),
        )
    ]


def _hostile():
    words = [_NASTY, *(example for _, example in REFERENCES.values())]
    base = [_pods(_NASTY, {"A": "a", _NASTY: "b"})]
    head = [_pods(_NASTY, {"A": " ".join(words), _NASTY: _NASTY})]
    found = _changed(_NASTY, base, head, *words, warnings=(_NASTY,))
    broken = StackChange(stack="b\nc", problems=(_NASTY,), failed=True)

    return [attrs.evolve(found, unchanged=(_NASTY,)), broken]


def _no_base():
    problem = """\
App 'shop' cannot be compiled:
  - Route '/api' leads to service 'api', but the services are: 'web', 'worker'.
  - Store name 'db' is used twice."""
    base = Snapshot(stack="prod", problems=(problem,))
    head = Snapshot(
        stack="prod",
        manifests=(_pods("web", {}),),
        facts={"web": {Fact("replicas"): Origin("1", OriginKind.PART)}},
    )
    return [compared(base, head), *_nothing()[:1]]


def _truncated():
    states = [
        [
            _pods("huge", {f"N{n}": level for n in range(60)}),
            *(_pods(f"s{n}", {"LEVEL": level}) for n in range(20)),
            _state(
                "db",
                "disk",
                "PersistentVolumeClaim",
                {"resources": {"requests": {"storage": size}}},
            ),
        ]
        for level, size in (("info", "2Gi"), ("debug", "1Gi"))
    ]
    return [_changed("prod", *states, "another edition of defaults")]


SCENARIOS = {
    "nothing": _nothing,
    "replaced": _replaced,
    "hostile": _hostile,
    "no-base": _no_base,
    "truncated": _truncated,
}

"""
Typical edits of the example app: the rows of ``docs/edits.md``, each of which
``tests/e2e/test_edits.py`` deploys for real.

To add a row, add an `Edit`. Edits that stand on the same one stand together:
then the cluster needs to be brought to it but once. Then run ``python -m
tools.edits``.
"""

from pathlib import Path

import attrs


_ROOT = Path(__file__).parents[1]
APP = "infra/app.py"
ENVIRONMENTS = "infra/environments.py"
STACK = "edits"
STACK_FILE = f"stacks/Pulumi.{STACK}.yaml"
HOST = "multi.example.com"

# What the edits stand on: the committed app, at a port of its own.
ENVIRONMENT = """

EDITS = DEV.derive(
    "edits",
    exposure=NodePort({client: 30090}),
)
"""
CONFIG = "config:\n  multi:environment: edits\n  multi:cluster: embedded\n"

_EXPOSURE = "    exposure=NodePort({client: 30090}),\n"
_WORKER = "health=alive, ready="
_API = "port=8000, "
_MIGRATE = "image=api.image, "
_WORKER_IMAGE = "apps/worker/Dockerfile"
_FROM = (_ROOT / _WORKER_IMAGE).read_text(encoding="utf-8").splitlines()[0]
# The names of its variables stay, whatever the store is called.
_PREFIX = ("Use(db, ", 'Use(db, prefix="POSTGRES", ')


@attrs.frozen
class Change:
    """
    A piece of a file that is written differently.

    Attributes:
        path: The file; one that is not there yet is made.

        old: What is there once; nothing stands for the file's end.

        new: What comes in its place.
    """

    path: str
    old: str
    new: str


@attrs.frozen(kw_only=True)
class Edit:
    """
    What somebody does to the app.

    Attributes:
        name: What it does, in words.

        changes: What is written.

        words: What has to be imported from mizzen for it.

        on: Name of the edit that it stands on; `None` for the app as it is.
    """

    name: str = attrs.field(kw_only=False)
    changes: tuple[Change, ...]
    words: tuple[str, ...] = ()
    on: str | None = None


def _in_app(old: str, new: str) -> tuple[Change, ...]:
    return (Change(APP, old, new),)


def _in_environment(new: str) -> tuple[Change, ...]:
    return (Change(ENVIRONMENTS, _EXPOSURE, f"{_EXPOSURE}    {new},\n"),)


def _part(line: str, name: str) -> tuple[Change, ...]:
    """
    One more part.
    """
    return (
        Change(APP, "\nroutes = ", f"{line}\n\nroutes = "),
        Change(APP, "db, cache]", f"db, cache, {name}]"),
    )


EDITS = (
    Edit(
        "a comment",
        changes=_in_app("\nroutes = ", "# The API comes last.\n\nroutes = "),
    ),
    Edit(
        "a README in a build context",
        changes=(Change("apps/worker/README.md", "", "Computes.\n"),),
    ),
    Edit(
        "an environment variable",
        changes=_in_app(_API, f'{_API}env={{"LOG_LEVEL": "debug"}}, '),
    ),
    Edit(
        "an environment variable of all parts",
        changes=_in_environment('defaults=Defaults(env={"LANG": "C.UTF-8"})'),
    ),
    Edit(
        "a line of the worker's source",
        changes=(
            Change(
                "apps/worker/src/worker/loop.py",
                "PAUSE_SECONDS = 1.0",
                "PAUSE_SECONDS = 2.0",
            ),
        ),
    ),
    Edit(
        "a base image",
        changes=(
            Change(
                _WORKER_IMAGE,
                f"{_FROM}\n",
                "FROM debian:trixie-slim AS base\n"
                "COPY --from=python:3.13-slim / /\n",
            ),
        ),
    ),
    Edit(
        "replicas",
        changes=_in_environment("overrides=[api.override(replicas=2)]"),
    ),
    Edit(
        "an autoscaler",
        changes=_in_environment(
            "overrides=[worker.override(scale=Autoscale(2, 3, cpu=70))]"
        ),
    ),
    Edit(
        "resources",
        changes=_in_environment('overrides=[client.override(memory="160Mi")]'),
    ),
    Edit(
        "a probe",
        changes=_in_app("port=8080, ", 'port=8080, ready="/", '),
    ),
    Edit(
        "another way to exchange pods",
        changes=_in_app(
            _API, f'{_API}rollout=Recreate(), env={{"LOG_LEVEL": "debug"}}, '
        ),
        words=("Recreate",),
    ),
    Edit(
        "a configuration file",
        changes=_in_app(
            _WORKER, f'files={{"/etc/worker/limits": "most = 10"}}, {_WORKER}'
        ),
    ),
    Edit(
        "another text in that file",
        changes=_in_app("most = 10", "most = 20"),
        on="a configuration file",
    ),
    Edit(
        "a sidecar",
        changes=_in_app(
            _WORKER,
            'sidecars=[Container("idle", image=Dockerfile("apps/worker"), '
            f'command=["sleep", "infinity"])], {_WORKER}',
        ),
        words=("Container",),
    ),
    Edit(
        "a permission",
        changes=_in_app(
            _WORKER, f'permissions=[Allow("get", on="pods")], {_WORKER}'
        ),
        words=("Allow",),
    ),
    Edit(
        "one more verb of that permission",
        changes=_in_app('Allow("get", ', 'Allow("get", "list", '),
        on="a permission",
    ),
    Edit(
        "a part that uses another one",
        changes=_in_app(
            f"uses=[requests], {_WORKER}",
            f"uses=[requests, database], {_WORKER}",
        ),
    ),
    Edit(
        "a new part",
        changes=_part(
            'spare = Worker("spare", image=worker.image, uses=[requests], '
            "health=alive)",
            "spare",
        ),
    ),
    Edit(
        "a removed part",
        changes=_in_app("[client, api, worker, ", "[client, api, "),
    ),
    Edit(
        "a renamed part",
        changes=_in_app('Worker("worker"', 'Worker("calculator"'),
    ),
    Edit(
        "a renamed part that says so",
        changes=_in_app(
            'Worker("worker", ', 'Worker("calculator", formerly="worker", '
        ),
    ),
    Edit(
        "a renamed store",
        changes=(
            *_in_app('Postgres("postgres"', 'Postgres("database"'),
            *_in_app(*_PREFIX),
        ),
    ),
    Edit(
        "a new job",
        changes=_part(
            'again = Job("again", image=api.image, args=["migrate"], '
            "uses=[database])",
            "again",
        ),
    ),
    Edit(
        "a job's command",
        changes=_in_app(
            _MIGRATE, f'{_MIGRATE}command=["python", "-m", "api"], '
        ),
    ),
    Edit(
        "a secret",
        changes=(
            *_in_app(
                _WORKER,
                'env={"TOKEN": FromConfig("token", secret=True)}, ' + _WORKER,
            ),
            Change(STACK_FILE, "", "  multi:token: first\n"),
        ),
        words=("FromConfig",),
    ),
    Edit(
        "a secret rotated",
        changes=(Change(STACK_FILE, "token: first", "token: second"),),
        on="a secret",
    ),
    Edit(
        "NodePort to Ingress",
        changes=(
            Change(ENVIRONMENTS, _EXPOSURE, "    exposure=Ingress(),\n"),
            Change(
                STACK_FILE,
                "",
                f"  multi:hosts: [{HOST}]\n  multi:ingressClass: traefik\n",
            ),
        ),
    ),
    Edit(
        "another host",
        changes=(Change(STACK_FILE, HOST, "numbers.example.com"),),
        on="NodePort to Ingress",
    ),
    Edit(
        "a route",
        changes=_in_app(
            'Route("/api", api)', 'Route("/api", api), Route("/readyz", api)'
        ),
        on="NodePort to Ingress",
    ),
    Edit(
        "a store's parameter",
        changes=_in_app(
            '"postgres", version=17, ',
            '"postgres", version=17, settings={"max_connections": "60"}, ',
        ),
    ),
    Edit(
        "a store's memory",
        changes=_in_app(
            '"redis", version=8, ', '"redis", version=8, memory="192Mi", '
        ),
    ),
    Edit(
        "a new store",
        changes=_part(
            'sessions = Redis("sessions", version=8, disk="1Gi")', "sessions"
        ),
    ),
    Edit(
        "a removed store",
        changes=_in_app("db, cache, sessions]", "db, cache]"),
        on="a new store",
    ),
    Edit(
        "a bigger disk",
        changes=_in_app('version=17, disk="1Gi"', 'version=17, disk="2Gi"'),
    ),
    Edit(
        "a smaller disk",
        changes=_in_app('version=17, disk="2Gi"', 'version=17, disk="1Gi"'),
        on="a bigger disk",
    ),
    Edit(
        "a renamed store that says so",
        changes=(
            *_in_app(
                'Postgres("postgres", ',
                'Postgres("database", formerly="postgres", ',
            ),
            *_in_app(*_PREFIX),
        ),
        on="a bigger disk",
    ),
)
BY_NAME = {edit.name: edit for edit in EDITS}

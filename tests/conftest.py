"""
A small shop that every test may take apart.
"""

import os

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from hypothesis import HealthCheck, settings

from mizzen import (
    App,
    Environment,
    Image,
    Job,
    Manifests,
    Port,
    Postgres,
    Redis,
    Route,
    Service,
    Stack,
    Worker,
    compile_app,
)
from mizzen.spec import Part


# How long an example takes says nothing on a busy machine.
settings.register_profile(
    "quick",
    deadline=None,
    derandomize="CI" in os.environ,
    max_examples=1_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "few", settings.get_profile("quick"), max_examples=50
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), max_examples=10_000
)
settings.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Golden files are written on demand alone.
    """
    parser.addoption(
        "--rate",
        type=int,
        default=0,
        help="Requests a second of the load on the prod stack; 0 for none.",
    )
    parser.addoption(
        "--seconds",
        type=int,
        default=20,
        help="How long that load lasts at least.",
    )
    parser.addoption(
        "--edits",
        action="store_true",
        help="Deploy the typical edits of docs/edits.md.",
    )
    parser.addoption(
        "--regenerate",
        action="store_true",
        help="Write the golden files anew instead of comparing them.",
    )


@pytest.fixture(name="root", scope="session")
def _root() -> Path:
    """
    The repository.
    """
    return Path(__file__).parents[1]


@pytest.fixture(name="shown")
def _shown(
    root: Path, pytestconfig: pytest.Config
) -> Callable[[str, str], str]:
    """
    What the page of verification shows under some name; ``--regenerate``
    writes what it has to show first.
    """

    def shown(name: str, wanted: str) -> str:
        page = root / "docs" / "verification.md"
        begin, end = f"<!-- begin: {name} -->\n", f"<!-- end: {name} -->\n"
        before, _, rest = page.read_text("utf-8").partition(begin)
        text, _, after = rest.partition(end)
        if pytestconfig.getoption("--regenerate"):
            text = wanted
            page.write_text(f"{before}{begin}{text}{end}{after}", "utf-8")
        return text

    return shown


@pytest.fixture(name="db")
def _db() -> Postgres:
    return Postgres("db", version=17, disk="1Gi")


@pytest.fixture(name="cache")
def _cache() -> Redis:
    return Redis("cache", version=8, disk="1Gi")


@pytest.fixture(name="api")
def _api(db: Postgres, cache: Redis) -> Service:
    return Service(
        "api",
        image=Image("acme/api:v5"),
        port=8000,
        uses=[db, cache],
        health="/healthz",
    )


@pytest.fixture(name="web")
def _web() -> Service:
    """
    A service that says nothing about itself.
    """
    return Service("web", image=Image("acme/web:v5"), port=8080)


@pytest.fixture(name="beat")
def _beat() -> Worker:
    """
    A worker that says nothing about itself.
    """
    return Worker("beat", image=Image("acme/beat:v5"))


@pytest.fixture(name="broker")
def _broker() -> Service:
    """
    A service that speaks HTTP and two other protocols.
    """
    return Service(
        "broker",
        image=Image("acme/broker:v5"),
        port=8080,
        ports=[
            Port("mqtt", 1883, application="tcp"),
            Port("coap", 5683, protocol="UDP", application="tcp"),
        ],
    )


@pytest.fixture(name="lone")
def _lone() -> Service:
    """
    A service that nobody uses and that uses nobody.
    """
    return Service("lone", image=Image("acme/lone:v5"), port=8080)


@pytest.fixture(name="worker")
def _worker(cache: Redis) -> Worker:
    return Worker("worker", image=Image("acme/worker:v5"), uses=[cache])


@pytest.fixture(name="migrate")
def _migrate(api: Service, db: Postgres) -> Job:
    return Job(
        "migrate", image=api.image, args=["migrate"], uses=[db], before=[api]
    )


@pytest.fixture(name="shop")
def _shop(web: Service, worker: Worker, migrate: Job) -> App:
    """
    An app with a part of each kind.
    """
    (api,) = migrate.before
    db, cache = (use.part for use in api.uses)
    web = attrs.evolve(web, uses=[api])

    return App(
        "shop",
        edition="2026",
        parts=[web, api, worker, migrate, db, cache],
        routes=[Route("/", web), Route("/api", api)],
    )


@pytest.fixture(name="dev")
def _dev() -> Environment:
    return Environment("dev")


@pytest.fixture(name="stack")
def _stack() -> Stack:
    return Stack("dev", environment="dev")


@pytest.fixture(name="desired")
def _desired(dev: Environment, stack: Stack) -> Callable[..., Manifests]:
    """
    Compiles an app, or an app that has just the given parts, to the stack
    ``dev`` unless told otherwise.
    """

    def desired(
        *parts: App | Part,
        environment: Environment = dev,
        stack: Stack = stack,
    ) -> Manifests:
        app = parts[0]
        if not isinstance(app, App):
            app = App("shop", edition="2026", parts=parts)
        return compile_app(app, environment, stack)

    return desired

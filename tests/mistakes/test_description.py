"""
Mistakes in what is described, in full texts.
"""

import attrs
import pytest

from mizzen import (
    App,
    Environment,
    Job,
    Namespace,
    Port,
    Postgres,
    Redis,
    Route,
    SpecError,
    Stack,
    Use,
    Worker,
)

from .support import IMAGE, app, service


class TestNames:
    def test_duplicate(self):
        """
        Two parts of one name are refused, whatever their kinds.
        """
        with pytest.raises(SpecError) as ei:
            app(service("api"), Worker("api", image=IMAGE))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Worker 'api' has the same name as Service 'api'."
        ) == str(ei.value)

    def test_listed_twice(self):
        """
        A part that is listed twice is refused as two of one name are.
        """
        api = service("api")

        with pytest.raises(SpecError) as ei:
            app(api, service("web"), api, api)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' is listed twice in parts."
        ) == str(ei.value)

    def test_default(self):
        """
        The name of the namespace's own service account is refused.
        """
        with pytest.raises(SpecError) as ei:
            app(service("default"))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'default' cannot be called 'default', because every "
            "namespace has a service account of that name."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        "name", ["", "Api", "1api", "api-", "-api", "a_b", "a.b", "äpi", "a\n"]
    )
    def test_no_dns_label(self, name):
        """
        Names that could not be a host name are refused.
        """
        with pytest.raises(SpecError) as ei:
            service(name)

        assert (
            f"Service {name!r}: name must be a DNS label of lower-case "
            "letters, digits and hyphens that starts with a letter, like "
            f"'api' (got {name!r})."
        ) == str(ei.value)

    def test_no_text(self):
        """
        A name that is no text at all is not taken for the part's identity.
        """
        with pytest.raises(SpecError) as ei:
            service(5)

        assert (
            "Service: name must be a DNS label of lower-case letters, digits "
            "and hyphens that starts with a letter, like 'api' (got 5)."
        ) == str(ei.value)

    def test_too_long(self):
        """
        A name leaves room for the hash that Kubernetes and mizzen add.
        """
        service("a" * 52)

        with pytest.raises(SpecError) as ei:
            service("a" * 53)

        assert (
            f"Service {'a' * 53!r}: name must have at most 52 characters, "
            "because Kubernetes and mizzen add suffixes to it (got "
            f"{'a' * 53!r})."
        ) == str(ei.value)

    def test_too_long_together(self, desired):
        """
        App and stack together are a label and may be too long for one, even
        where the namespace has a name of its own.
        """
        shop = App("a" * 40, edition="2026", parts=[service()])
        desired(shop, stack=Stack("d" * 22, environment="dev"))
        elsewhere = Environment("dev", namespace=Namespace("payments"))

        with pytest.raises(SpecError) as ei:
            desired(
                shop,
                environment=elsewhere,
                stack=Stack("d" * 23, environment="dev"),
            )

        name = f"{'a' * 40}-{'d' * 23}"
        assert (
            f"App {'a' * 40!r} cannot be deployed to stack {'d' * 23!r}:\n"
            f"  - App and stack together, {name!r}, have 64 characters, but "
            "Kubernetes allows 63 in labels and namespaces. Choose a shorter "
            "name for one of them."
        ) == str(ei.value)


class TestReferences:
    def test_unlisted_use(self, db):
        """
        A part that is used has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[db]))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts."
        ) == str(ei.value)

    def test_unlisted_route(self):
        """
        A part that is routed to has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(service(), routes=[Route("/", service("web"))])

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Route '/' leads to Service 'web', which is not listed in "
            "parts."
        ) == str(ei.value)

    def test_unlisted_before(self):
        """
        A part that waits for a job has to be listed.
        """
        with pytest.raises(SpecError) as ei:
            app(Job("migrate", image=IMAGE, before=[service()]))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Job 'migrate' comes before Service 'api', which is not "
            "listed in parts."
        ) == str(ei.value)

    def test_namesake(self, db):
        """
        A part is not taken for another one of its name.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[attrs.evolve(db)]), db)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts."
        ) == str(ei.value)

    @pytest.mark.parametrize("path", ["/api", "/api/"])
    def test_same_path(self, path):
        """
        What is below a path is below it with a slash at its end too.
        """
        api, web = service(), service("web")
        with pytest.raises(SpecError) as ei:
            app(api, web, routes=[Route("/api", api), Route(path, web)])

        assert (f"Route {path!r} is given twice.",) == ei.value.problems

    def test_same_path_alone(self):
        """
        A path that is meant alone is another one with a slash at its end.
        """
        api = service()
        paths = ["/api", "/api/"]
        routes = [Route(path, api, path_type="Exact") for path in paths]

        assert paths == [
            route.path for route in app(api, routes=routes).routes
        ]

    def test_all_at_once(self, db):
        """
        One error lists all contradictions, as text and as data.
        """
        with pytest.raises(SpecError) as ei:
            app(
                service(uses=[db]),
                service(),
                routes=[Route("/", service("web"))] * 2,
            )

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' has the same name as Service 'api'.\n"
            "  - Route '/' is given twice.\n"
            "  - Service 'api' uses Postgres 'db', which is not listed in "
            "parts.\n"
            "  - Route '/' leads to Service 'web', which is not listed in "
            "parts."
        ) == str(ei.value)
        assert 4 == len(ei.value.problems)


class TestPorts:
    @pytest.mark.parametrize("port", [0, -1, 65536, True, "8000", 80.0])
    def test_out_of_range(self, port):
        """
        Ports are whole numbers from 1 to 65535.
        """
        with pytest.raises(SpecError) as ei:
            service(port=port)

        assert (
            "Service 'api': port must be a whole number from 1 to 65535, "
            f"like 8000 (got {port!r})."
        ) == str(ei.value)

    def test_taken_twice(self):
        """
        Two ports of a service cannot have one number.
        """
        with pytest.raises(SpecError) as ei:
            service(ports=[Port("metrics", 8000)])

        assert (
            "Service 'api': ports must have different numbers (got 8000)."
        ) == str(ei.value)

    def test_name_taken_twice(self):
        """
        Two ports of a service cannot have one name.
        """
        with pytest.raises(SpecError) as ei:
            service(ports=[Port("http", 9000)])

        assert (
            "Service 'api': ports must have different names (got 'http')."
        ) == str(ei.value)

    def test_none(self):
        """
        A service without a port is a worker.
        """
        with pytest.raises(SpecError) as ei:
            service(port=None)

        assert (
            "Service 'api': port must be given, like port=8000 (got None)."
        ) == str(ei.value)

    def test_both_protocols(self):
        """
        One number may be used over TCP and over UDP.
        """
        port = Port("quic", 8000, protocol="UDP")

        assert 2 == len(service(ports=[port]).listens)


class TestVariables:
    def test_user_and_use(self, db, desired):
        """
        A variable cannot be set by the user and by an edge.
        """
        api = service(uses=[db], env={"DB_URL": "postgresql://elsewhere"})

        with pytest.raises(SpecError) as ei:
            desired(api, db)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': environment variable DB_URL is set by env "
            "and by uses of Postgres 'db'. Rename one, for example by "
            "Use(db, prefix=…)."
        ) == str(ei.value)

    def test_two_uses(self, desired):
        """
        A variable cannot be set by two edges.
        """
        db = Postgres("db", version=17, disk="1Gi")
        cache = Redis("cache", version=8, disk="1Gi")
        api = service(
            uses=[
                Use(db, env={"URL": db.url}),
                Use(cache, env={"URL": cache.url}),
            ]
        )

        with pytest.raises(SpecError) as ei:
            desired(api, db, cache)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            "  - Service 'api': environment variable URL is set by uses of "
            "Postgres 'db' and by uses of Redis 'cache'. Rename one, for "
            "example by Use(cache, prefix=…)."
        ) == str(ei.value)

    def test_two_uses_of_one_part(self, db):
        """
        A part is used by one edge, which holds all about it.
        """
        with pytest.raises(SpecError) as ei:
            app(service(uses=[db, Use(db, prefix="DATABASE")]), db)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Service 'api' uses Postgres 'db' twice. Say all of it in "
            "one Use(db, …)."
        ) == str(ei.value)


class TestQuantities:
    @pytest.mark.parametrize(
        "memory", ["128", "128MB", "0Mi", "1.5Gi", " 1Gi", "1Gi\n", 64]
    )
    def test_memory(self, memory):
        """
        Memory has a binary unit.
        """
        with pytest.raises(SpecError) as ei:
            service(memory=memory)

        assert (
            "Service 'api': memory must be a whole number followed by Ki, "
            f"Mi, Gi, or Ti, like '10Gi' (got {memory!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("disk", ["10", "10GB", None])
    def test_disk(self, disk):
        """
        Disks have a binary unit.
        """
        with pytest.raises(SpecError) as ei:
            Postgres("db", version=17, disk=disk)

        assert (
            "Postgres 'db': disk must be a whole number followed by Ki, Mi, "
            f"Gi, or Ti, like '10Gi' (got {disk!r})."
        ) == str(ei.value)

    @pytest.mark.parametrize("cpu", ["0.5", "500M", "0", 2])
    def test_cpu(self, cpu):
        """
        Processor time is whole cores or thousandths of one.
        """
        with pytest.raises(SpecError) as ei:
            service(cpu=cpu)

        assert (
            "Service 'api': cpu must be thousandths of a core followed by "
            f"m, like '250m', or whole cores, like '2' (got {cpu!r})."
        ) == str(ei.value)

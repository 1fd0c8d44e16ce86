"""
Services, Workers and Jobs, as users write them.
"""

import attrs
import pytest

from mizzen import (
    App,
    GrpcHealth,
    HttpHealth,
    Image,
    Job,
    Port,
    Service,
    SpecError,
    Use,
)


IMAGE = Image("acme/api:v5")


def refusal(part, **changes):
    """
    What is said against *changes*, without the part's name.
    """
    with pytest.raises(SpecError) as ei:
        attrs.evolve(part, **changes)
    who = f"{type(part).__name__} {part.name!r}: "
    assert str(ei.value).startswith(who)

    return str(ei.value).removeprefix(who)


def app(*parts):
    """
    An app of *parts*.
    """
    return App("shop", edition="2026", parts=parts)


class TestCommon:
    def test_frozen(self, web):
        """
        Parts never change.
        """
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            web.replicas = 2

    def test_identity(self, web):
        """
        Two parts are two, however alike.
        """
        assert web != attrs.evolve(web)

    def test_repr(self, web, beat):
        """
        What is shown of a part is its kind and name.
        """
        assert "<Service web> <Worker beat>" == f"{web} {beat}"

    def test_iterables(self, web, db):
        """
        Any iterable will do for a list.
        """
        found = attrs.evolve(
            web,
            args=iter("ab"),
            writable=iter(["/a"]),
            uses=iter([db]),
            ports=iter([Port("grpc", 9000)]),
        )

        assert (("a", "b"), ("/a",)) == (found.args, found.writable)
        assert db is found.uses[0].part

    def test_copied(self, web):
        """
        Mappings are copied, so that later changes to them don't count.
        """
        env = {"A": "1"}
        part = attrs.evolve(web, env=env)
        env["A"] = "2"

        assert {"A": "1"} == part.env

    def test_image(self, web):
        """
        A path or a reference alone is no image.
        """
        assert (
            "image must be Dockerfile(…) or Image(…), like "
            "Dockerfile('apps/api') (got 'apps/web')."
        ) == refusal(web, image="apps/web")

    @pytest.mark.parametrize("field", ["command", "args", "writable"])
    def test_text_for_list(self, web, field):
        """
        A text is not taken for the list of its letters.
        """
        assert (
            f"{field} must be a list, like ['/tmp'] (got '/tmp')."
        ) == refusal(web, **{field: "/tmp"})

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ("bin/tootctl media remove", ["bin/tootctl", "media", "remove"]),
            ("sh -c 'exit 1'", ["sh", "-c", "exit 1"]),
            ("it's", ["it's"]),
        ],
    )
    def test_command_line(self, web, line, words):
        """
        A whole line is taken apart as a shell would, if it can be.
        """
        assert (
            f"command must be a list, like {words!r} (got {line!r})."
        ) == refusal(web, command=line)

    @pytest.mark.parametrize("field", ["command", "args", "writable"])
    def test_words(self, web, field):
        """
        Lists hold text alone.
        """
        assert (f"{field} must hold text alone (got 5).") == refusal(
            web, **{field: [5]}
        )

    @pytest.mark.parametrize(
        "name", ["", "A-B", "1A", "A.B", "A B", "Ä", "A=B", "A\n", 5]
    )
    def test_names_of_variables(self, web, name):
        """
        Names of variables are those that every shell can read.
        """
        assert (
            "env must name variables by letters, digits and underscores, "
            f"like 'LOG_LEVEL' (got {name!r})."
        ) == refusal(web, env={name: "1"})

    def test_numbers_of_variables(self, web):
        """
        Numbers are told how they become text, but not shown: they may be
        secret.
        """
        assert (
            "env SMTP_PORT must be text or a later value, like '8000' (got "
            "int). Write it in quotes."
        ) == refusal(web, env={"SMTP_PORT": 587})

    @pytest.mark.parametrize("value", [None, True, [], b"text"])
    def test_values_of_variables(self, web, value):
        """
        Values of variables are text or known later.
        """
        assert (
            "env A must be text or a later value, like '8000' (got "
            f"{type(value).__name__})."
        ) == refusal(web, env={"A": value})

    def test_setting_without_use(self, web, db):
        """
        A setting of a part that is not used would lead nowhere.
        """
        assert (
            "env DSN must refer to a part in its uses (got <db.url>)."
        ) == refusal(web, env={"DSN": db.url})

    @pytest.mark.parametrize(
        "path",
        ["", "a", "/", "/a/", "//a", "/a//b", "/a/../b", "/a/./b", "/a:b", 5],
    )
    def test_paths(self, web, path):
        """
        Paths are absolute and each is written in one way; the root alone
        may be written to and not replaced.
        """
        message = f"must be an absolute path, like '/run/data' (got {path!r})."

        assert f"files {message}" == refusal(web, files={path: "1"})
        if path not in (5, "/"):
            assert f"writable {message}" == refusal(web, writable=[path])

    def test_files(self, web):
        """
        Files hold text or what is known later.
        """
        assert (
            "file '/a' must be text or a later value (got int)."
        ) == refusal(web, files={"/a": 1})

    @pytest.mark.parametrize("user", [-1, "root", True, 2**31])
    def test_user(self, web, user):
        """
        Users are numbers.
        """
        assert (
            "user must be a whole number from 0 to 2147483647, like 10001 "
            f"(got {user!r})."
        ) == refusal(web, user=user)

    @pytest.mark.parametrize(
        ("field", "most", "example"),
        [("grace_seconds", 86400, 30), ("replicas", 10000, 2)],
    )
    def test_numbers(self, web, field, most, example):
        """
        Numbers are whole and in range.
        """
        assert (
            f"{field} must be a whole number from 0 to {most}, like "
            f"{example} (got -1)."
        ) == refusal(web, **{field: -1})


class TestPathsTakenTwice:
    @pytest.mark.parametrize(
        ("changes", "origins"),
        [
            ({"writable": ["/x", "/x"]}, ("writable", "writable")),
            ({"files": {"/tmp": "1"}}, ("writable", "files")),
            (
                {"writable": ["/x"], "files": {"/x": "1"}},
                ("writable", "files"),
            ),
            ({"uses": "/tmp"}, ("writable", "uses of Postgres 'db'")),
            (
                {"uses": "/x", "files": {"/x": "1"}},
                ("files", "uses of Postgres 'db'"),
            ),
        ],
        ids=str,
    )
    def test_refused(self, web, db, desired, changes, origins):
        """
        Two things cannot be mounted at one path, counting the defaults.
        """
        if "uses" in changes:
            changes = {**changes, "uses": [Use(db, files=changes["uses"])]}
        path = "/tmp" if "/tmp" in str(changes) else "/x"
        if "uses" in changes:
            path = changes["uses"][0].files

        with pytest.raises(SpecError) as ei:
            desired(attrs.evolve(web, **changes), db)

        assert (
            "App 'shop' cannot be deployed to stack 'dev':\n"
            f"  - Service 'web': path {path} is taken by {origins[0]} and by "
            f"{origins[1]}. Choose another one for one of them."
        ) == str(ei.value)


class TestService:
    def test_listens(self, web):
        """
        The usual port comes first, as HTTP.
        """
        grpc = Port("grpc", 9000, application="grpc")

        assert (Port("http", 8080), grpc) == attrs.evolve(
            web, ports=[grpc]
        ).listens

    def test_ports(self, web):
        """
        A number alone is no port of several.
        """
        assert (
            "ports must hold ports, like Port('http', 8000) (got 9000)."
        ) == refusal(web, ports=[9000])

    def test_health(self, web):
        """
        Health is a path or a command.
        """
        assert (
            "health must be a path, like '/healthz' (got 'healthz')."
        ) == refusal(web, health="healthz")
        assert (
            "health must be a command, like ['healthy'] (got ())."
        ) == refusal(web, health=[])

    def test_health_without_tcp(self):
        """
        A path can only be asked for over TCP.
        """
        dns = Service(
            "dns", image=IMAGE, ports=[Port("dns", 5353, protocol="UDP")]
        )

        assert (
            "health must be a command or OFF, because no port speaks HTTP "
            "(got '/healthz')."
        ) == refusal(dns, health="/healthz")

    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [
            ("/healthz", "HTTP"),
            (HttpHealth("/healthz"), "HTTP"),
            (GrpcHealth(), "gRPC"),
        ],
    )
    @pytest.mark.parametrize("field", ["health", "ready"])
    def test_unspoken_health(self, field, asked, spoken):
        """
        Health is asked in words that one of the ports understands.
        """
        port = Port("line", 9000, application="tcp")
        line = Service("line", image=IMAGE, ports=[port])

        assert (
            f"{field} must be a command or OFF, because no port speaks "
            f"{spoken} (got {asked!r})."
        ) == refusal(line, **{field: asked})

    @pytest.mark.parametrize(
        ("asked", "spoken"),
        [
            (GrpcHealth(port="http"), "gRPC"),
            (HttpHealth("/", port="rpc"), "HTTP"),
            (HttpHealth("/", port="admin"), "HTTP"),
        ],
    )
    def test_unspoken_port(self, web, asked, spoken):
        """
        A port that is named speaks what is asked.
        """
        rpc = Port("rpc", 9000, application="grpc")

        assert (
            f"health must name one of its ports that speak {spoken} "
            f"(got {asked!r})."
        ) == refusal(web, ports=[rpc], health=asked)

    def test_scale(self, web):
        """
        A number is no autoscaler.
        """
        assert ("scale must be Autoscale(…) or OFF (got 3).") == refusal(
            web, scale=3
        )

    def test_settings(self, web):
        """
        Others can refer to its name and address.
        """
        assert "<web.host> <web.url>" == f"{web.host} {web.url}"


class TestWorker:
    def test_health(self, beat):
        """
        A worker has no path that could be asked for.
        """
        assert (
            "health must be a list, like ['/healthz'] (got '/healthz')."
        ) == refusal(beat, health="/healthz")
        assert (
            "health must be a command, like ['healthy'] (got ())."
        ) == refusal(beat, health=())

    def test_used(self, web, beat):
        """
        Nobody can connect to a worker or a job.
        """
        for part in (beat, Job("job", image=IMAGE)):
            with pytest.raises(SpecError) as ei:
                attrs.evolve(web, uses=[part])

            assert (
                "Service 'web': uses: Use: part must be a Service, a "
                f"DaemonSet or a store, like Use(db) (got {part})."
            ) == str(ei.value)


class TestJob:
    def test_before(self, db):
        """
        A store cannot wait for a job.
        """
        assert (
            "before must hold parts of your own, like [api] "
            "(got <Postgres db>)."
        ) == refusal(Job("job", image=IMAGE), before=[db])

    def test_after(self, db):
        """
        That a job uses a store says already that it waits for it.
        """
        assert (
            "after must hold parts of your own, like [api] "
            "(got <Postgres db>)."
        ) == refusal(Job("job", image=IMAGE), after=[db])

    def test_after_unlisted(self, web):
        """
        What a job comes after is part of the app.
        """
        job = Job("job", image=IMAGE, after=[web])

        with pytest.raises(SpecError, match="comes after Service 'web'"):
            app(job)

    def test_circle(self, web):
        """
        A job cannot use what waits for it.
        """
        with pytest.raises(SpecError) as ei:
            app(web, Job("job", image=IMAGE, uses=[web], before=[web]))

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Nothing of this can start: Service 'web' waits for Job "
            "'job', which waits for Service 'web'."
        ) == str(ei.value)

    def test_circle_of_jobs(self, web):
        """
        Jobs that wait for each other are told, in their order.
        """
        one = Job("one", image=IMAGE, after=[web])
        two = Job("two", image=IMAGE, after=[one], before=[web])

        with pytest.raises(SpecError) as ei:
            app(web, two, one)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Nothing of this can start: Service 'web' waits for Job "
            "'two', which waits for Job 'one', which waits for Service 'web'."
        ) == str(ei.value)

    def test_wide_circle(self, web):
        """
        Nor what uses, over others, what waits for it.
        """
        api = Service("api", image=IMAGE, port=80)
        first = Job("first", image=IMAGE, uses=[web], before=[api])
        second = Job("second", image=IMAGE, uses=[api], before=[web])

        with pytest.raises(SpecError) as ei:
            app(web, api, first, second)

        assert (
            "App 'shop' contradicts itself:\n"
            "  - Nothing of this can start: Service 'web' waits for Job "
            "'second', which waits for Service 'api', which waits for Job "
            "'first', which waits for Service 'web'."
        ) == str(ei.value)

    @pytest.mark.parametrize(
        ("field", "least", "most", "example"),
        [("retries", 0, 100, 3), ("deadline_seconds", 1, 604800, 600)],
    )
    def test_numbers(self, field, least, most, example):
        """
        Tries and time are whole numbers in range.
        """
        assert (
            f"{field} must be a whole number from {least} to {most}, like "
            f"{example} (got -1)."
        ) == refusal(Job("job", image=IMAGE), **{field: -1})

"""
Whatever a constructor is handed, it takes it or raises a `SpecError` that
names what is made and the field.
"""

import inspect

from pathlib import Path

import attrs
import pytest

from tests.strategies.values import HOSTILE

import mizzen

from mizzen import OFF, SpecError
from mizzen._arguments import name_arguments
from mizzen.spec import Override, Setting


IMAGE = mizzen.Image("acme/api:v5")
DB = mizzen.Postgres("db", version=17, disk="1Gi")
PASSWORD = mizzen.FromConfig("password", secret=True)
API = mizzen.Service("api", image=IMAGE, port=8000, uses=[DB])
WORKER = mizzen.Worker("worker", image=IMAGE)

# One right way to make each; what is left out is made without arguments.
RIGHT = {
    "Access": {
        "host": "db",
        "port": "5432",
        "database": "app",
        "administrator": mizzen.Account(user="app", password="{password}"),
    },
    "Account": {"user": "app", "password": "{password}"},
    "Address": {"host": "db.example.com", "port": 5432},
    "App": {"name": "shop", "edition": "2026", "parts": [API, DB]},
    "Autoscale": {"minimum": 1, "maximum": 3, "cpu": 70},
    "Backup": {"schedule": "0 3 * * *", "disk": "1Gi"},
    "Container": {"name": "proxy", "image": IMAGE},
    "ContainerLimits": {"cpu": "100m", "memory": "128Mi"},
    "Disk": {"size": "1Gi"},
    "ExistingDisk": {"claim": "data"},
    "HostPath": {"path": "/var/log"},
    "AwsRole": {"arn": "arn:aws:iam::123456789012:role/api"},
    "AzureClient": {"id": "01234567-89ab-cdef-0123-456789abcdef"},
    "GcpAccount": {"email": "api-dev@shop-123.iam.gserviceaccount.com"},
    "Scratch": {"size": "1Gi"},
    "SharedDisk": {"name": "uploads", "size": "1Gi"},
    "Client": {"name": "billing", "namespace": "billing-prod"},
    "Credentials": {"user": "app", "password": PASSWORD},
    "CronJob": {"name": "nightly", "image": IMAGE, "schedule": "0 3 * * *"},
    "DaemonSet": {"name": "agent", "image": IMAGE},
    "Cluster": {"name": "own"},
    "Definitions": {"paths": ["crds.yaml"]},
    "Directory": {"path": "settings"},
    "Dockerfile": {"context": "apps/api"},
    "Environment": {"name": "dev"},
    "Errand": {"command": ["psql"]},
    "Expose": {"to": API},
    "External": {
        "host": "db.example.com",
        "credentials": mizzen.Credentials("app", PASSWORD),
    },
    "ExternalService": {
        "name": "billing",
        "port": 443,
        "host": "billing.example.com",
    },
    "ExternalMetric": {"name": "jobs", "average": 5},
    "File": {"path": "settings.yaml"},
    "FromConfig": {"key": "theKey"},
    "FromConfigMap": {"name": "trust", "key": "ca.crt"},
    "FromExternalSecret": {"key": "shop/api"},
    "FromField": {"path": "metadata.name"},
    "FromProgram": {"name": "host"},
    "FromResource": {"resource": "limits.memory"},
    "FromSecret": {"name": "billing", "key": "token"},
    "FromStack": {"stack": "acme/data/prod", "output": "host"},
    "CommandHealth": {"command": ["ping"]},
    "GrpcHealth": {"service": "acme.Billing"},
    "HttpHealth": {"path": "/healthz"},
    "HelmChart": {
        "name": "operator",
        "chart": "oci://example.com/operator",
        "version": "0.22.1",
    },
    "IngressController": {"name": "nginx"},
    "Image": {"reference": "acme/api:v5"},
    "Job": {"name": "migrate", "image": IMAGE, "before": [API]},
    "LoadBalancer": {"parts": [API]},
    "Metrics": {"port": 9090},
    "Monitoring": {"namespace": "monitoring"},
    "Namespace": {"name": "payments"},
    "Quota": {"cpu": "4", "memory": "8Gi"},
    "NodePort": {"parts": [API]},
    "NotIn": {"values": ["arm64"]},
    "ObjectMetric": {
        "name": "hits",
        "average": 10,
        "api_version": "v1",
        "kind": "Service",
        "object": "api",
    },
    "Patch": {"part": API, "kind": "Deployment", "fields": {"spec": {}}},
    "PodMetric": {"name": "hits", "average": 100},
    "Port": {"name": "http", "number": 80},
    "Postgres": {"name": "db", "version": 17, "disk": "1Gi"},
    "Project": {"root": Path(), "apps": {}, "environments": {}},
    "PullSecret": {"name": "registry", "value": PASSWORD},
    "Queue": {"part": DB, "query": "select 1", "per_replica": 5},
    "Raw": {
        "body": {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "sizes"},
        }
    },
    "RawFile": {"path": "sizes.yaml"},
    "Redis": {"name": "cache", "version": 8, "disk": "1Gi"},
    "Registry": {"prefix": "ghcr.io/acme"},
    "Route": {"path": "/", "to": API},
    "ScalingRules": {"pods": 4},
    "SecretStore": {"name": "vault"},
    "Server": {"image": "mysql:8", "data": "/var/lib/mysql", "ready": ["a"]},
    "Service": {"name": "api", "image": IMAGE, "port": 8000, "uses": [DB]},
    "Stack": {"name": "dev", "environment": "dev"},
    "TlsSecret": {"name": "certificate"},
    "Transform": {"kind": "Job", "function": dict},
    "Trigger": {"type": "cron", "metadata": {"start": "0 8 * * *"}},
    "Use": {"part": DB},
    "Version": {"tag": "v5", "digest": f"sha256:{64 * '1'}"},
    "Worker": {"name": "worker", "image": IMAGE},
}
CYCLE: dict = {}
CYCLE["spec"] = CYCLE


class Broken:
    """
    Nobody can look at it.
    """

    __hash__ = None

    def _fail(self, *_):
        msg = "broken"
        raise RuntimeError(msg)

    __repr__ = __eq__ = __iter__ = __bool__ = _fail


class BrokenMapping(dict):
    """
    Nobody can look into it.
    """

    def _fail(self):
        msg = "broken"
        raise OSError(msg)

    items = values = __iter__ = _fail


# What no file and no API can hold.
UNWRITABLE = [
    *("\ud800", "a\0b", float("nan"), float("-inf"), 10**5000, CYCLE),
    *([value] for value in ("\ud800", "a\0", [CYCLE])),
    *({"A": value} for value in ("\ud800", "a\0", float("inf"), 2**70)),
    *({"/a": "a\0"}, {"\ud800": "a"}, {"/a\0": "a"}, {"spec": CYCLE}),
]
# Values of environments' overrides are looked at with the part's.
OPAQUE = [BrokenMapping(a="b")]
JUNK = [
    *(Broken(), [Broken()], {"A": Broken()}),
    *({"example.com/a": 8}, {"example.com/a": True}, {"a b": "x"}),
    *(None, True, False, 0, -1, 80, 2**70, 1.5, float("nan")),
    *("", " ", "a b", "api", "Ünï", "x" * 300, "/", "//", "1Gi", "a\n"),
    *(b"a", [], [None], ["a"], [[]], [API], [API, API], (1,), {1}, {}),
    *({"a": None}, {1: 2}, {"A": API}, {API: None}, {"/a": b"\0"}),
    *(object(), int, len, OFF, API, DB, WORKER, IMAGE, Path()),
    *(mizzen.FromConfig("a"), Setting(DB, "host"), Override(DB, {})),
]
# What users receive and do not make.
RECEIVED = {"Endpoint", "Graph", "Manifest", "Manifests"}
# Their constructors are functions of their own.
TEMPLATES = {"Template": "text", "TemplateFile": "path"}


def classes():
    """
    All that users make.
    """
    for name in mizzen.__all__:
        cls = getattr(mizzen, name)
        if (
            inspect.isclass(cls)
            and attrs.has(cls)
            and name not in {*RECEIVED, *TEMPLATES, "Allow", "Store"}
        ):
            yield cls


def fields(cls):
    """
    The arguments of the constructor of *cls*.
    """
    return [field.alias for field in attrs.fields(cls) if field.init]


def make(cls, right, **wrong):
    """
    An instance of *cls*, as users make it.
    """
    arguments = {**right, **wrong}
    positional = [
        arguments.pop(field.name)
        for field in attrs.fields(cls)
        if not field.kw_only and field.name in arguments
    ]
    return cls(*positional, **arguments)


def names(field, said):
    """
    Whether it is *said* which field is meant, or which entry of it; a
    stack's fields are named as in its file.
    """
    first, *others = field.split("_")
    key = first + "".join(map(str.capitalize, others))
    words = (field, key, f"{field.removesuffix('s')} ")

    return any(word in said for word in words)


def refusal(cls, right, field, value):
    """
    What is said about *value* in a field; `None` if it is taken.
    """
    try:
        made = make(cls, right, **{field: value})
    except SpecError as error:
        return str(error)
    assert repr(made)

    return None


@pytest.mark.parametrize("cls", [*classes()], ids=lambda cls: cls.__name__)
class TestConstructors:
    def test_right(self, cls):
        """
        The right way is taken.
        """
        assert make(cls, RIGHT.get(cls.__name__, {}))

    def test_wrong(self, cls):
        """
        Anything else in a field is taken too, or refused by the names of
        what is made and of the field.
        """
        right = RIGHT.get(cls.__name__, {})
        for field in fields(cls):
            for value in [*JUNK, *HOSTILE, *OPAQUE]:
                said = refusal(cls, right, field, value)
                assert said is None or (
                    cls.__name__ in said and names(field, said)
                )

    def test_unwritable(self, cls):
        """
        What nobody could write down is in no field, nor in what it holds.
        """
        right = RIGHT.get(cls.__name__, {})
        # Folders may be called anything.
        for field in {*fields(cls)} - {"root"}:
            for value in UNWRITABLE:
                said = refusal(cls, right, field, value)
                assert said is not None
                assert cls.__name__ in said
                assert names(field, said)

    def test_generators(self, cls):
        """
        A generator that fails is refused by the names of what is made and
        of the field.
        """
        right = RIGHT.get(cls.__name__, {})
        for field in fields(cls):
            failing = (1 // number for number in (0,))
            said = refusal(cls, right, field, failing)
            assert said is not None
            assert cls.__name__ in said
            assert names(field, said)

    def test_unknown(self, cls):
        """
        Arguments that nobody has are refused by their names.
        """
        with pytest.raises(SpecError, match=rf"^{cls.__name__}.* 'helth'"):
            make(cls, RIGHT.get(cls.__name__, {}), helth="/health")

    def test_missing(self, cls):
        """
        So are those that are not there, and all by the true signature.
        """
        right = RIGHT.get(cls.__name__, {})
        needed = [
            parameter.name
            for parameter in inspect.signature(cls).parameters.values()
            if parameter.default is parameter.empty
        ]

        assert fields(cls) == [*inspect.signature(cls).parameters]
        for name in needed:
            kept = {key: value for key, value in right.items() if key != name}
            with pytest.raises(SpecError, match=f": {name} must be given"):
                cls(**kept)


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates(name):
    """
    Templates are refused by their names too.
    """
    for value in JUNK:
        try:
            made = getattr(mizzen, name)(value)
        except SpecError as error:
            said = str(error)
        else:
            said = f"{name} {TEMPLATES[name]} {made!r}"

        assert name in said
        assert TEMPLATES[name] in said


@pytest.mark.parametrize("field", ["verbs", "on", "names", "wildcard"])
def test_permissions(field):
    """
    Permissions are refused by their names too.
    """
    for value in [*JUNK, *HOSTILE]:
        right = {"verbs": "get", "on": "pods", field: value}
        try:
            made = mizzen.Allow(right.pop("verbs"), **right)
        except SpecError as error:
            said = str(error)
        else:
            said = f"Allow {field} {made!r}"

        assert "Allow" in said
        assert names(field, said)


class TestArguments:
    def test_nearest(self):
        """
        A misspelt argument is answered by the nearest one.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Service("web", image=IMAGE, port=80, helth="/health")

        assert str(ei.value).startswith(
            "Service 'web': there is no field 'helth'; choose one of: "
        )
        assert str(ei.value).endswith("(nearest to 'helth': 'health').")

    def test_missing(self):
        """
        A missing argument is named.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.App("shop", parts=[API])

        assert "App 'shop': edition must be given." == str(ei.value)

    def test_twice(self):
        """
        So is one that is given twice.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Redis("cache", name="cache", version=8, disk="1Gi")

        assert "Redis 'cache': name must be given once." == str(ei.value)

    def test_positions(self):
        """
        Whoever gives arguments by their order is told how to give them.
        """
        with pytest.raises(SpecError) as ei:
            mizzen.Route("/", API, *range(30))

        assert str(ei.value).startswith("Route '/': all but path, to")
        with pytest.raises(SpecError) as ei:
            mizzen.Quota(1)

        assert str(ei.value).startswith("Quota: all fields must be given by ")

    def test_others(self):
        """
        What fails for another reason fails as it did.
        """
        with pytest.raises(TypeError, match="keywords must be strings"):
            mizzen.Template("a", **{1: 2})

    def test_inside(self):
        """
        So does a constructor that fails with arguments that it has.
        """

        @attrs.frozen
        class Number:
            of: int = attrs.field(converter=int)

        name_arguments([Number])

        with pytest.raises(TypeError, match="not 'list'"):
            Number([])


class TestCopies:
    def test_mappings(self):
        """
        What the user changes afterwards changes nothing.
        """
        body = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "sizes"},
            "data": [{"a": "b"}],
        }
        raw = mizzen.Raw(body)
        body["kind"] = 5
        body["metadata"]["name"] = 5
        body["data"][0]["a"] = 5

        assert "<Raw ConfigMap sizes>" == repr(raw)
        assert [{"a": "b"}] == raw.body["data"]


def test_transforms():
    """
    What a function makes of an object can be written, or is refused.
    """
    dev = mizzen.Environment(
        "dev",
        transforms=[
            mizzen.Transform("Service", lambda body: {**body, "spec": CYCLE})
        ],
    )
    app = mizzen.App("shop", edition="2026", parts=[API, DB])

    with pytest.raises(
        SpecError,
        match=r"- Transform 'Service': what function makes of Service 'api' "
        "must have at most 64 levels, none in itself",
    ):
        mizzen.compile_app(app, dev, mizzen.Stack("dev", environment="dev"))


def test_no_part():
    """
    What is no part is none of an app's.
    """
    with pytest.raises(SpecError, match=r"^App 'shop': 5 is not one of its"):
        mizzen.App("shop", edition="2026", parts=[API, DB]).replace(5)


def test_itself():
    """
    A part that is exchanged for a user of its own is refused.
    """
    app = mizzen.App("shop", edition="2026", parts=[API, DB])

    with pytest.raises(SpecError) as ei:
        app.replace(API, uses=[API])

    assert (
        "Service 'api': it would refer to itself, by its uses or through "
        "other parts."
    ) == str(ei.value)


@pytest.mark.parametrize("part", [API, WORKER, DB], ids=repr)
class TestChanges:
    @pytest.mark.parametrize("verb", ["override", "replace"])
    def test_wrong(self, part, verb):
        """
        So is what environments override and apps replace.
        """
        app = mizzen.App("shop", edition="2026", parts=[API, WORKER, DB])
        for field in fields(type(part)):
            for value in [*JUNK, *HOSTILE]:
                try:
                    if verb == "override":
                        made = part.override(**{field: value})
                    else:
                        made = app.replace(part, **{field: value})
                except SpecError as error:
                    said = str(error)
                else:
                    said = f"{field} {made!r}"

                assert names(field, said)

"""
Mistakes in volumes and containers, in full texts.
"""

import attrs
import pytest

from mizzen import (
    Autoscale,
    Backup,
    Container,
    CronJob,
    DaemonSet,
    Directory,
    Disk,
    ExistingDisk,
    File,
    FromConfigMap,
    FromExternalSecret,
    FromSecret,
    Postgres,
    Scratch,
    SharedDisk,
    SpecError,
    Use,
    Worker,
)

from .support import IMAGE, service


SIDE = Container("side", image=IMAGE)
DB = Postgres("db", version=17, disk="1Gi")


def message(make, *args, **fields):
    """
    What is said about a mistake.
    """
    with pytest.raises(SpecError) as ei:
        make(*args, **fields)

    return str(ei.value)


@pytest.fixture(name="problems")
def _problems(desired):
    """
    What is said about parts that cannot be deployed.
    """

    def problems(*parts):
        with pytest.raises(SpecError) as ei:
            desired(*parts)
        return list(ei.value.problems)

    return problems


class TestVolumes:
    @pytest.mark.parametrize("size", ["10GB", "", 5])
    @pytest.mark.parametrize(
        "make", [Disk, Scratch, lambda size: SharedDisk("data", size)]
    )
    def test_size(self, make, size):
        """
        Sizes are binary quantities.
        """
        text = message(make, size)

        assert text.endswith(
            "size must be a whole number followed by Ki, Mi, Gi, or Ti, like "
            f"'10Gi' (got {size!r})."
        )

    def test_no_volume(self):
        """
        What is no volume is refused, and so is a single value.
        """
        assert (
            "Service 'api': volume /data must be a volume, like Disk('10Gi') "
            "or Scratch('1Gi') (got '10Gi')."
        ) == message(service, volumes={"/data": "10Gi"})
        assert (
            "Service 'api': volume /data must name no key, because it is a "
            "folder of all of them (got FromSecret(name='a', key='b'))."
        ) == message(service, volumes={"/data": FromSecret("a", "b")})
        assert (
            "Service 'api': volumes must be an absolute path, like "
            "'/run/data' (got 'data')."
        ) == message(service, volumes={"data": Disk("1Gi")})

    def test_existing(self):
        """
        A claim has the name of an object.
        """
        assert (
            "ExistingDisk 'A': claim must be the name of an object of "
            "Kubernetes, lower-case letters, digits, hyphens and dots, like "
            "'billing' (got 'A')."
        ) == message(ExistingDisk, "A")

    def test_path_twice(self, problems):
        """
        No two things appear at one path.
        """
        api = service(
            volumes={"/a": Scratch("1Gi"), "/b": Scratch("1Gi")},
            files={"/a": "x"},
            writable=["/b"],
            sidecars=[
                Container(
                    "side",
                    image=IMAGE,
                    volumes={"/c": Scratch("1Gi")},
                    files={"/c": "x"},
                )
            ],
        )

        assert [
            (
                "Service 'api': path /b is taken by writable and by volumes. "
                "Choose another one for one of them."
            ),
            (
                "Service 'api': path /a is taken by volumes and by files. "
                "Choose another one for one of them."
            ),
            (
                "Service 'api': container 'side': path /c is taken by volumes "
                "and by files. Choose another one for one of them."
            ),
        ] == problems(api)

    @pytest.mark.parametrize(
        ("fields", "below"),
        [
            (
                {
                    "volumes": {"/etc/a": FromSecret("x")},
                    "files": {"/etc/a/b/c": "x"},
                },
                "/etc/a/b/c of files lies below /etc/a of volumes",
            ),
            (
                {
                    "volumes": {
                        "/etc/a": FromConfigMap("x"),
                        "/etc/a/b": Scratch("1Gi"),
                    },
                },
                "/etc/a/b of volumes lies below /etc/a of volumes",
            ),
            (
                {"files": {"/etc/a": "x", "/etc/a/b": "x"}},
                "/etc/a/b of files lies below /etc/a of files",
            ),
            (
                {
                    "uses": [Use(DB, files="/db")],
                    "files": {"/db/a": "x"},
                },
                "/db/a of files lies below /db of uses of Postgres 'db'",
            ),
        ],
    )
    def test_below(self, problems, fields, below):
        """
        No container starts with something below a file, or within a folder
        that one object fills.
        """
        assert [
            (
                f"Service 'api': path {below}, in which nothing can be put. "
                "Choose another one for one of them."
            )
        ] == problems(service(**fields), DB)

    def test_beside(self, desired):
        """
        Files stand beside each other, and in any other folder.
        """
        api = service(
            volumes={"/data": Scratch("1Gi"), "/etc/b": FromSecret("x")},
            files={"/data/a": "x", "/etc/a": "x", "/etc/bc": "x"},
        )

        assert desired(api).get("Deployment", "api")

    @pytest.mark.parametrize("path", ["/proc", "/proc/x"])
    def test_kernel(self, problems, path):
        """
        No container starts with anything in ``/proc``.
        """
        assert [
            (
                f"Service 'api': path {path} of files belongs to the kernel. "
                "Choose another one."
            )
        ] == problems(service(files={path: "x"}))

    def test_disk_twice(self, problems):
        """
        Two disks of a part have two names.
        """
        api = service(volumes={"/a": Disk("1Gi"), "/b": Disk("1Gi")})

        assert [
            (
                "Service 'api' has two disks called 'data'. Name one, like "
                "Disk('10Gi', name='cache'), or give the same object to both "
                "containers."
            )
        ] == problems(api)

    def test_replicas(self, problems):
        """
        Several pods cannot have one disk.
        """
        remedy = (
            "but one pod at a time can mount its disk. Set replicas=1 and "
            "scale=OFF, or use a SharedDisk."
        )
        volumes = {"/a": Disk("1Gi")}

        assert [f"Service 'api': replicas is 2, {remedy}"] == problems(
            service(volumes=volumes, replicas=2)
        )
        assert [
            f"Worker 'a': scale asks for several replicas, {remedy}"
        ] == problems(
            Worker(
                "a", image=IMAGE, volumes=volumes, scale=Autoscale(1, 2, cpu=9)
            )
        )

    def test_nodes(self, problems):
        """
        Nor can the pods of all nodes.
        """
        agent = DaemonSet("agent", image=IMAGE, volumes={"/a": Disk("1Gi")})

        assert [
            (
                "DaemonSet 'agent' runs a pod on each node, but one pod at a "
                "time can mount its disk. Use a SharedDisk, or Scratch."
            )
        ] == problems(agent)

    def test_overlapping_runs(self, desired, problems):
        """
        Runs beside each other cannot mount a disk of their own.
        """
        tidy = CronJob(
            "tidy",
            schedule="@daily",
            image=IMAGE,
            volumes={"/a": Disk("1Gi")},
            concurrency="Allow",
        )

        assert [
            (
                "CronJob 'tidy': concurrency lets runs overlap, but one pod at "
                "a time can mount its disk. Choose 'Forbid' or 'Replace', or "
                "use a SharedDisk."
            )
        ] == problems(tidy)
        assert desired(attrs.evolve(tidy, concurrency="Replace"))

    def test_memory(self, problems):
        """
        Scratch space in memory is less than the container has.
        """
        volumes = {"/a": Scratch("128Mi", memory=True)}
        side = Container("side", image=IMAGE, volumes=volumes)

        assert [
            (
                "Service 'api': /a may take 128Mi of memory, but the container "
                "has 128Mi in all. Raise its memory."
            ),
            (
                "Service 'api': container 'side': /a may take 128Mi of memory, "
                "but the container has 128Mi in all. Raise its memory."
            ),
        ] == problems(service(volumes=volumes, sidecars=[side]))

    def test_shared_disk(self, problems):
        """
        A shared disk needs a class that can be shared, and a name of its
        own; the class is missed once, and not by each part.
        """
        api = service(volumes={"/a": SharedDisk("db", "1Gi")})
        web = attrs.evolve(api, name="web")
        needs = (
            "Service 'api': SharedDisk 'db' needs a storage class that "
            "several nodes can mount at once, but stack 'dev' knows none. "
            "Set it in the stack's file, like 'sharedStorageClass: efs', or name "
            "that of this disk, by storage_class='efs'."
        )

        assert [needs] == problems(api, web)
        assert [
            (
                "Service 'api': the name of SharedDisk 'db' is taken by another "
                "disk of the app. Rename one, or give the same object to all "
                "parts."
            ),
            needs,
        ] == problems(api, Postgres("db", version=17, disk="1Gi"))

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            ("db", {"name": "database", "formerly": "db"}),
            ("db-backup", {"backup": Backup("@daily", disk="1Gi")}),
            (
                "db-backup",
                {
                    "name": "database",
                    "formerly": "db",
                    "backup": Backup("@daily", disk="1Gi"),
                },
            ),
        ],
        ids=["renamed", "copies", "both"],
    )
    def test_disk_of_store(self, problems, name, fields):
        """
        A shared disk takes the claim of no store, whatever that is called
        now, and of no copies.
        """
        api = service(volumes={"/a": SharedDisk(name, "1Gi")})

        assert (
            f"Service 'api': the name of SharedDisk {name!r} is taken by "
            "another disk of the app. Rename one, or give the same object to "
            "all parts."
        ) == problems(api, attrs.evolve(DB, **fields))[0]

    def test_free_name(self, problems):
        """
        What a renamed store is called now is nobody's disk.
        """
        api = service(volumes={"/a": SharedDisk("database", "1Gi")})
        store = attrs.evolve(DB, name="database", formerly="db")
        (problem,) = problems(api, store)

        assert "needs a storage class" in problem


class TestContainers:
    def test_no_container(self):
        """
        Only containers stand beside a part.
        """
        for field in ("sidecars", "init"):
            assert (
                f"Service 'api': {field} must hold containers, like "
                "Container('proxy', image=…) (got 'proxy')."
            ) == message(service, **{field: ["proxy"]})

    def test_init(self):
        """
        What runs to its end neither listens nor is asked.
        """
        for fields in ({"port": 80}, {"health": ["true"]}):
            text = message(
                service, init=[Container("a", image=IMAGE, **fields)]
            )
            assert (
                "Service 'api': init must run to their end, without ports "
                "and health (got <Container a>)."
            ) == text

    def test_health(self):
        """
        A path is asked for at a port.
        """
        assert (
            "Container 'a': health must be a command or OFF, because no port "
            "speaks HTTP (got '/healthz')."
        ) == message(Container, "a", image=IMAGE, health="/healthz")

    def test_ports(self):
        """
        Ports are ports.
        """
        assert (
            "Container 'a': ports must hold ports, like Port('http', 8000) "
            "(got 80)."
        ) == message(Container, "a", image=IMAGE, ports=[80])

    def test_not_used(self):
        """
        A container refers to parts that its part uses.
        """
        db = Postgres("db", version=17, disk="1Gi")
        side = Container("side", image=IMAGE, env={"A": db.host})

        assert (
            "Service 'api': side: env A must refer to a part in its uses "
            "(got <db.host>)."
        ) == message(service, sidecars=[side])

    def test_names(self, problems):
        """
        Containers of a pod have different names.
        """
        api = service(sidecars=[SIDE, Container("api", image=IMAGE)])

        assert [
            (
                "Service 'api' has two containers called 'api'. Rename one; its "
                "own is called like the part."
            )
        ] == problems(api)

    def test_same_port(self, problems):
        """
        Containers of a pod share one network.
        """
        worker = Worker(
            "a",
            image=IMAGE,
            sidecars=[
                Container("b", image=IMAGE, port=8000),
                Container("c", image=IMAGE, port=8000),
            ],
        )

        assert [
            f"Worker 'a': port {port} is taken by container 'b' and by "
            "container 'c', which share one network."
            for port in (8000, "port-8000")
        ] == problems(worker)

    def test_configuration(self, problems):
        """
        What containers read is checked like what parts read.
        """
        side = Container(
            "side",
            image=IMAGE,
            env={"A": FromExternalSecret("a"), "B": File("missing")},
            files={"/a": Directory("missing"), "/b": "x" * (1 << 20) + "x"},
        )

        assert [
            (
                "Service 'api': side: env B: 'missing' cannot be read (No such "
                "file or directory)."
            ),
            (
                "Service 'api': side: file /a: 'missing' is no folder that has "
                "files."
            ),
            (
                "Service 'api': side: env A comes from External Secrets, but "
                "stack 'dev' names no store. Set it in the stack's file, like "
                "'secretStore: vault'."
            ),
            (
                "Service 'api': the 'side' container's files take 1048577 bytes "
                "together, but a ConfigMap holds at most 1048576. Put large "
                "files into the image or on a disk."
            ),
        ] == problems(service(sidecars=[side]))

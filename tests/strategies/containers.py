"""
What all parts of one's own say about their containers.
"""

import attrs

from hypothesis import strategies as st

from mizzen import (
    ALL_NAMESPACES,
    OFF,
    Address,
    Allow,
    AwsRole,
    AzureClient,
    Container,
    Directory,
    Disk,
    Dockerfile,
    ExistingDisk,
    File,
    FromConfigMap,
    FromExternalSecret,
    FromField,
    FromResource,
    FromSecret,
    FromStack,
    GcpAccount,
    Image,
    Internet,
    Port,
    Scratch,
    SharedDisk,
    Template,
    TemplateFile,
)

from .placement import placement
from .privileges import contexts, users
from .values import commands, cpu, laters, maybe, memory, mostly, texts


def braced(text):
    """
    *text* for a template, which takes single braces for gaps.
    """
    return text.replace("{", "{{").replace("}", "}}")


templates = st.builds(
    lambda text, value: Template(braced(text) + "{value}", value=value),
    texts,
    texts | laters,
)
# What the namespace has beside the app's own objects.
KEPT_BY_OTHERS = {
    ("Secret", "billing"),
    ("ConfigMap", "trust"),
    ("PersistentVolumeClaim", "archive"),
}
values = st.one_of(
    texts,
    laters,
    templates,
    st.sampled_from(
        [
            File("apps/api/api.txt"),
            TemplateFile("apps/api/api.txt"),
            FromSecret("billing", "token"),
            FromConfigMap("trust", "ca.crt"),
            FromExternalSecret("shop/api", property="token"),
        ]
    ),
)
variables = st.dictionaries(
    st.sampled_from(["A", "B", "LOG_LEVEL", "DB_HOST", "y"]),
    values
    | st.sampled_from(
        [
            FromField("metadata.labels['y']"),
            FromField("status.podIPs"),
            FromResource("limits.memory"),
        ]
    ),
    max_size=3,
)
files = st.dictionaries(
    st.sampled_from(["/a", "/b/c.txt", "/b/d.txt"]),
    values | st.binary(max_size=8) | st.just(Directory("apps/worker")),
    max_size=2,
)
folders = st.lists(
    st.sampled_from(["/tmp", "/var/cache", "/srv", "/"]),
    max_size=2,
    unique=True,
)
images = st.sampled_from(
    [
        Image("acme/api:v5"),
        Image(f"acme/api:{'v' * 63}-{'w' * 64}"),
        Image("registry.example.com:5000/acme/web:2.0_rc-1"),
        Image(f"acme/web@sha256:{'0123456789abcdef' * 4}"),
        Dockerfile("apps/api"),
        Dockerfile("apps/worker", args={"A": "1"}),
    ]
)
LOGS = Scratch("64Mi")
UPLOADS = SharedDisk("uploads-of-all", "1Gi")
# Nothing can be put into a volume, as files would be here.
volumes = mostly(
    st.dictionaries(
        st.sampled_from(["/data", "/v", "/srv/x"]),
        st.sampled_from(
            [
                LOGS,
                Scratch("1Mi", memory=True),
                UPLOADS,
                ExistingDisk("archive", shared=True),
                FromSecret("billing"),
                FromConfigMap("trust"),
            ]
        ),
        max_size=2,
    ),
    {"/b": LOGS},
)
# What one pod at a time can mount.
disks = st.sampled_from(
    [
        {
            "/data": Disk("1Gi"),
            "/more": Disk("1Gi", name="more", storage_class="io2"),
        },
        {"/data": ExistingDisk("archive")},
    ]
)
_containers = st.builds(
    Container,
    st.just("side-by-side"),
    image=images,
    command=maybe(commands),
    env=variables,
    files=files,
    volumes=volumes,
    memory=maybe(memory),
    ephemeral_storage=maybe(memory),
    writable=maybe(folders),
    user=st.sampled_from([None, OFF]),
    security_context=contexts,
)
_sidecars = st.builds(
    lambda container, fields: attrs.evolve(container, **fields),
    _containers,
    st.sampled_from(
        [
            {},
            {"health": ["true"]},
            {"port": 9999},
            {"ports": [Port("side", 9998)], "health": "/healthz"},
        ]
    ),
)
reaches = st.lists(
    st.sampled_from(
        [
            Internet(),
            Internet([80, 443]),
            Address("0.0.0.0/0", 80),
            Address("169.254.169.254", 80),
            Address("10.0.0.0/8", 5432),
            Address("192.0.2.4", 53, protocol="UDP"),
            Address("2001:db8::/32", 443),
            Address("api.example.com", 443),
            Address("api.example.com", 443, cidrs=["192.0.2.0/24"]),
        ]
    ),
    max_size=2,
)
common_fields = {
    "image": images,
    "command": maybe(commands),
    "args": maybe(st.lists(texts, max_size=2)),
    "env": variables,
    "files": files,
    "volumes": volumes,
    "sidecars": st.lists(_sidecars, max_size=1),
    "init": st.lists(
        _containers.map(lambda each: attrs.evolve(each, name="prepare-it")),
        max_size=1,
    ),
    "permissions": st.lists(
        st.sampled_from(
            [
                Allow("get", "watch", on=["pods/log", "jobs.batch"]),
                Allow("update", on="configmaps", names=["a"]),
                Allow("*", on="*", wildcard=True),
                Allow("get", on="secrets", within="payments"),
                Allow("list", on=["nodes", "pods"], within=ALL_NAMESPACES),
            ]
        ),
        max_size=2,
    ),
    "identity": st.sampled_from(
        [
            None,
            OFF,
            AwsRole("arn:aws:iam::123456789012:role/api"),
            AwsRole(FromStack("acme/iam/prod", "role")),
            GcpAccount("api-dev@shop-123.iam.gserviceaccount.com"),
            AzureClient("01234567-89ab-cdef-0123-456789abcdef"),
        ]
    ),
    "reaches": reaches,
    "memory": maybe(memory),
    "cpu": maybe(cpu),
    "ephemeral_storage": maybe(memory),
    "writable": maybe(folders),
    "user": users,
    "security_context": contexts,
    "grace_seconds": st.sampled_from([None, 0, 5, 600]),
}
placed_fields = {**common_fields, **placement}
common = st.fixed_dictionaries({**placed_fields, "volumes": volumes | disks})
# One pod on each node cannot mount what one pod at a time can.
everywhere = st.fixed_dictionaries(
    {**placed_fields, "volumes": mostly(volumes, {"/data": Disk("1Gi")})}
)

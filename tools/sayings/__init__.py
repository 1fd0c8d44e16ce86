"""
What can be said: the rows of ``docs/vocabulary.md``, each of which is one
line of Python that is compiled for real.

To add a row, add a line to its section (or a section): what one wants, and
the expression that says it. The expression is about the app of `PRELUDE`: a
part takes the place of the one of its name, anything else goes where it
belongs. Where it matters what is there before, a line says several things, of
which the last one is what it is about. Then run ``python -m tools.vocabulary``.
"""

from .connections import CONNECTIONS
from .containers import CONTAINERS
from .parts import PARTS
from .policy import POLICY
from .stacks import STACKS


PRELUDE = """\
image = Image("acme/app:v5")
db = Postgres("db", version=17, disk="1Gi")
cache = Redis("cache", version=8, disk="1Gi")
billing = ExternalService("billing", app="billing", part="api", port=8000)
web = Service("web", image=image, port=8080, health="/healthz")
worker = Worker("worker", image=image)
migrate = Job("migrate", image=image)
tidy = CronJob("tidy", image=image, schedule="@daily")
agent = DaemonSet("agent", image=image)
app = App(
    "shop",
    edition="2026",
    parts=[web, worker, migrate, tidy, agent, db, cache],
)
dev = Environment("dev")
stack = Stack(
    "dev",
    environment="dev",
    hosts=["shop.example.com"],
    issuer="letsencrypt",
    host_groups={"admin": ["admin.example.com"]},
    gateway_class="istio",
    ingress_class="nginx",
    internal_class="nginx-internal",
    secret_store=SecretStore("vault"),
    shared_class="efs",
)
"""

SAYINGS = PARTS | CONNECTIONS | CONTAINERS | POLICY | STACKS

"""
The Fibonacci calculator: what it is, the same in every stack.
"""

from mizzen import (
    App,
    Dockerfile,
    Job,
    Postgres,
    Redis,
    Route,
    Service,
    Worker,
)


db = Postgres("postgres", version=17, disk="1Gi")
cache = Redis("redis", version=8, disk="1Gi")
api = Service("api", image=Dockerfile("apps/api"), port=8000, uses=[db, cache], health="/healthz")
worker = Worker("worker", image=Dockerfile("apps/worker"), uses=[cache], health=["python", "-m", "worker.health"])
client = Service("client", image=Dockerfile("apps/client"), port=8080, uses=[api], health="/healthz")
migrate = Job("migrate", image=api.image, args=["migrate"], uses=[db], before=[api])

routes = [Route("/", client), Route("/api", api)]
app = App("multi", edition="2026", parts=[client, api, worker, migrate, db, cache], routes=routes)

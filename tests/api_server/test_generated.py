"""
A real API server accepts whatever users describe.
"""

import concurrent.futures
import functools

import pytest
import yaml

from hypothesis import given
from infra.local.kubernetes_api import KubernetesApi
from tests.api_server.comparison import differences
from tests.fixed_examples import FIXED
from tests.properties import Seen
from tests.strategies import deployments
from tests.strategies.extras import WIDGETS
from tests.strategies.privileges import LEVELS, level_of
from tests.strategies.values import CONTEXTS

from mizzen._custom_resources import unfit


# Each line has tests of its own, and to watch lines takes its time.
pytestmark = pytest.mark.no_cover

# What a cloud brings along: its definitions are no module of Go, and
# tests/google has the types of those of Google.
_OF_CLOUDS = ("cloud.google.com/", "networking.gke.io/")


# Google's controller knows its Ingresses by nothing else.
_NEEDED = 'annotation "kubernetes.io/ingress.class" is deprecated'


@pytest.fixture(name="known", scope="module")
def _known(api_server, definitions):
    """
    The definitions of all custom resources, also of one's own.
    """
    text = (CONTEXTS / WIDGETS).read_text(encoding="utf-8")
    own = [yaml.safe_load(text)]
    with KubernetesApi(api_server.kubeconfig) as api:
        api.define(own)

    return [*definitions, *own]


@pytest.fixture(name="pool", scope="module")
def _pool():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        yield pool


@functools.cache
def made(server, namespace, level):
    """
    Make sure that *namespace* is there, with a *level* of Pod Security
    enforced.
    """
    labels = {"pod-security.kubernetes.io/enforce": level}
    metadata = {"name": namespace, "labels": labels}
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    return server.apply(body, dry_run=False).status


def filled(body):
    """
    *body* with what the server reads itself of what is known only at
    deployment: the access to registries.
    """
    key = ".dockerconfigjson"
    if key not in body.get("stringData", {}):
        return body
    return {**body, "stringData": {key: '{"auths": {}}'}}


def accept(server, pool, known, seen):
    """
    *server* accepts what is *seen* without a warning, and reads what was
    written. What is *known* of custom resources by their definitions takes
    them, too.
    """
    assert [] == [*unfit(seen.manifests, known)]
    bodies = [
        filled(manifest.body)
        for manifest in seen.manifests
        if not manifest.body["apiVersion"].startswith(_OF_CLOUDS)
    ]
    places = {body["metadata"].get("namespace") for body in bodies}
    for place in filter(None, places):
        # What is warned of workloads there is told of their pods elsewhere.
        assert made(server, place, "privileged") in {200, 201}

    for body, answer in zip(
        bodies, pool.map(server.apply, bodies), strict=True
    ):
        assert answer.status in {200, 201}, answer.content["message"]
        warnings = [w.replace("\\", "") for w in answer.warnings]
        assert [] == [w for w in warnings if _NEEDED not in w]
        assert [] == differences(body, answer.content)
    admit(server, pool, seen)


def tried(seen):
    """
    Each pod in a namespace of the strictest level of Pod Security that has
    all it asks for, and in one that is stricter, if there is one; with the
    status of the answer.
    """
    parts = {part.name: part for part in seen.parts}
    for pod in seen.pods:
        level = LEVELS.index(level_of(parts[pod.part]))
        yield pod.within(LEVELS[level]), 201
        if level:
            yield pod.within(LEVELS[level - 1]), 403


def admit(server, pool, seen):
    """
    The pods pass Pod Security's level ``restricted``, or if they ask for
    more, the strictest level that has it.
    """
    for level in LEVELS:
        assert made(server, level, level) in {200, 201}
    bodies, statuses = [], []
    for body, status in tried(seen):
        bodies.append(body)
        statuses.append(status)
    answers = pool.map(server.create_dry, bodies)
    for answer, status in zip(answers, statuses, strict=True):
        assert answer.status == status, answer.content.get("message")
        assert [] == answer.warnings


@given(deployment=deployments())
def test_accepted(server, pool, known, deployment):
    """
    Whatever is compiled is accepted.
    """
    seen = Seen(deployment.description, deployment.manifests)
    accept(server, pool, known, seen)


@pytest.mark.parametrize("claim", FIXED)
def test_fixed(claim, server, pool, known):
    """
    So is what went wrong once.
    """
    description = FIXED[claim]
    accept(server, pool, known, Seen(description, description.compiled()))

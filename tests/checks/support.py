"""
Objects of an app, taken apart and put together.
"""

import json

import attrs

from mizzen import Image, Manifest, Service


# A service that nobody uses and that uses nobody.
LONE = Service("lone", image=Image("acme/lone:v5"), port=8080)


def copied(manifests):
    """
    The same objects, of which none shares anything with another.
    """
    return attrs.evolve(
        manifests,
        objects=[
            attrs.evolve(manifest, body=json.loads(json.dumps(manifest.body)))
            for manifest in manifests
        ],
    )


def spec(manifests, kind, name):
    """
    The ``spec`` of an object.
    """
    return manifests.get(kind, name)["spec"]


def pod(manifests, kind, name):
    """
    The ``spec`` of the pods of an object.
    """
    return spec(manifests, kind, name)["template"]["spec"]


def container(manifests, kind, name):
    """
    The first container of the pods of an object.
    """
    return pod(manifests, kind, name)["containers"][0]


def with_raw(manifests, *bodies, part=None):
    """
    The objects and more of them, as patches and raw manifests make them.
    """
    more = tuple(Manifest(part, body["kind"].lower(), body) for body in bodies)
    return attrs.evolve(manifests, objects=(*manifests.objects, *more))


def raw(kind, name, spec, **metadata):
    """
    An object that somebody has written by hand.
    """
    return {
        "apiVersion": "v1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop-dev", **metadata},
        "spec": spec,
    }


def blocks(*cidrs, left_out=()):
    """
    Peers of a NetworkPolicy that are networks.
    """
    return [
        {"ipBlock": {"cidr": cidr, "except": [*left_out]}} for cidr in cidrs
    ]

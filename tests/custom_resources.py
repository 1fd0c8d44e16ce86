"""
Definitions of custom resources, and such resources.
"""


def schema(fields, **rest):
    """
    The schema of a map with *fields*.
    """
    return {"type": "object", "properties": fields, **rest}


def definition(spec=None, *, kind="Widget", scope="Namespaced", **version):
    """
    The CustomResourceDefinition of a kind whose ``spec`` has a schema.
    """
    whole = schema({"spec": spec or schema({"size": {"type": "integer"}})})
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{kind.lower()}s.acme.example.com"},
        "spec": {
            "group": "acme.example.com",
            "scope": scope,
            "names": {"kind": kind},
            "versions": [
                {
                    "name": "v1",
                    "served": True,
                    "schema": {"openAPIV3Schema": whole},
                    **version,
                }
            ],
        },
    }


def widget(spec=None, *, kind="Widget", version="v1", namespace=None):
    """
    A custom resource.
    """
    place = {"namespace": namespace} if namespace else {}
    return {
        "apiVersion": f"acme.example.com/{version}",
        "kind": kind,
        "metadata": {"name": "w", **place},
        "spec": spec or {},
    }

"""
What the engine tells of an update.
"""


def step(part, kind, op="update", *, name=None, **inputs):
    """
    What the engine tells of a resource of *part*.
    """
    group = {"Job": "batch", "Image": "docker-build:index"}.get(kind, "apps")
    token = (
        f"{group}:Image"
        if kind == "Image"
        else f"kubernetes:{group}/v1:{kind}"
    )
    parent = (
        f"urn:pulumi:dev::lab::mizzen:index:App$mizzen:index:Service::{part}"
    )
    state = {
        "parent": parent,
        "inputs": {"metadata": {"name": name or part}, **inputs},
    }
    deleted = op.startswith("delete")
    return {
        "op": op,
        "urn": parent.replace(f"::{part}", f"${token}::{part}-{kind.lower()}"),
        "old": state if op != "create" else None,
        "new": None if deleted else state,
    }


def begins(*words, **named):
    """
    The engine begins with a resource.
    """
    return {"resourcePreEvent": {"metadata": step(*words, **named)}}


def ends(*words, **named):
    """
    The engine is done with a resource.
    """
    return {"resOutputsEvent": {"metadata": step(*words, **named)}}


def fails(*words, **named):
    """
    The engine has failed with a resource.
    """
    return {"resOpFailedEvent": {"metadata": step(*words, **named)}}

"""
``mizzen restore``.
"""

import json
import subprocess

import click

from .. import _names
from .._backups import restoration
from ..exceptions import SpecError
from ..spec import Store, title
from ._output import FINDINGS, FINE
from ._target import Target, target_of


def _store(target: Target, name: str) -> Store:
    stores = {p.name: p for p in target.app.parts if isinstance(p, Store)}
    if name not in stores:
        msg = (
            f"App {target.app.name!r} has no store {name!r}; the stores are: "
            f"{', '.join(map(repr, stores)) or 'none'}."
        )
        raise SpecError(msg)
    return stores[name]


def _kubectl(target: Target, *words: str) -> list[str]:
    context = target.stack.context
    chosen = [f"--context={context}"] if context else []

    return ["kubectl", *chosen, *words]


@click.command()
@click.argument("store")
@click.argument("backup", required=False)
@click.option("--stack", required=True, metavar="STACK", help="The stack.")
@click.option("--app", metavar="NAME", help="App, if the project has several.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(
    store: str, backup: str | None, stack: str, app: str | None, *, yes: bool
) -> int:
    """
    Put STORE back to BACKUP, or to the last one, and wait for it.

    What was written since then is lost. It needs kubectl.
    """
    target = target_of(stack, app)
    part = _store(target, store)
    manifests = target.compile()
    try:
        maker = manifests.get(
            "CronJob", _names.backups(manifests.names[store])
        )
    except KeyError:
        msg = (
            f"{title(part)} has no backups in stack {stack!r}. Set backup, "
            "like backup=Backup('0 3 * * *', disk='20Gi')."
        )
        raise SpecError(msg) from None
    if not yes:
        which = backup or "its last backup"
        question = f"Put {title(part)} of stack {stack!r} back to {which}?"
        click.confirm(question, abort=True, err=True)
    job = restoration(part, maker, backup)
    created = subprocess.run(  # noqa: S603 - no shell
        _kubectl(target, "create", "--filename=-", "--output=name"),
        check=False,
        input=json.dumps(job),
        stdout=subprocess.PIPE,
        text=True,
    )
    if created.returncode:
        return FINDINGS
    name = created.stdout.strip()
    namespace = f"--namespace={manifests.namespace}"
    for words in (
        ("logs", "--follow", "--pod-running-timeout=5m", name),
        ("wait", "--for=condition=Complete", "--timeout=1m", name),
    ):
        done = subprocess.run(  # noqa: S603 - no shell
            _kubectl(target, namespace, *words), check=False
        )
    return FINDINGS if done.returncode else FINE

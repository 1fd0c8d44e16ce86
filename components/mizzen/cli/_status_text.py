"""
What runs of an app, as text for people.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..changes.inert import visible
from ..diagnosis import Diagnosis
from ..status import Happening, PartStatus, StackStatus


if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_FEW = 5
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def duration(seconds: float | None) -> str:
    """
    *seconds* in the largest unit of which there is at least one.

    >>> duration(7300), duration(0), duration(None)
    ('2 h', '0 s', '')
    """
    if seconds is None:
        return ""
    size, unit = next(
        (each for each in _UNITS if seconds >= each[0]), _UNITS[-1]
    )
    return f"{int(seconds // size)} {unit}"


def _table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> "Table":
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(visible(str(cell))) for cell in row))

    return table


def _ready(row: PartStatus) -> str:
    if row.state in ("scheduled", "not deployed"):
        return row.state
    return f"{row.ready} of {row.wanted}"


def _overview(parts: Iterable[PartStatus]) -> "Table":
    names = ("Part", "Runs as", "Ready", "Image", "Restarts", "Age", "Address")
    return _table(
        names,
        (
            (
                row.part,
                row.workload,
                _ready(row),
                ", ".join(row.images),
                row.restarts,
                duration(row.age_seconds),
                ", ".join(row.addresses),
            )
            for row in parts
        ),
    )


def _events(events: Iterable[Happening]) -> "Table":
    return _table(
        ("Ago", "About", "Event", ""),
        (
            (
                duration(event.age_seconds),
                event.about,
                event.reason,
                event.message
                + (f" ({event.count} times)" if event.count > 1 else ""),
            )
            for event in events
        ),
    )


def _amounts(amounts: dict[str, str]) -> str:
    return ", ".join(f"{name} {size}" for name, size in amounts.items())


def _details(row: PartStatus) -> Iterator[tuple[str, str]]:
    """
    What is to be known of a part beside its pods.
    """
    yield "Version", row.version
    yield "Addresses", "\n".join(row.addresses)
    yield "Disks", "\n".join(row.claims)
    for container in row.containers:
        yield f"Container {container.name}", container.image
        yield "  ports", ", ".join(container.ports)
        yield "  requests", _amounts(dict(container.requests))
        yield "  limits", _amounts(dict(container.limits))
        yield "  probes", "\n".join(container.probes)
        yield "  settings", "\n".join(container.settings)
        yield "  mounts", "\n".join(container.mounts)


def _pods(row: PartStatus) -> "Table":
    return _table(
        ("Pod", "State", "Ready", "Restarts", "Age", "Node", "IP"),
        (
            (
                pod.name,
                f"{pod.state} (version before)" if pod.old else pod.state,
                "yes" if pod.ready else "no",
                pod.restarts,
                duration(pod.age_seconds),
                pod.node,
                pod.address,
            )
            for pod in row.pods
        ),
    )


def print_diagnosis(
    diagnosis: Diagnosis, console: "Console", log: Iterable[str] = ()
) -> None:
    """
    Print what is wrong, the last lines of a *log*, and what runs meanwhile.
    """
    from rich.text import Text  # noqa: PLC0415

    console.print(Text(visible(str(diagnosis)), "bold red"))
    for line in log:
        console.print(Text(f"    | {visible(line)}"))
    if diagnosis.meanwhile:
        console.print(Text(f"  {visible(diagnosis.meanwhile)}."))


def _print_diagnoses(row: PartStatus, console: "Console") -> None:
    for diagnosis in row.diagnoses:
        print_diagnosis(diagnosis, console)


def print_status(status: StackStatus, console: "Console") -> None:
    """
    Print a table of all parts, what is wrong, and the last warnings.
    """
    console.print(_overview(status.parts))
    for row in status.parts:
        _print_diagnoses(row, console)
    events = [event for event in status.events if event.warning][:_FEW]
    if events:
        console.print()
        console.print(_events(events))


def print_part(status: StackStatus, console: "Console") -> None:
    """
    Print everything that is known of one part.
    """
    for row in status.parts:
        console.print(_overview([row]))
        _print_diagnoses(row, console)
        known = [pair for pair in _details(row) if pair[1]]
        console.print()
        console.print(_table(("", ""), known))
        if row.pods:
            console.print()
            console.print(_pods(row))
    if status.events:
        console.print()
        console.print(_events(status.events[: 2 * _FEW]))

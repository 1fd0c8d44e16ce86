"""
A folder of rendered files, in which files of others are left alone.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from ..exceptions import SpecError
from ..manifests import Manifests, to_json, to_yaml


# Lists the files that were written, so that only they are replaced.
RECORD = ".mizzen-files"


def _recorded(folder: Path) -> set[str]:
    record = folder / RECORD
    names = (
        record.read_text(encoding="utf-8").splitlines()
        if record.is_file()
        else []
    )

    return {name for name in names if Path(name).name == name}


def _record(folder: Path, names: Iterable[str]) -> None:
    lines = "".join(f"{name}\n" for name in sorted(names))
    (folder / RECORD).write_text(lines, encoding="utf-8")


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    """
    Make *folder* hold *files* and none of an earlier run.

    Raises:
        SpecError: If one of them is there already and was not written by an
            earlier run.

        OSError: If the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    before = _recorded(folder)
    for name in files:
        if name not in before and (folder / name).exists():
            msg = (
                f"File {name} in {str(folder)!r} was not written by mizzen. "
                "Choose another folder, or move the file away."
            )
            raise SpecError(msg)

    # A run that is stopped in between must still know its files.
    _record(folder, before.union(files))
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name in before.difference(files):
        (folder / name).unlink(missing_ok=True)
    _record(folder, files)


def files(manifests: Manifests, form: str) -> dict[str, str]:
    """
    Names and content of one file per object, in the order of names.

    Names consist of part and role, so that they stay when a hash in an
    object's name changes. The app's own objects sort before all others,
    because the namespace has to be there first.
    """
    write = to_yaml if form == "yaml" else to_json

    return dict(
        sorted(
            (f"{m.part or 0}.{m.role}.{form}", write(m.body))
            for m in manifests
        )
    )

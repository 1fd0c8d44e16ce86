"""
Stores that run on this machine.
"""

import os
import subprocess

from apps.conftest import free_port

from mizzen import Image, Worker
from mizzen._connections import connections
from mizzen.pulumi._values import derived_password
from mizzen.spec.servers import BACKUPS, ERRAND_FILES
from mizzen.spec.texts import Placeholder, Previous


class Site:
    """
    A store on loopback, with the keys from which its passwords derive.
    """

    def __init__(self, store, folder):
        self.store = store
        self.folder = folder
        self.port = free_port()
        self.key = self.previous = "first"
        self.parts = [
            Worker(name, image=Image("acme/it:v1"), uses=[store])
            for name in ("api", "migrate")
        ]

    def change_key(self):
        """
        Another key of the stack.
        """
        self.previous, self.key = self.key, "second"

    def filled(self, text):
        """
        What stands in the cluster for *text*.
        """

        def value(source):
            if isinstance(source, Previous):
                return derived_password(self.previous, source.source.purpose)
            return derived_password(self.key, source.purpose)

        if isinstance(text, Placeholder):
            return text.pieces.fill(value)
        return str(text)

    def connection(self, part):
        """
        Settings of *part*.
        """
        found = connections([*self.parts, self.store], "dev").of("db", part)
        return {k: self.filled(v) for k, v in found.settings.items()}

    def administrator(self):
        """
        What the server is given.
        """
        access = connections([*self.parts, self.store], "dev").access["db"]
        return {
            name: self.filled(text)
            for name, text in self.store.server(access).files.items()
        }

    def set_up(self):
        """
        Run the errand that makes the accounts.
        """
        access = connections([*self.parts, self.store], "dev").access["db"]
        errand = self.store.setup(access)
        return self.run(errand.command, errand.env, errand.files)

    def back_up(self):
        """
        Run the errand that makes a copy.
        """
        access = connections([*self.parts, self.store], "dev").access["db"]
        errand = self.store.dump(access)
        files = self.store.server(access).files
        return self.run(errand.command, errand.env, files)

    def begin_to_restore(self, backup=None):
        """
        A process that puts a copy back.
        """
        access = connections([*self.parts, self.store], "dev").access["db"]
        env = dict(self.store.dump(access).env)
        if backup:
            env["BACKUP"] = backup
        files = self.store.server(access).files
        return self.begin(self.store.restore, env, files)

    def restore(self, backup=None):
        """
        Put a copy back.
        """
        return self.ended(self.begin_to_restore(backup))

    def run(self, command, env, files):
        """
        Run an errand as it runs in the cluster.
        """
        return self.ended(self.begin(command, env, files))

    @staticmethod
    def ended(process):
        """
        How *process* ends.
        """
        with process:
            try:
                printed, said = process.communicate(timeout=60)
            except BaseException:
                process.kill()
                raise
        return subprocess.CompletedProcess(
            process.args, process.returncode, printed, said
        )

    def begin(self, command, env, files):
        """
        A process that is an errand.
        """
        folders = {
            ERRAND_FILES: self.folder / "errand",
            BACKUPS: self.folder / "backup",
        }
        for folder in folders.values():
            folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (folders[ERRAND_FILES] / name).write_text(self.filled(text))
        here = dict.fromkeys(("5432", "6379", "3306"), self.port)
        here["db"] = "127.0.0.1"
        return subprocess.Popen(
            [str(folders.get(word, word)) for word in command],
            env={
                **os.environ,
                **{
                    name: str(here.get(text, text))
                    for name, text in env.items()
                },
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

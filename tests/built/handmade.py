"""
Images that are made by hand, file by file.
"""

import gzip
import hashlib
import io
import json
import tarfile


def layer(*entries):
    """
    An archive of *entries*: paths with their content, folders with a slash
    at the end, and paths with `None` that hide what is below.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in entries:
            folder, slash, name = path.rpartition("/")
            hidden = f"{folder}{slash}.wh.{name}"
            info = tarfile.TarInfo(hidden if content is None else path)
            if not name:
                info.type = tarfile.DIRTYPE
            info.size = len(content or b"")
            archive.addfile(info, io.BytesIO(content or b""))
    return buffer.getvalue()


def config(layers, history=(), platform="linux/amd64", **settings):
    """
    The configuration of an image with *layers*.
    """
    system, architecture = platform.split("/")
    digests = [f"sha256:{hashlib.sha256(each).hexdigest()}" for each in layers]

    return {
        "os": system,
        "architecture": architecture,
        "rootfs": {"type": "layers", "diff_ids": digests},
        "history": list(history),
        "config": settings,
    }


class Layout:
    """
    A folder in the OCI layout, or the blobs of a registry.
    """

    def __init__(self):
        self.files = {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}'}

    def blob(self, content):
        """
        Add a blob; its descriptor.
        """
        if not isinstance(content, bytes):
            content = json.dumps(content).encode()
        digest = hashlib.sha256(content).hexdigest()
        self.files[f"blobs/sha256/{digest}"] = content

        return {"digest": f"sha256:{digest}", "size": len(content)}

    def image(self, layers, **settings):
        """
        Add an image; the descriptor of its manifest.
        """
        packed = [self.blob(gzip.compress(each)) for each in layers]
        described = self.blob(config(layers, **settings))

        return self.blob({"config": described, "layers": packed})

    def index(self, *manifests):
        """
        Say which images there are.
        """
        content = json.dumps({"manifests": list(manifests)}).encode()
        self.files["index.json"] = content

        return self

    def write(self, folder):
        """
        Write all files into *folder*.
        """
        for name, content in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        return folder

    def archive(self, path):
        """
        Write all files into an archive.
        """
        with tarfile.open(path, "w") as archive:
            for name, content in self.files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path


def docker_archive(path, layers, **settings):
    """
    Write an archive as ``docker image save`` does.
    """
    layout = Layout()
    layout.files = {
        "config.json": json.dumps(config(layers, **settings)).encode()
    }
    names = [f"{number}/layer.tar" for number in range(len(layers))]
    layout.files |= dict(zip(names, layers, strict=True))
    layout.files["manifest.json"] = json.dumps(
        [{"Config": "config.json", "RepoTags": None, "Layers": names}]
    ).encode()

    return layout.archive(path)

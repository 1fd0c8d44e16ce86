"""
A registry that serves images made by hand.
"""

import contextlib
import http.server
import threading


class _Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        """
        Answer with a manifest or a blob.
        """
        wanted = self.path.rpartition("/")[2]
        digest = self.server.tags.get(wanted, wanted)
        path = f"blobs/{digest.replace(':', '/')}"
        content = self.server.layout.files.get(path)
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *args):
        """
        Say nothing.
        """


@contextlib.contextmanager
def serving(layout, tags):
    """
    The address of a registry that has the blobs of *layout*, and digests by
    their *tags*, for as long as the block lasts.
    """
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Registry) as found:
        found.layout, found.tags = layout, tags
        thread = threading.Thread(target=found.serve_forever, args=[0.01])
        thread.start()
        yield f"127.0.0.1:{found.server_port}"
        found.shutdown()
        thread.join()

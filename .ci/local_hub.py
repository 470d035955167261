"""A hub as Hugging Face's, on this machine: metadata and small files at one port, large files behind redirects at another."""
import contextlib
import hashlib
import http.server
import json
import pathlib
import re
import sys
import threading
import urllib.parse

COMMIT = "89abcdef0123456789abcdef0123456789abcdef"
REVISION = f"(?:main|{COMMIT})"
PATH = re.compile(f"/api/models/(?P<listed>[^/]+/[^/]+)/revision/{REVISION}|/(?P<named>[^/]+/[^/]+)/resolve/{REVISION}/(?P<file>.+)")
LARGE = 1 << 20
CHUNK = 1 << 16


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def git_blob(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Says nothing of clients that go: some are killed here."""

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Hub:
    """Serves these files as each of the repositories; `stall` holds large files back after their first half."""

    def __init__(self, files, *repositories):
        self.repositories = repositories
        self.files = {path: pathlib.Path(file).read_bytes() for path, file in files.items()}
        self.requests = []
        self.stall = threading.Event()
        self.stalled = threading.Event()
        self.closed = threading.Event()

    def __enter__(self):
        self.servers = [self.server(self.answer), self.server(self.answer_blob)]
        return self

    def __exit__(self, *_):
        self.closed.set()
        for server in self.servers:
            server.shutdown()
            server.server_close()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.servers[0].server_port}"

    def server(self, answer):
        requests = self.requests

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                requests.append((self.command, self.path, dict(self.headers)))
                with contextlib.suppress(ConnectionError):
                    answer(self, urllib.parse.unquote(urllib.parse.urlparse(self.path).path))

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        server = Server(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def answer(self, request, path):
        asked = PATH.fullmatch(path)
        if not asked or (asked["listed"] or asked["named"]) not in self.repositories:
            send(request, 401, b"{}", {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
        elif asked["listed"]:
            send(request, 200, json.dumps(self.listing(asked["listed"])).encode(), {"Content-Type": "application/json"})
        elif asked["file"] not in self.files:
            send(request, 404, b"{}", {"X-Error-Code": "EntryNotFound", "X-Error-Message": "Entry not found"})
        else:
            content = self.files[asked["file"]]
            headers = {"X-Repo-Commit": COMMIT}
            if len(content) < LARGE:
                send(request, 200, content, headers | {"ETag": f'"{git_blob(content)}"'})
            else:
                blob = f"http://localhost:{self.servers[1].server_port}/blobs/{sha256(content)}?signature=x"
                send(request, 302, b"", headers | {"Location": blob, "X-Linked-Etag": f'"{sha256(content)}"',
                                                   "X-Linked-Size": str(len(content))})

    def answer_blob(self, request, path):
        assert "Authorization" not in request.headers, "the blob store was shown a token"
        content = next(content for content in self.files.values() if path == f"/blobs/{sha256(content)}")
        start = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        headers = {"ETag": '"blob"', "Accept-Ranges": "bytes"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        send(request, 206 if start else 200, content[start:], headers, self.hold)

    def hold(self, sent, total):
        if self.stall.is_set() and sent >= total // 2:
            self.stalled.set()
            self.closed.wait()
            raise ConnectionError

    def listing(self, repository):
        return {"id": repository, "modelId": repository, "sha": COMMIT, "siblings": [
            {"rfilename": path, "size": len(content), "blobId": git_blob(content)}
            | ({"lfs": {"sha256": sha256(content), "size": len(content), "pointerSize": 134}}
               if len(content) >= LARGE else {})
            for path, content in self.files.items()]}


def send(request, status, body, headers, between=lambda sent, total: None):
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name, value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    if request.command != "HEAD":
        for start in range(0, len(body), CHUNK):
            between(start, len(body))
            request.wfile.write(body[start:start + CHUNK])

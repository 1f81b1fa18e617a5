"""A web server on loopback that gives what a test wants: pages, redirects, floods, drips."""

import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = {"Content-Type": "text/html; charset=utf-8"}


class Site:
    """What is served: by path, bytes or a function of the handler. `asked` gathers the requests.

    A path that is not there is 404; so is /robots.txt, unless the test puts one.
    """

    def __init__(self):
        self.pages = {}
        self.asked = []
        self.times = []
        self.address = ""

    def page(self, path, data, status=200, **headers):
        body = data.encode() if isinstance(data, str) else data
        told = HTML | {name.replace("_", "-"): value for name, value in headers.items()}

        def give(handler):
            handler.send_response(status)
            for name, value in told.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.pages[path] = give

    def redirect(self, path, to, status=302):
        self.page(path, b"", status, Location=to)

    def drip(self, path, piece=b"x", every=0.05, head=None):
        """Begin an answer and go on with it for ever, slowly; `head` drips among the headers."""

        def give(handler):
            if head is None:
                handler.send_response(200)
                handler.send_header("Content-Type", "text/html")
                handler.end_headers()
            else:
                handler.wfile.write(head)
            while True:
                handler.wfile.write(piece)
                time.sleep(every)

        self.pages[path] = give

    def flood(self, path, piece, **headers):
        """Give a piece for ever, as fast as it is read."""

        def give(handler):
            handler.send_response(200)
            for name, value in (HTML | headers).items():
                handler.send_header(name, value)
            handler.end_headers()
            while True:
                handler.wfile.write(piece)

        self.pages[path] = give


@contextmanager
def serving(host="127.0.0.1", certificate=None):
    """Serve a `Site` while the block runs; over TLS if there is a file with key and certificate."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            site.asked.append((self.path, dict(self.headers)))
            site.times.append(time.monotonic())
            give = site.pages.get(self.path)
            try:
                if give is None:
                    self.send_error(404)
                else:
                    give(self)
            except OSError:
                self.close_connection = True  # the client has had enough

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    site.address = f"http{'s' if certificate else ''}://{host}:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

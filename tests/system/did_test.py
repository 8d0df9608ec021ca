#!/usr/bin/env python3
"""`icn did resolve`: did:key, did:peer, and did:web from a TLS server that this test starts, good and bad.

The server's certificate is made here. It listens on 127.0.0.1, which is allowed, and on 127.0.0.2, which is not.
"""
import http.server
import json
import os
import pathlib
import ssl
import subprocess
import tempfile
import threading
import unittest

from icn_support import ICN, TIMEOUT_S, main, problems

KEY = "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"
OTHER_KEY = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


def make_certificate(folder: pathlib.Path, name: str, *options: str) -> tuple[pathlib.Path, pathlib.Path]:
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.2", *options],
                   check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S)
    return certificate, key


def expired_certificate(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    """Self-signed, valid for one day of the year 2020."""
    _, key = make_certificate(folder, "expired")
    config = folder / "ca.cnf"
    (folder / "index.txt").write_text("")
    (folder / "serial").write_text("01\n")
    config.write_text(f"""[ca]
default_ca=own
[own]
dir={folder}
new_certs_dir={folder}
database={folder}/index.txt
serial={folder}/serial
default_md=sha256
policy=any
x509_extensions=names
[any]
commonName=supplied
[names]
basicConstraints=critical,CA:TRUE
subjectAltName=DNS:localhost
""")
    request, certificate = folder / "expired.csr", folder / "expired.pem"
    subprocess.run(["openssl", "req", "-new", "-key", key, "-subj", "/CN=localhost", "-out", request], check=True,
                   capture_output=True, timeout=TIMEOUT_S)
    subprocess.run(["openssl", "ca", "-batch", "-config", config, "-selfsign", "-keyfile", key, "-in", request,
                    "-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-notext", "-out", certificate],
                   check=True, capture_output=True, timeout=TIMEOUT_S)
    return certificate, key


class Site:
    """An HTTPS server. `answers` maps a path to a function that writes the whole answer of a handler."""

    def __init__(self, certificate: tuple[pathlib.Path, pathlib.Path], address: str = "127.0.0.1"):
        site = self
        self.answers = {}
        self.asked = []
        self.closing = threading.Event()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                site.asked.append(self.path)
                self.close_connection = True
                try:
                    site.answers.get(self.path, lambda handler: handler.send_error(404))(self)
                except OSError:
                    pass  # the client has seen enough

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        self.server = Server((address, 0), Handler)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def did(self, *path: str) -> str:
        return ":".join((f"did:web:localhost%3A{self.port}", *path))

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()


def send(handler, body: bytes, *headers: tuple[str, str], status: int = 200):
    handler.send_response(status)
    for header in (*headers, ("Content-Length", str(len(body)))):
        handler.send_header(*header)
    handler.end_headers()
    handler.wfile.write(body)


def document(did: str, key: str = KEY) -> dict:
    return {"@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
            "id": did,
            "verificationMethod": [{"id": f"{did}#key-1", "type": "Multikey", "controller": did,
                                    "publicKeyMultibase": key}],
            "assertionMethod": ["#key-1"],
            "service": [{"id": "#site", "type": "LinkedDomains",
                         "serviceEndpoint": {"origins": ["https://a.example"]}}]}


class DidWeb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.home = pathlib.Path(cls.folder.name)
        cls.certificate = make_certificate(cls.home, "good")
        cls.site = Site(cls.certificate)
        cls.addClassCleanup(cls.site.close)

    def resolve(self, did: str, *, code: int = 0, settings: str = "", certificate: pathlib.Path | None = None) -> dict:
        resolver = f"web:allow=127.0.0.1;ca={certificate or self.certificate[0]}{settings}"
        done = subprocess.run([ICN, "did", "resolve", did, "--json"], capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=TIMEOUT_S, env={"ICN_DID_RESOLVERS": resolver, "PATH": os.environ["PATH"]})
        answer = json.loads(done.stdout or b"{}")
        self.assertEqual(code, done.returncode, (done.stdout, done.stderr))
        if code != 0:
            self.assertEqual([], problems("error", answer))
            return answer["error"]
        self.assertEqual([], problems("did_document", answer))
        return answer["document"]

    def refused(self, did: str, code: int, rule: str, **options) -> dict:
        error = self.resolve(did, code=code, **options)
        self.assertEqual(rule, error["rule"], error)
        return error

    def serve(self, path: str, answer, site: Site | None = None):
        (site or self.site).answers[path] = answer

    def test_a_document_is_printed_whole(self):
        did, deep = self.site.did(), self.site.did("user", "alice")
        self.serve("/.well-known/did.json", lambda handler: send(handler, json.dumps(document(did)).encode()))
        self.serve("/user/alice/did.json", lambda handler: send(handler, json.dumps(document(deep)).encode()))
        self.assertEqual(document(did), self.resolve(did))
        self.assertEqual(document(deep), self.resolve(deep))
        self.assertEqual(document(deep), self.resolve(deep + "/a/path?query#key-1"))
        # Another spelling is another DID, and the document is not its own.
        self.refused(did.replace("%3A", "%3a"), 101, "wrong_id")

    def test_what_is_not_its_document_is_refused(self):
        did = self.site.did("wrong")
        for body, rule in ((json.dumps(document(self.site.did("other"))), "wrong_id"),
                           (json.dumps({"id": {"method": "web", "id_string": "x"}}), "wrong_id"),
                           ("<html>", "not_json"), ("", "not_json"),
                           ('{"id":"%s","id":"%s"}' % (did, did), "duplicate_key")):
            self.serve("/wrong/did.json", lambda handler, body=body: send(handler, body.encode()))
            self.refused(did, 101, rule)

    def test_a_key_may_change_between_two_questions(self):
        did = self.site.did("changing")
        keys = iter((KEY, OTHER_KEY))
        self.serve("/changing/did.json",
                   lambda handler: send(handler, json.dumps(document(did, next(keys))).encode()))
        for key in (KEY, OTHER_KEY):
            self.assertEqual(key, self.resolve(did)["verificationMethod"][0]["publicKeyMultibase"])

    def test_answers_without_a_document(self):
        self.refused(self.site.did("absent"), 104, "http_status")
        self.serve("/gone/did.json", lambda handler: handler.send_error(410))
        self.refused(self.site.did("gone"), 104, "http_status")
        self.serve("/broken/did.json", lambda handler: handler.send_error(503))
        self.refused(self.site.did("broken"), 115, "http_status")
        self.serve("/partial/did.json", lambda handler: send(handler, b"{}", status=206))
        self.refused(self.site.did("partial"), 115, "http_status")

    def redirect(self, path: str, to: str):
        self.serve(path, lambda handler: send(handler, b"elsewhere", ("Location", to), status=302))

    def test_redirects_are_followed_only_to_allowed_https(self):
        did = self.site.did("moved")
        self.serve("/new/did.json", lambda handler: send(handler, json.dumps(document(did)).encode()))
        self.redirect("/moved/did.json", "/new/did.json")
        self.assertEqual(document(did), self.resolve(did))

        hidden = Site(self.certificate, "127.0.0.2")
        self.addCleanup(hidden.close)
        hidden.answers["/did.json"] = lambda handler: send(handler, json.dumps(document(did)).encode())
        self.redirect("/moved/did.json", f"https://127.0.0.2:{hidden.port}/did.json")
        error = self.refused(did, 106, "private_address")
        self.assertIn("127.0.0.2", error["detail"])
        self.redirect("/moved/did.json", "https://[::1]:1/did.json")
        self.refused(did, 106, "private_address")
        self.redirect("/moved/did.json", "https://169.254.169.254/latest/meta-data/")
        self.refused(did, 106, "private_address")
        self.assertEqual([], hidden.asked)
        # The same redirect works when the operator allows the address.
        self.redirect("/moved/did.json", f"https://127.0.0.2:{hidden.port}/did.json")
        self.assertEqual(document(did), self.resolve(did, settings=";allow=127.0.0.2"))

        for scheme in ("http://localhost/did.json", "file:///etc/passwd", "gopher://localhost:1/"):
            self.redirect("/moved/did.json", scheme)
            self.refused(did, 106, "not_https")
        self.redirect("/moved/did.json", "/moved/did.json")
        self.refused(did, 103, "redirects")

    def test_a_private_address_is_not_asked_unless_allowed(self):
        asked = len(self.site.asked)
        done = subprocess.run([ICN, "did", "resolve", self.site.did(), "--json"], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=TIMEOUT_S, env={"PATH": os.environ["PATH"]})
        self.assertEqual(106, done.returncode, done.stderr)
        self.assertEqual("private_address", json.loads(done.stdout)["error"]["rule"])
        self.assertEqual(asked, len(self.site.asked))

    def test_a_proxy_of_the_environment_is_not_used(self):
        did = self.site.did("direct")
        self.serve("/direct/did.json", lambda handler: send(handler, json.dumps(document(did)).encode()))
        resolver = f"web:allow=127.0.0.1;ca={self.certificate[0]}"
        done = subprocess.run([ICN, "did", "resolve", did], capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=TIMEOUT_S, env={"ICN_DID_RESOLVERS": resolver, "PATH": os.environ["PATH"],
                                                      "https_proxy": "http://127.0.0.1:1"})
        self.assertEqual(0, done.returncode, done.stderr)

    def test_bodies_are_bounded(self):
        def gibibyte(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", str(1 << 30))
            handler.end_headers()
            while True:
                handler.wfile.write(bytes(1 << 16))

        def endless(handler):
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            while True:
                handler.wfile.write(b"1000\r\n" + b" " * 0x1000 + b"\r\n")

        def endless_headers(handler):
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(100_000):
                handler.wfile.write(f"X-{number}: {'x' * 1000}\r\n".encode())

        self.serve("/garbage/did.json", lambda handler: handler.wfile.write(b"220 mail.example ESMTP\r\n"))
        self.refused(self.site.did("garbage"), 106, "not_https")
        self.serve("/large/did.json", gibibyte)
        self.refused(self.site.did("large"), 103, "did_document_bytes")
        self.serve("/endless/did.json", endless)
        self.refused(self.site.did("endless"), 103, "did_document_bytes")
        self.serve("/headers/did.json", endless_headers)
        self.refused(self.site.did("headers"), 103, "response_header_bytes")

    def test_a_slow_server_is_left(self):
        def silent(handler):
            self.site.closing.wait(TIMEOUT_S)

        def dripping(handler):
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            while not self.site.closing.wait(0.1):
                handler.wfile.write(b"1\r\n \r\n")

        for name, answer in (("silent", silent), ("dripping", dripping)):
            self.serve(f"/{name}/did.json", answer)
            self.refused(self.site.did(name), 115, "timeout", settings=";seconds=1")

    def test_certificates_must_be_valid(self):
        expired = expired_certificate(self.home)
        site = Site(expired)
        self.addCleanup(site.close)
        self.refused(site.did(), 106, "certificate", certificate=expired[0])
        # Of an authority that is not trusted.
        self.refused(self.site.did(), 106, "certificate", certificate=expired[0])
        self.assertEqual([], site.asked)


class Derived(unittest.TestCase):
    def icn(self, *command, code=0, **environment):
        done = subprocess.run([ICN, *command], capture_output=True, stdin=subprocess.DEVNULL, timeout=TIMEOUT_S,
                              env={"PATH": os.environ["PATH"], **environment})
        self.assertEqual(code, done.returncode, (done.stdout, done.stderr))
        return done

    def test_documents_follow_from_the_did(self):
        for did in (f"did:key:{KEY}", f"did:peer:0{KEY}", f"did:peer:2.A{KEY}.V{OTHER_KEY}"):
            answer = json.loads(self.icn("did", "resolve", did, "--json").stdout)
            self.assertEqual([], problems("did_document", answer))
            self.assertEqual(did, answer["document"]["id"])
            # Without --json it is the document alone.
            self.assertEqual(answer["document"], json.loads(self.icn("did", "resolve", did).stdout))

    def test_methods_are_the_operators_choice(self):
        refusal = self.icn("did", "resolve", "did:web:example.com", "--json", code=117, ICN_DID_RESOLVERS="key,peer")
        self.assertEqual("did_method", json.loads(refusal.stdout)["error"]["rule"])
        self.icn("did", "resolve", f"did:key:{KEY}", code=100, ICN_DID_RESOLVERS="key,ion")
        self.icn("did", "resolve", f"did:key:{KEY}", code=100, ICN_DID_RESOLVERS="key,key")
        self.icn("did", "resolve", "did:web:example.com", code=100, ICN_DID_RESOLVERS="web:allow=everything")


if __name__ == "__main__":
    main()

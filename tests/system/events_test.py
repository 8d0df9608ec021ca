#!/usr/bin/env python3
"""The stream of events of a node: live, filtered, resumed, bounded, and ended by a stop."""
import http.client
import json
import signal
import socket

from icn_support import TIMEOUT_S, NodeTest, Running, main, problems, talker

STREAMS_MAX = 32


class OverSocket(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("node", timeout=TIMEOUT_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(str(self.path))


class Stream:
    """Server-sent events, read as browsers do."""

    def __init__(self, path, target: str = "/v1/events", last: str | None = None):
        self.connection = OverSocket(path)
        self.connection.request("GET", target, headers={"Last-Event-ID": last} if last else {})
        self.answer = self.connection.getresponse()
        self.last = last

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def next(self) -> dict | None:
        """The next event; None at the end."""
        fields = {}
        while line := self.answer.readline():
            line = line.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                fields[name] = value
                continue
            self.last = fields.get("id", self.last)
            if "data" in fields:
                event = json.loads(fields["data"])
                assert event["topic"] == fields["event"], fields
                return event
            fields = {}
        return None

    def begin(self) -> "Stream":
        """Waits until the stream has its place."""
        while not self.last:
            line = self.answer.readline().decode()
            if line.startswith("id: "):
                self.last = line[4:].strip()
        return self


class Events(NodeTest):
    def node(self) -> Running:
        running = Running(self.command("node", "run", "--environment", "development"))
        return running

    def stream(self, *args, **how) -> Stream:
        stream = Stream(self.data / "icn.sock", *args, **how)
        self.assertEqual(200, stream.answer.status)
        self.assertEqual("text/event-stream", stream.answer.getheader("content-type"))
        return stream

    def wait(self) -> None:
        while self.icn("node", "status", code=None).returncode != 0:
            pass

    def submit(self, text: str) -> str:
        return self.json("job", "submit", self.guest("says_" + text, talker(out=text)))["job_id"]

    def until_settled(self, stream: Stream) -> list[dict]:
        events = []
        while not events or events[-1]["topic"] != "receipts":
            events.append(stream.next())
            self.assertEqual([], problems("event_page", {"rows": [events[-1]], "next": "x"}))
        return events

    def test_a_job_is_followed_from_submission_to_receipt(self):
        with self.node() as node:
            self.wait()
            with self.stream() as live, self.stream("/v1/events?topics=receipts") as receipts:
                live.begin(), receipts.begin()
                begin = live.last
                job = self.submit("one")
                events = self.until_settled(live)
                phases = [event["kind"] for event in events if event["topic"] == "jobs"]
                self.assertEqual({job}, {event["job_id"] for event in events})
                self.assertEqual("submitted", phases[0])
                self.assertEqual("ok", events[-1]["outcome"])
                receipt = receipts.next()
                self.assertEqual(("receipts", job, events[-1]["receipt"]),
                                 (receipt["topic"], receipt["job_id"], receipt["receipt"]))
                self.icn("receipt", "verify", receipt["receipt"])
            # From a place on, everything comes again, in the same order and with the same ids.
            with self.stream(last=begin) as again:
                self.assertEqual(events, [again.next() for _ in events])
                self.assertEqual(events[-1]["id"], again.last)
            other = self.submit("two")
            with self.stream(f"/v1/events?job={other}", last=begin) as one:
                self.assertEqual({other}, {event["job_id"] for event in self.until_settled(one)})
            self.icn("mana", "audit")
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])

    def test_a_place_before_a_restart_is_a_gap(self):
        with self.node() as node:
            self.wait()
            with self.stream() as stream:
                place = stream.begin().last
                node.process.send_signal(signal.SIGTERM)
                self.assertIsNone(stream.next(), "the node ends its streams when it stops")
            self.assertEqual(0, node.end()[0])
        with self.node() as node:
            self.wait()
            with self.stream(last=place) as stream:
                event = stream.next()
                self.assertEqual(("gap", "restarted"), (event["topic"], event["kind"]))
            node.process.send_signal(signal.SIGTERM)
            self.assertEqual(0, node.end()[0])

    def test_what_is_not_a_stream(self):
        def ask(target: str, method: str = "GET", **headers) -> tuple[http.client.HTTPResponse, bytes]:
            connection = OverSocket(self.data / "icn.sock")
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read()

        with self.node() as node:
            self.wait()
            answer, body = ask("/v1/events", Accept="application/json")
            page = json.loads(body)
            self.assertEqual([], problems("event_page", page))
            self.assertEqual([], page["rows"])
            job = self.submit("three")
            page = json.loads(ask(f"/v1/events?since={page['next']}", Accept="application/json")[1])
            self.assertEqual((job, "submitted"), (page["rows"][0]["job_id"], page["rows"][0]["kind"]))
            self.assertEqual((200, b""), (ask("/v1/events", "HEAD")[0].status, ask("/v1/events", "HEAD")[1]))
            for target, rule in (("/v1/events?topics=gossip", "topics"), ("/v1/events?topics=gap", "topics"),
                                 ("/v1/events?since=last", "event_id")):
                answer, body = ask(target)
                self.assertEqual((400, rule), (answer.status, json.loads(body)["rule"]))
            # One more than the node serves is refused, and the others do not hinder requests.
            streams = [self.stream().begin() for _ in range(STREAMS_MAX)]
            answer, body = ask("/v1/events")
            self.assertEqual((503, "max_streams"), (answer.status, json.loads(body)["rule"]))
            self.assertIsNotNone(answer.getheader("retry-after"))
            self.json("job", "list")
            node.process.send_signal(signal.SIGTERM)
            # Each ends, after the events of a job that was still under way.
            for stream in streams:
                while stream.next() is not None:
                    pass
            self.assertEqual(0, node.end()[0])


if __name__ == "__main__":
    main()

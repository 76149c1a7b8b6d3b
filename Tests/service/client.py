# SPDX-License-Identifier: Apache-2.0
"""What the programs of this folder have in common: the service as a process, and calls of it."""
import http.client
import json
import os
import signal
import socket
import subprocess
import time


class Connection(http.client.HTTPConnection):
    """HTTP over a socket of the local kind."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)

    def call(self, method, path, body=None, accept="application/json"):
        """The status and the text of the answer."""
        data = body if isinstance(body, (str, bytes, type(None))) else json.dumps(body)
        self.request(method, path, data, {"Accept": accept})
        answer = self.getresponse()
        return answer.status, answer.read().decode()


class Service:
    """A service that is started, ended or killed."""

    def __init__(self, command, folder, *options):
        self.socket = os.path.join(folder, "socket")
        self.ledger = os.path.join(folder, "ledger.db")
        self.own = [command, "serve", "--socket", self.socket, "--ledger", self.ledger, *options]
        self.log = open(os.path.join(folder, "log"), "ab")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(self.own, stderr=self.log)
        for _ in range(600):
            if self.process.poll() is not None:
                raise SystemExit(f"the service ended with {self.process.returncode}: see {self.log.name}")
            try:
                if Connection(self.socket).call("GET", "/healthz")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise SystemExit("the service does not answer")

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(60)

    def memory(self):
        """Bytes that are resident."""
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def pod(name, cpus=1, memory="64Mi"):
    limits = {"cpu": str(cpus), "memory": memory}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "uid": name},
            "spec": {"containers": [{"name": "app", "resources": {"limits": limits}}]}}


def cpus_of(text):
    """The numbers of a list such as 0-3,8."""
    numbers = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def check_books(status, expected):
    """Complaints about what a status says: who holds something, and that nothing is held twice."""
    complaints = []
    held = {one["uid"] for one in status["pods"] if one["state"] == "committed"}
    if held != expected:
        complaints.append(f"lost: {sorted(expected - held)[:5]}, not asked for: {sorted(held - expected)[:5]}")
    others = [one["uid"] for one in status["pods"] if one["state"] != "committed"]
    if others:
        complaints.append(f"neither held nor not: {others[:5]}")
    owner = {}
    for one in status["pods"]:
        for container in one["containers"]:
            for assignment in container["allocation"]["assignments"]:
                for cpu in cpus_of(assignment["cpus"]) if assignment["cpus"] else []:
                    if cpu in owner:
                        complaints.append(f"CPU {cpu} is held by {owner[cpu]} and by {one['uid']}")
                    owner[cpu] = one["uid"]
    for node in status["nodes"]:
        for amount in node["amounts"]:
            if not 0 <= amount["free"] <= amount["total"]:
                complaints.append(f"of {amount['resource']} {amount['free']} of {amount['total']} are free")
    return complaints

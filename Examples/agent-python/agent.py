#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A node agent: admits the pod whose file it is given, says what it got, and lets it go again.

    agent.py MACHINE LEDGER POD.yaml       NUMA_HINTS_LIBRARY: the library, if the loader does not find it
"""

import ctypes
import json
import os
import sys

OK, REFUSED = 0, 1


class Options(ctypes.Structure):
    """As numa_hints_options begins; what follows is zero, which means the default."""

    _fields_ = [("struct_size", ctypes.c_size_t)] + [
        (name, ctypes.c_char_p) for name in ("machine", "config", "kubelet_config", "kubelet_args", "ledger")
    ]


class Manager:
    """A manager of one node. Calls may come from any thread; ctypes lets the interpreter go meanwhile."""

    def __init__(self, machine, ledger):
        self.functions = ctypes.CDLL(os.environ.get("NUMA_HINTS_LIBRARY", "libnumahints.so.1"))
        for name in ("open", "close", "admit", "release"):
            getattr(self.functions, f"numa_hints_{name}").restype = ctypes.c_int32
        self.functions.numa_hints_free.argtypes = [ctypes.c_void_p]
        self.handle = ctypes.c_uint64()
        options = Options(ctypes.sizeof(Options), machine=machine.encode(), ledger=ledger.encode())
        self.call("open", ctypes.byref(options), ctypes.byref(self.handle))

    def take(self, text):
        """The text of a pointer that the library handed out, which is given back."""
        try:
            return ctypes.string_at(text).decode() if text else ""
        finally:
            self.functions.numa_hints_free(text)

    def call(self, name, *arguments):
        error = ctypes.c_void_p()
        status = getattr(self.functions, f"numa_hints_{name}")(*arguments, ctypes.byref(error))
        sentence = self.take(error)
        if status not in (OK, REFUSED):
            raise RuntimeError(f"{name}: {sentence}")

    def document(self, name, *arguments):
        text = ctypes.c_void_p()
        self.call(name, self.handle, *arguments, ctypes.byref(text))
        return json.loads(self.take(text))

    def admit(self, pod):
        return self.document("admit", pod.encode())

    def release(self, uid):
        return self.document("release", uid.encode(), None)

    def close(self):
        self.call("close", self.handle)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    try:
        manager = Manager(sys.argv[1], sys.argv[2])
        with open(sys.argv[3], encoding="utf-8") as file:
            admission = manager.admit(file.read())
        print(json.dumps(admission))
        print(json.dumps(manager.release(admission["pods"][0]["uid"])))
        manager.close()
    except (OSError, RuntimeError) as error:
        sys.exit(f"agent: {error}")


if __name__ == "__main__":
    main()

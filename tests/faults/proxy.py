"""A TCP line to PostgreSQL that can be slow, cut, and closed for a while."""

import contextlib
import socket
import threading
import time


class Proxy:
    """Copies bytes both ways on 127.0.0.1. `delay` is in seconds for each piece; `closed` refuses new lines."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.delay = 0.0
        self.closed = False
        self._lines: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]

    def start(self) -> None:
        """Take lines until `stop`."""
        threading.Thread(target=self._take, daemon=True).start()

    def stop(self) -> None:
        """Take no more, and cut what there is."""
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Close every line in the middle of whatever is on it."""
        with self._lock:
            lines, self._lines = self._lines, set()
        for line in lines:
            _close(line)

    def _take(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.closed:
                _close(near)
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target), timeout=2)
                far.settimeout(None)
            except OSError:
                _close(near)
                continue
            with self._lock:
                self._lines |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()

    def _copy(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65_536):
                if self.delay:
                    time.sleep(self.delay)
                sink.sendall(data)
        except OSError:
            pass
        for line in (source, sink):
            _close(line)
        with self._lock:
            self._lines -= {source, sink}


def _close(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()

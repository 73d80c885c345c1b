"""Counts a client's connections: passes bytes on, both ways, and changes none."""

import socket
import threading


class Proxy:
    """Listens on a free port of the loopback while its `with` lasts."""

    def __init__(self, port):
        self.port = port
        self.accepted = 0
        self.threads = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        # Ends the wait in `accept`, which closing alone does not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.accepted += 1
            server = socket.create_connection(("127.0.0.1", self.port))
            for source, sink in ((client, server), (server, client)):
                thread = threading.Thread(target=self.pass_on, args=(source, sink), daemon=True)
                thread.start()
                self.threads.append(thread)

    def closed(self):
        """Whether every connection ends, for the client closed it."""
        for thread in self.threads:
            thread.join(10)
        return not any(thread.is_alive() for thread in self.threads)

    @staticmethod
    def pass_on(source, sink):
        try:
            while data := source.recv(1 << 16):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

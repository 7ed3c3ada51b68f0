"""An invented time-stamp authority on this machine, for the demonstration: `python demo/authority.py FOLDER`.

It answers with the real `openssl ts` over loopback until it is ended, and prints its address once it listens. FOLDER
gets its root certificate, `root.pem`. Nobody should believe it: it attests what this machine's clock says.
"""

import signal
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.tsa import Authority


def main(folder: Path) -> None:
    """Serve until the process is told to end."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    authority = Authority.create("p256")
    (folder / "root.pem").write_bytes(authority.root_pem)
    with authority.serving(folder=folder / "authority") as served:
        print(served.url, flush=True)
        ended.wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

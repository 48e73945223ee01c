"""The background process; `redshift-local start` runs it with the data folder as its argument."""

import logging
import signal
import threading

from redshift_local.server.cluster import Cluster, prepare
from redshift_local.server.embedded import embedded_postgres
from redshift_local.settings import Settings


def main() -> None:
    """Serve until SIGTERM or SIGINT; Postgres runs already."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ended.set())
    settings = Settings.from_environment()
    postgres = embedded_postgres(settings)
    prepare(settings, postgres)
    cluster = Cluster(settings, postgres)
    cluster.start()
    ended.wait()
    cluster.stop()


main()

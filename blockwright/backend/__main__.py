"""`python -m blockwright.backend`: this home's backend."""

import argparse
import logging
import os


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m blockwright.backend", description=__doc__)
    # For tests: what the forks import, answer and execute.
    parser.add_argument("--preload", default="blockwright.backend.preload", help=argparse.SUPPRESS)
    parser.add_argument("--calls", default="blockwright.backend.service:CALLS", help=argparse.SUPPRESS)
    parser.add_argument("--worker", default="blockwright.training.worker:execute", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    from blockwright.backend.main import main

    given = _arguments()
    status = main([name for name in given.preload.split(",") if name], given.calls, given.worker)
    logging.shutdown()
    # The ordinary way out would wait for the training workers, which are to go on.
    os._exit(status)

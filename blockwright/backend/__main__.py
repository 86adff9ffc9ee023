"""`python -m blockwright.backend` runs the backend of the current home."""

import argparse
import logging
import os


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m blockwright.backend", description=__doc__)
    # For tests: what child processes import, answer and execute.
    parser.add_argument("--preload", default="blockwright.backend.preload", help=argparse.SUPPRESS)
    parser.add_argument("--calls", default="blockwright.backend.service:CALLS", help=argparse.SUPPRESS)
    parser.add_argument("--worker", default="blockwright.training.worker:execute", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    from blockwright.backend.main import main

    arguments = _arguments()
    status = main([name for name in arguments.preload.split(",") if name], arguments.calls, arguments.worker)
    logging.shutdown()
    # A normal exit would wait for the training workers, which must keep running.
    os._exit(status)

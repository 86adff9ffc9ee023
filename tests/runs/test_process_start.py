import os
import subprocess
import sys
import time

import pytest

from blockwright.runs import process_start as module
from blockwright.runs.process_start import is_running, process_start, this_process


def test_this_process_is_running():
    pid, start = this_process()
    assert pid == os.getpid()
    assert start
    assert is_running(pid, start)


@pytest.mark.parametrize("pid", [None, "1", 2**30, -1])
def test_what_is_no_process_is_not_running(pid):
    assert not is_running(pid, this_process()[1])


def test_another_process_with_the_same_id_is_told_apart():
    pid, start = this_process()
    assert not is_running(pid, f"{start}0")
    assert not is_running(pid, None)


def test_a_process_that_has_ended_and_was_not_collected_is_not_running():
    child = subprocess.Popen([sys.executable, "-c", ""])
    start = process_start(child.pid)
    while is_running(child.pid, start):
        time.sleep(0.01)
    assert child.wait() == 0
    assert process_start(child.pid) is None


def test_a_reboot_with_the_same_ticks_is_another_process(monkeypatch):
    pid, start = this_process()
    monkeypatch.setattr(module, "_boot_id", lambda: "another")
    if os.path.exists("/proc/self/stat"):
        assert not is_running(pid, start)

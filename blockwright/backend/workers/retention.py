"""The deletion of what is too old or takes too much space: announced first, and only once that has been in time."""

import logging
import os
import time
from collections import defaultdict

from blockwright.runs.files.home import home
from blockwright.runs.files.run_files import run_bytes
from blockwright.runs.files.upload_store import delete_upload, set_upload_expiries, upload_owners, uploads
from blockwright.runs.records import COMMAND_LINE, StoreError
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.expiry import StoredItem, age_expiry, run_expiries
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits

CHECK_SECONDS = 600.0

log = logging.getLogger(__name__)


class Retention:
    """Announces and deletes runs and uploads, as the limits of a workspace ask for. Without limits it does nothing
    but withdraw what was announced under earlier ones.

    Only runs that have ended are deleted, and only uploads that no run uses.
    """

    def __init__(self, store: RunStore, limits: WorkspaceLimits):
        self._store = store
        self._limits = limits
        self._check_due = 0.0

    def check(self) -> None:
        """Announce and delete, if the last time was a while ago."""
        if time.monotonic() < self._check_due:
            return
        self._check_due = time.monotonic() + CHECK_SECONDS
        self.apply(time.time())

    def apply(self, now: float) -> None:
        """Announce what will be deleted, and delete what was announced and is due."""
        runs = defaultdict(list)
        for run in self._store.ended():
            # Sizes are read only where they count.
            size = run_bytes(run.id) if self._limits.run_mb else 0
            runs[run.owner].append(StoredItem(run.id, run.ended, size, run.expires))
        for owner, items in runs.items():
            self._apply_to_runs(owner, items, now)
        for owner in upload_owners(home()):
            if owner != COMMAND_LINE:
                self._apply_to_uploads(owner, now)

    def _apply_to_runs(self, owner: str, items: list[StoredItem], now: float) -> None:
        others = 0
        if self._limits.run_mb:
            ended = {item.key for item in items}
            others = sum(run_bytes(run_id) for run_id in self._store.run_ids(owner) if run_id not in ended)
        expiries = run_expiries(items, others, self._limits, now)
        for item in items:
            expires = expiries[item.key]
            if item.expires is not None and expires is not None and expires <= now:
                self._delete_run(item.key, owner)
            elif expires != item.expires:
                self._store.set_expiry(item.key, expires)

    def _delete_run(self, run_id: str, owner: str) -> None:
        try:
            if self._store.delete(run_id, owner):
                log.info("Deleted run %s, as announced.", run_id)
        except StoreError as error:
            log.warning("%s", error)

    def _apply_to_uploads(self, owner: str, now: float) -> None:
        used = {os.path.basename(path) for _, path, _ in self._store.upload_users(owner)}
        expiries = {}
        for upload in uploads(home(), owner):
            name = upload.path.name
            if name in used:
                # Its age counts from when the last run that uses it is gone.
                if self._limits.days:
                    os.utime(upload.path)
                continue
            item = StoredItem(name, upload.used, upload.bytes, upload.expires)
            expires = age_expiry(item, self._limits.days, now)
            if upload.expires is not None and expires is not None and expires <= now:
                delete_upload(home(), owner, name)
                log.info("Deleted upload %s, as announced.", name)
            elif expires is not None:
                expiries[name] = expires
        set_upload_expiries(home(), owner, expiries)

"""A run's process is identified by a start that a changed clock does not move, not by the time of day."""

import psutil
import sqlalchemy as sa
from alembic import op

from blockwright.runs.process_start import is_running, process_start

revision = "0002"
down_revision = "0001"

_ACTIVE = "status IN ('starting', 'running', 'paused')"
_TOLERANCE = 30.0


def upgrade() -> None:
    """Replace `pid_started` by `process_start`, also for the runs that train during the upgrade."""
    op.add_column("runs", sa.Column("process_start", sa.String(80)))
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT id, pid, pid_started FROM runs WHERE {_ACTIVE}")).all()
    for row in rows:
        started = _create_time(row.pid)
        if started is not None and row.pid_started and abs(started - row.pid_started) < _TOLERANCE:
            values = {"start": process_start(row.pid), "id": row.id}
            connection.execute(sa.text("UPDATE runs SET process_start = :start WHERE id = :id"), values)
    op.drop_column("runs", "pid_started")


def downgrade() -> None:
    """Replace `process_start` by `pid_started`."""
    op.add_column("runs", sa.Column("pid_started", sa.Float(53)))
    connection = op.get_bind()
    rows = connection.execute(sa.text(f"SELECT id, pid, process_start FROM runs WHERE {_ACTIVE}")).all()
    for row in rows:
        if is_running(row.pid, row.process_start):
            values = {"started": _create_time(row.pid), "id": row.id}
            connection.execute(sa.text("UPDATE runs SET pid_started = :started WHERE id = :id"), values)
    op.drop_column("runs", "process_start")


def _create_time(pid: int | None) -> float | None:
    try:
        return None if pid is None else psutil.Process(pid).create_time()
    except psutil.Error:
        return None

"""The owner of a row is a hash of the workspace's cookie, no longer the cookie itself."""

import hashlib
import re

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TABLES = ("runs", "events", "commands", "designs")
_HASH = re.compile(r"[0-9a-f]{32}")


def upgrade() -> None:
    """Hash the owners, except "command-line", which is not secret, and what is a hash since an earlier upgrade."""
    connection = op.get_bind()
    for table in _TABLES:
        owners = connection.execute(sa.text(f"SELECT DISTINCT owner FROM {table}")).scalars().all()
        for owner in owners:
            if owner != "command-line" and not _HASH.fullmatch(owner):
                values = {"hash": hashlib.sha256(owner.encode()).hexdigest()[:32], "owner": owner}
                connection.execute(sa.text(f"UPDATE {table} SET owner = :hash WHERE owner = :owner"), values)


def downgrade() -> None:
    """Leave the hashes: the cookies cannot be computed from them."""

"""Whose request is next: workspaces take turns, and none has more than its share of the processes at once."""

import itertools
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field

_REMEMBERED = 1_000


@dataclass(eq=False)
class Request:
    """One request to the design service.

    Attributes:
        name: the name of the call.
        action: what it does, as a verb phrase that follows "could not".
        body: its arguments, as JSON.
        workspaces: who waits for it: several where they ask the same at the same time; "" for no workspace.
        cancelled: whether nobody needs its answer now.
    """

    name: str
    action: str
    body: bytes
    workspaces: list[str] = field(default_factory=lambda: [""])
    cancelled: bool = False


class Turns:
    """The waiting requests of a pool; the workspace whose last turn is longest ago comes first.

    Args:
        share: how many requests of one workspace may be in progress at once.
    """

    def __init__(self, share: int):
        self._share = share
        self._waiting: dict[str, deque[Request]] = {}
        self._in_progress: dict[Request, str] = {}
        self._used: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._last_turns: OrderedDict[str, int] = OrderedDict()

    def add(self, request: Request) -> None:
        """Let a request wait, behind the others of its workspaces."""
        for workspace in tuple(request.workspaces):
            self._append(workspace, request)

    def share(self, request: Request, workspace: str) -> None:
        """Let another workspace wait for a request that waits here: it is carried out at the first turn of any."""
        if any(request in queue for queue in self._waiting.values()):
            self._append(workspace, request)

    def remove(self, request: Request) -> None:
        """Forget a request that waits."""
        for workspace, queue in list(self._waiting.items()):
            if request in queue:
                queue.remove(request)
            if not queue:
                del self._waiting[workspace]

    def next(self) -> Request | None:
        """Take the request whose turn it is; it is in progress until `done`. None if no request may start now."""
        allowed = self._allowed()
        if not allowed:
            return None
        workspace = min(allowed, key=lambda name: self._last_turns.get(name, 0))
        request = self._waiting[workspace][0]
        self.remove(request)
        self._in_progress[request] = workspace
        self._used[workspace] += 1
        self._last_turns[workspace] = next(self._numbers)
        self._last_turns.move_to_end(workspace)
        if len(self._last_turns) > _REMEMBERED:
            self._last_turns.popitem(last=False)
        return request

    def done(self, request: Request) -> None:
        """Note that a request is no longer in progress."""
        workspace = self._in_progress.pop(request, None)
        if workspace is not None:
            self._used[workspace] -= 1
            if not self._used[workspace]:
                del self._used[workspace]

    def startable(self) -> int:
        """How many more requests could be in progress now, were there processes enough."""
        return sum(
            min(len(self._waiting[workspace]), self._share - self._used[workspace])
            for workspace in self._allowed()
        )

    def _allowed(self) -> list[str]:
        """The workspaces that wait and may have another process."""
        return [workspace for workspace in self._waiting if self._used[workspace] < self._share]

    def _append(self, workspace: str, request: Request) -> None:
        queue = self._waiting.setdefault(workspace, deque())
        if request not in queue:
            queue.append(request)

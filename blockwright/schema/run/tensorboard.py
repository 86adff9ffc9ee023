"""What a page learns of the TensorBoard of a run. Plain data."""

from typing import Literal, TypedDict

TensorBoardAction = Literal["state", "open", "close"]


class TensorBoardState(TypedDict):
    """Whether a TensorBoard shows the event files of a run.

    `port` and `path` are known once it runs: on the machine of the app, it answers at `http://127.0.0.1:PORT/PATH/`.
    `sentence` says why it could not start or was closed, and is empty otherwise.
    """

    state: Literal["closed", "starting", "open", "failed"]
    port: int | None
    path: str
    sentence: str

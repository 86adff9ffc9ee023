"""Opening designs: from a link, a file, a preset or the workspace; and keeping what a visitor works on.

What is being worked on is kept in the workspace as a draft, so that a reload or a closed browser loses
nothing, and opening something else leaves unsaved work among the last drafts.
"""

import secrets
from typing import TYPE_CHECKING, Any, TypedDict

import streamlit as st

from blockwright.design.embedded_design import RecoverError, read_code
from blockwright.design.link import CODE, CODE_LENGTH, LinkError, decode_link, read_short_code, short_code
from blockwright.design.parse import read_design
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import Refusal, say
from blockwright.ui.shell.store import is_open, run_store
from blockwright.ui.shell.workspace import is_new, workspace

if TYPE_CHECKING:
    from blockwright.runs.records import DesignEntry, SavedDesign

LINK = "d"
DRAFT = "draft-"
MAX_DRAFTS = 40
_REPLACED = "replaced_design"


class Replaced(TypedDict):
    """A design with unsaved changes in whose place another was opened: its name, and where its draft is kept."""

    key: str
    name: str


def keep_draft() -> None:
    """Keep the current design and its settings in the workspace, as this session's draft."""
    design = state.design()
    document = {
        "design": design.document(),
        "settings": state.settings(),
        "saved": state.origin(),
        "changed": state.is_changed(),
    }
    try:
        _save(DRAFT + state.document_key(), design, document)
    except (ValueError, RuntimeError) as error:
        say(f"Your changes are not lost, but could not be saved. {error}", "warning", "toolbar")


def restore() -> None:
    """In a new session, bring back what this workspace last worked on."""
    if state.RESTORED in st.session_state:
        return
    st.session_state[state.RESTORED] = True
    stored = _stored()
    _delete_superfluous(stored)
    latest = run_store().design(workspace(), stored[0].key) if stored else None
    if latest is not None:
        _open_document(latest)


def _save(key: str, design: Design, document: dict[str, Any]) -> None:
    """Save in the workspace; where it is full, drafts without changes make room."""
    from blockwright.runs.designs import DesignsFull

    name = design.name.strip() or "Untitled"
    try:
        run_store().save_design(workspace(), key, name, document)
    except DesignsFull:
        if not _delete_superfluous(_stored()):
            raise
        run_store().save_design(workspace(), key, name, document)


def _delete_superfluous(stored: list["DesignEntry"]) -> bool:
    """Delete drafts that nobody misses; False if there are none."""
    superfluous = _superfluous([design for design in stored if design.key.startswith(DRAFT)])
    for draft in superfluous:
        run_store().delete_design(workspace(), draft.key)
    return bool(superfluous)


def _stored() -> list["DesignEntry"]:
    """What this workspace keeps, latest first. A new one keeps nothing before the store was opened for anyone, and is
    not made to wait for that."""
    return [] if is_new() and not is_open() else run_store().designs(workspace())


def _superfluous(drafts: list["DesignEntry"]) -> list["DesignEntry"]:
    """Of the drafts, latest first: those without changes, but the latest, and the oldest above `MAX_DRAFTS`."""
    changed = [draft for draft in drafts if draft.changed]
    return [draft for draft in drafts[1:] if draft not in changed[:MAX_DRAFTS]]


def kept_designs() -> tuple[list["DesignEntry"], list["DesignEntry"]]:
    """The saved designs, and the drafts with unsaved changes that are not the current one; latest first."""
    stored, current = _stored(), DRAFT + state.document_key()
    drafts = [
        design
        for design in stored
        if design.key.startswith(DRAFT) and design.key != current and design.changed
    ]
    return [design for design in stored if not design.key.startswith(DRAFT)], drafts


def save() -> None:
    """Save the current design in the workspace, in place of its earlier version if there is one."""
    key = state.origin() or secrets.token_hex(8)
    design = state.design()
    document = {"design": design.document(), "settings": state.settings()}
    _save(key, design, document)
    state.mark_saved(key)
    keep_draft()
    say(f'"{design.name}" is saved in your workspace.', "success", "toolbar")


def open_kept(key: str) -> None:
    """Open a saved design or a draft of this workspace. Raises Refusal when it is gone."""
    stored = run_store().design(workspace(), key)
    if stored is None:
        raise Refusal("This design no longer exists. Reload the page to see your saved designs.")
    _open_document(stored)
    keep_draft()


def delete(key: str) -> None:
    """Forget a saved design or a draft of this workspace."""
    run_store().delete_design(workspace(), key)


def _open_document(stored: "SavedDesign") -> None:
    design, settings = read_payload(stored.document)
    _note_replaced(stored.key)
    draft = stored.key.startswith(DRAFT)
    saved = stored.document.get("saved") if draft else stored.key
    state.open_design(design, settings, key=stored.key.removeprefix(DRAFT) if draft else None, saved=saved)
    if draft and stored.document.get("changed"):
        state.mark_changed()


def open_link() -> None:
    """Open the design that the address carries (`?d=TOKEN`) or names (`?s=CODE`), once; it trains nothing."""
    name = next((name for name in (LINK, CODE) if st.query_params.get(name)), None)
    if name is None:
        return
    text = st.query_params[name]
    del st.query_params[name]
    try:
        open_token(text)
    except (LinkError, DesignError, Refusal) as error:
        say(str(error))


def open_token(token: str) -> None:
    """Open the design of a link, or of the token or the code in it.

    Raises Refusal, LinkError or DesignError; nothing changes then.
    """
    token = token.strip()
    code = read_short_code(token)
    if code is not None:
        payload = _shared(code)
    else:
        if f"{LINK}=" in token:
            token = token.split(f"{LINK}=", 1)[1].split("&", 1)[0]
        payload = decode_link(token)
    design, settings = read_payload(payload)
    open_new(design, _checked(settings))
    say(f'"{design.name}" was opened from the link. Training only starts when you start it.', "success")


def share(payload: dict[str, Any]) -> str:
    """Keep what a link carries on this server, and give its code.

    Raises ValueError or StoreError where it cannot be kept.
    """
    name = state.design().name.strip() or "Untitled"
    for length in range(CODE_LENGTH, 2 * CODE_LENGTH):
        code = short_code(payload, length)
        shared = run_store().shared_design(code)
        if shared is None or shared.document == payload:
            break
    run_store().share_design(workspace(), code, name, payload)
    return code


def _shared(code: str) -> dict[str, Any]:
    shared = run_store().shared_design(code)
    if shared is None:
        raise Refusal(
            f"There is no design under the code {code} here. Check its letters and digits. A code works on the server "
            "that made it, as long as it is among the latest hundred of whoever shared the design; the long link "
            "always works."
        )
    return shared.document


def open_file(content: bytes, name: str = "") -> None:
    """Open a design from a JSON file, or from a `.py` or `.ipynb` that was written here, which is read as text.

    Raises DesignError with every finding, or Refusal; nothing changes then.
    """
    if not name.lower().endswith((".py", ".ipynb")):
        open_new(read_design(content))
        return
    try:
        design, settings = read_payload(read_code(content))
    except RecoverError as error:
        raise Refusal(str(error)) from None
    open_new(design, _checked(settings, "file"))
    say(f'"{design.name}" was restored from the file. Nothing in the file was run.', "success")


def open_new(design: Design, settings: dict[str, Any] | None = None, saved: str | None = None) -> None:
    """Make `design` the current one and keep it as the session's draft."""
    _note_replaced()
    state.open_design(design, settings, saved=saved)
    keep_draft()


def replaced() -> Replaced | None:
    """The design with unsaved changes that was current before; None where nothing was replaced, or it is forgotten."""
    return st.session_state.get(_REPLACED)


def forget_replaced() -> None:
    """Offer no way back any longer; the draft is kept."""
    st.session_state.pop(_REPLACED, None)


def _note_replaced(opened: str | None = None) -> None:
    """Before another design is opened, by the key `opened`: note the current one if it has unsaved changes."""
    forget_replaced()
    key = DRAFT + state.document_key()
    if state.is_changed() and key != opened:
        st.session_state[_REPLACED] = Replaced(key=key, name=state.design().name.strip() or "Untitled")


def read_payload(payload: dict[str, Any]) -> tuple[Design, dict[str, Any] | None]:
    """The design and the settings (or None) of a link or a draft. Raises DesignError."""
    return read_design(payload["design"]), payload.get("settings")


def _checked(settings: dict[str, Any] | None, origin: str = "link") -> dict[str, Any] | None:
    """The training settings of a link or a file, if they can be used. Raises Refusal with every sentence.

    Neither names a file on this server: an uploaded data set is left out.
    """
    if settings is None:
        return None
    data = settings.get("data")
    if isinstance(data, dict) and data.get("name") == "upload":
        settings = {name: value for name, value in settings.items() if name != "data"}
    # Imported when a link or a file names settings: the first page has none.
    from blockwright.recipe.settings import Settings, SettingsError

    try:
        return Settings.read(settings).document()
    except SettingsError as error:
        raise Refusal(f"The training settings of this {origin} cannot be used. {error}") from None

"""The components of the pages: plain JavaScript and CSS, no framework. Only the canvas is built, in `canvas/`."""

from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def script(*names: str) -> str:
    """The text of a script or style sheet in this folder, or of several, one after the other."""
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


def component_data(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of a component, in a list of one, from which its script takes it out again.

    Streamlit searches the first level of a dict for data frames and loads pandas to do so, which costs the server
    70 MB; a list is passed on as it is.
    """
    return [data]


def mount(name: str) -> str:
    """The script of a component that a library draws: it travels with every update, so it is small.

    The library puts `{show(element, data, deliver), close(element)}` on the window as "blockwright-NAME", and tells it
    by an event of that name. What comes earlier waits in order.
    """
    return (
        "export default({parentElement:p,data:[d],setTriggerValue:t})=>{\n"
        f'const w=window,n="blockwright-{name}",e=p.querySelector(".mount"),'
        "f=()=>w[n].show(e,d,m=>t('action',m));"
        "w[n]?f():w.addEventListener(n,f,{once:true});"
        "return()=>w[n]?.close(e)}"
    )

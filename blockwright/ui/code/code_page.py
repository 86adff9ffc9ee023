"""The current design as code: in three APIs, with three training loops, and which line belongs to which block."""

from typing import Any

import streamlit as st

from blockwright.schema.findings import Finding
from blockwright.schema.service_calls import CODE, GeneratedCode
from blockwright.ui.code import code_downloads, code_view, proof_panel
from blockwright.ui.code.api_help import APIS, LOOPS, Way
from blockwright.ui.code.code_selection import Subject, choose, current
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import routing
from blockwright.ui.shell.messages import box, part, plain, show_findings, show_notices
from blockwright.ui.shell.service import ask
from blockwright.ui.widgets.number_format import counted

_ALL = "all"
_CHOSEN_LOOP = "code_chosen_loop"
_FINDINGS = 2
_WRITING = "Writing the code …"


@part("the code", key="code")
def draw() -> None:
    """The choices, the code, and beside it what it can and cannot express, and its verification."""
    subject = current()
    st.title(plain(subject.design.name) or "Untitled")
    if not subject.design.nodes:
        _empty(subject)
        return
    show_notices("code")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="code_options"):
        choose(subject)
        api = st.segmented_control(
            "API",
            [*APIS, _ALL],
            default="subclassing",
            required=True,
            key="code_api",
            format_func=lambda api: "Compare side by side" if api == _ALL else APIS[api].title,
            persist_state="session",
            wrap=True,
        )
        loop = _loop(subject)
        _chooser(subject)
        exact = st.toggle(
            "Exactly as trained",
            value=bool(subject.run),
            key="code_exact",
            persist_state="session",
            help="Adds what makes the file compute a run's numbers to the last digit: the app's fused batch "
            "normalization, and its order of the shuffled examples. Without it the file is plain Keras.",
        )
    if subject.run:
        st.caption(f"The network that the run {plain(subject.run)} trained, with its settings.")
    arguments = {
        "design": subject.design.document(),
        "settings": subject.settings,
        "loop": loop,
        "exact": exact,
    }
    if api == _ALL:
        _all(arguments, subject)
    else:
        _one(api, arguments, subject)


def _loop(subject: Subject) -> str:
    """The training loop: that of the settings, until the visitor chooses another one."""
    setting = str((subject.settings or {}).get("loop", "fit"))
    chosen = st.session_state.get(_CHOSEN_LOOP)
    loop = chosen["loop"] if chosen and chosen["setting"] == setting else setting
    key = widget_key("code_loop", loop)
    st.segmented_control(
        "Training loop",
        list(LOOPS),
        required=True,
        key=key,
        format_func=lambda loop: LOOPS[loop].title,
        on_change=_take_loop,
        args=(key, setting),
    )
    return str(loop)


def _take_loop(key: str, setting: str) -> None:
    if is_choice(key):
        st.session_state[_CHOSEN_LOOP] = {"setting": setting, "loop": st.session_state[key]}


def _empty(subject: Subject) -> None:
    choose(subject)
    st.write(
        "This design has no blocks yet, so there is no code to show. Add some, or start from an example."
    )
    routing.first_steps()


def _chooser(subject: Subject) -> None:
    labels = {node.id: f"{node.id} · {node.block}" for node in subject.design.nodes}
    key = widget_key("code_node", subject.chosen)
    st.selectbox(
        "Block",
        list(labels),
        index=None,
        key=key,
        placeholder="Choose a block to see its lines",
        format_func=lambda name: labels.get(name, name),
        on_change=lambda: subject.choose(st.session_state[key]),
        width=230,
    )


def _one(api: str, arguments: dict[str, Any], subject: Subject) -> None:
    arguments = {**arguments, "api": api}
    with st.spinner(_WRITING):
        source = ask(CODE, **arguments)
    if source is None:
        return
    _show_problems(source)
    grid = st.grid(3, min_column_width=250, gap="medium", key="code_sides")
    with grid.cell(column_span=2):
        _file(api, source, arguments, subject)
    with grid.cell():
        _beside(api, source, arguments)


def _beside(api: str, source: GeneratedCode, arguments: dict[str, Any]) -> None:
    if not source["problem"]:
        code_downloads.draw(api, source["text"], arguments, alone=True)
        proof = {
            name: value for name, value in arguments.items() if name != "exact"
        }  # always of the exact file
        proof_panel.draw(proof, "Fix the design first." if source["findings"] else None)
    _words(APIS[api].title, APIS[api])
    _words(f"Training loop: {LOOPS[arguments['loop']].title}", LOOPS[arguments["loop"]])


def _all(arguments: dict[str, Any], subject: Subject) -> None:
    with st.spinner(_WRITING):
        answers = {api: ask(CODE, **arguments, api=api) for api in APIS}
    sources = {api: source for api, source in answers.items() if source is not None}
    if len(sources) < len(APIS):
        return
    _show_problems(sources["subclassing"])
    grid = st.grid(3, min_column_width=300, gap="small", key="code_sides")
    for api, source in sources.items():
        with grid.cell():
            _file(api, source, {**arguments, "api": api}, subject)
            if not source["problem"]:
                code_downloads.draw(api, source["text"], {**arguments, "api": api}, alone=False)
            _words(APIS[api].title, APIS[api])


def _file(api: str, source: GeneratedCode, arguments: dict[str, Any], subject: Subject) -> None:
    if source["problem"]:
        _refusal(api, source["problem"], source, subject)
        return
    title = APIS[api].title + f" · {code_downloads.stem(subject.design.name)}.py"
    code_view.draw(f"code_{api}", title, f"{api} {arguments['loop']} {subject.run}", source, subject)


def _refusal(api: str, problem: str, source: GeneratedCode, subject: Subject) -> None:
    """Why the design cannot be written in this way, and a button that selects the block that prevents it."""
    with st.container(border=True, key=f"code_refused_{api}"):
        st.markdown(f"**This network cannot be written as {APIS[api].title}**")
        box("info", problem)
        node = next((node.id for node in subject.design.nodes if node.id == source["node"]), None)
        if node is not None:
            st.button(
                f"Select {plain(node[:60])}",
                key=f"code_blame_{api}",
                icon=":material/arrow_right_alt:",
                on_click=subject.choose,
                args=(node,),
            )


def _show_problems(source: GeneratedCode) -> None:
    findings = [Finding.model_validate(finding) for finding in source["findings"]]
    if not findings:
        if source["untrained"]:
            box("info", f"The code has the network only, without training: {source['untrained']}")
        return
    problems = counted(len(findings), "problem")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"**Fix {problems} first.** The code below does not run yet.",
            width="content",
        )
        routing.link("design", "Fix it on the page Design", key="code_to_design")
    show_findings(findings[:_FINDINGS])
    if len(findings) > _FINDINGS:
        with st.expander(f"{len(findings) - _FINDINGS} more", key="code_findings"):
            show_findings(findings[_FINDINGS:])


def _words(title: str, way: Way) -> None:
    with st.container(gap="xsmall"):
        st.markdown(f"**{plain(title)}**")
        for paragraph in way.paragraphs():
            st.markdown(f":small[{paragraph}]")

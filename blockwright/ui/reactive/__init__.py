"""How a page stays light: a gesture draws again what it changed, and sends what changed, and nothing else.

Streamlit draws a whole page after every click. On the page Design that would be hundreds of widgets for one changed
number; thirty people at once need a gesture to cost about 10 kB and a few milliseconds. Five modules see to that. A
page author needs only what is said here of each.

**`fragments`: which parts of a page are drawn again.** A part is a function under `@fragment`. It says, as plain
data, what it shows:

    @fragment("the name of the design", key="toolbar_name", shows=lambda: state.design().name)
    def draw_name() -> None:
        st.text_input(...)

A callback that may have changed something ends with `redraw()`. It draws the fragments whose `shows()` differs from
what it was when they were last drawn. A fragment without `shows` is drawn after every gesture: the stack and the
canvas are such, and send only what changed themselves. A fragment with `holds_fields=True` is also drawn when
something was refused or had no effect, so that its fields go back to what the design holds.

**`widget_keys`: widgets that show what the design holds.** `key = widget_key("name", value)` right before drawing
gives the widget a fresh key whenever the design changed the value by itself (an undo, another selection), so the
browser can't send the old value as if it were new. Every `on_change` first asks `is_choice(key)`.

**`component_patches`: what a drawing component is sent.** A component is described as entries (what it draws, by key)
and facts (everything else). `message(...)` gives what changed since the last time, and `forget(...)` makes the next
message whole. The browser puts it together again in `frontend/patch.js`.

**`lazy_select`: a select box for long lists.** The options of a select box travel with every update of the part in
which it stands; `choose(...)` keeps a long list behind a button until it is opened.

**`background_calls`: what takes long.** `start(CALL, key, ...)` has the backend do something while the page goes on,
and `find(CALL, key)` says how far it is.

What a browser component sends comes the other way: `frontend/outbox.js` keeps one message on its way at a
time, numbers it, and repeats it until Python has acknowledged it; `ui/design/commands.py` carries it out once.
"""

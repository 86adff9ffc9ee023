// The keyboard: every gesture of the mouse has its key.
import { neighbour } from "./keyboard_navigation.js"
import { spokenText } from "./graph.js"

const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]
const STEPS = { ArrowUp: [0, -20], ArrowDown: [0, 20], ArrowLeft: [-20, 0], ArrowRight: [20, 0] }

export const KEYS = [
  ["Arrows", "go along the connections; with Shift select more; with Alt move the block"],
  ["B", "show or hide the blocks"],
  ["/", "search the blocks; Enter puts the first one after the selection, or into the selected connection"],
  ["C, then arrows and Enter", "connect the selected block to another one; with Shift from another one"],
  ["W", "go through the connections of the selected block; Delete removes one, C moves its end to another block, Shift+C its start"],
  ["Delete", "remove what is selected"],
  ["Ctrl+D, Ctrl+C, Ctrl+X, Ctrl+V", "duplicate, copy, cut, paste"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
  ["Ctrl+A, Escape", "select everything, nothing"],
  ["E, O, G", "switch on or off, make it an output, group the selection into a block"],
  ["U", "show or hide the layers inside the selected block"],
  ["Enter, Backspace on nothing", "open a block of your own, close it again"],
  ["A", "arrange everything again"],
  ["F, +, -, 0, T", "show everything, zoom in, zoom out, actual size, turn from top-down to left-right"],
  ["M", "full screen, on or off"],
]

const typing = (target) => Boolean(target?.closest?.("input, textarea, select, [contenteditable=true]"))

// A key pressed on the canvas. Gives true when it was handled.
export function press(event, { session, actions }) {
  const origin = event.nativeEvent.composedPath()[0]
  if (typing(origin)) return event.key === "Escape" ? actions.back() : false
  const view = session.view
  const command = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (view.link) return linking(key, { view, actions })
  if (command) return commanded(key, actions)
  if (ARROWS.includes(key)) return event.altKey ? actions.moveBy(STEPS[key]) : walk(key, event.shiftKey, { session, actions })
  if (event.altKey) return false
  if (key === "Enter" && origin.closest?.("button")) return false
  if (key === " " && origin.closest?.("button")) return false
  const plain = {
    Delete: actions.remove,
    Backspace: () => (view.selected.size || view.wire ? actions.remove() : actions.close()),
    Escape: actions.escape,
    Enter: actions.open,
    c: () => actions.link(event.shiftKey),
    w: actions.nextWire,
    e: actions.enable,
    o: actions.output,
    g: actions.askGroupName,
    a: actions.arrange,
    f: actions.fit,
    t: actions.turn,
    u: actions.unfold,
    b: actions.palette,
    m: actions.fullScreen,
    0: actions.actual,
    "+": () => actions.zoom(1.25),
    "=": () => actions.zoom(1.25),
    "-": () => actions.zoom(1 / 1.25),
    "/": actions.search,
    "?": actions.help,
  }[key]
  if (!plain) return false
  plain()
  return true
}

function commanded(key, actions) {
  // What is copied and cut reaches the clipboard by the browser's own events.
  if (key === "c" || key === "x") {
    actions.copy()
    return false
  }
  const act = { a: actions.all, d: actions.duplicate, v: actions.awaitPaste }[key]
  if (!act) return false
  return act() !== false
}

function walk(arrow, more, { session, actions }) {
  const view = session.view
  const from = view.last ?? [...view.selected].at(-1) ?? null
  const start = view.selected.has(from) ? from : [...view.selected].at(-1) ?? null
  const next = start ? neighbour(view, start, arrow) : view.nodes[0]?.id
  if (!next) return true
  session.update({ last: next })
  session.select(more ? [...view.selected, next] : [next])
  session.announce(spokenText(view.entries.get(next)))
  actions.bring(next)
  return true
}

function linking(key, { view, actions }) {
  if (key === "Escape" || key === "c") actions.unlink()
  else if (key === "Enter") actions.linkHere()
  else if (key === "ArrowDown" || key === "ArrowRight" || key === "Tab") actions.aim(1)
  else if (key === "ArrowUp" || key === "ArrowLeft") actions.aim(-1)
  else return Boolean(view.link) && key.length === 1
  return true
}

// Undo and redo work wherever the focus is, except where text is being typed.
export function history(event, session) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.composedPath()[0])) return
  const key = event.key.toLowerCase()
  const command = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null
  if (!command) return
  event.preventDefault()
  session.send({ do: command })
}

// The keyboard: every gesture of the mouse has its key.
import { neighbour } from "./keyboard_navigation.js"
import { spoken } from "./graph.js"

const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]
const NUDGES = { ArrowUp: [0, -20], ArrowDown: [0, 20], ArrowLeft: [-20, 0], ArrowRight: [20, 0] }

export const KEYS = [
  ["Arrows", "walk along the wires; with Shift select more; with Alt move the block"],
  ["B", "show or hide the blocks"],
  ["/", "search the blocks; Enter puts the first one after the selection, or into the selected wire"],
  ["C, then arrows and Enter", "draw a wire from the selected block; with Shift into it"],
  ["W", "walk over the wires of the selected block; Delete cuts one, C takes its end to another block, Shift+C its start"],
  ["Delete", "remove what is selected"],
  ["Ctrl+D, Ctrl+C, Ctrl+X, Ctrl+V", "duplicate, copy, cut, paste"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo, redo"],
  ["Ctrl+A, Escape", "select everything, nothing"],
  ["E, O, G", "switch on or off, make it an output, make a block of the selection under a name"],
  ["Enter, Backspace on nothing", "open a block of your own, go back out"],
  ["A", "arrange everything again"],
  ["F, +, -, 0, T", "show everything, larger, smaller, as it is, turn from top-down to left-right"],
]

const typing = (target) => Boolean(target?.closest?.("input, textarea, select, [contenteditable=true]"))

// A key pressed on the canvas. Gives true when it was ours.
export function press(event, { session, does }) {
  const origin = event.nativeEvent.composedPath()[0]
  if (typing(origin)) return event.key === "Escape" ? does.back() : false
  const view = session.view
  const command = event.ctrlKey || event.metaKey
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  if (view.link) return linking(key, { view, does })
  if (command) return commanded(key, does)
  if (ARROWS.includes(key)) return event.altKey ? does.nudge(NUDGES[key]) : walk(key, event.shiftKey, { session, does })
  if (event.altKey) return false
  if (key === "Enter" && origin.closest?.("button")) return false
  if (key === " " && origin.closest?.("button")) return false
  const plain = {
    Delete: does.remove,
    Backspace: () => (view.selected.size || view.wire ? does.remove() : does.leave()),
    Escape: does.escape,
    Enter: does.open,
    c: () => does.link(event.shiftKey),
    w: does.nextWire,
    e: does.enable,
    o: does.output,
    g: does.compose,
    a: does.arrange,
    f: does.fit,
    t: does.turn,
    b: does.palette,
    0: does.actual,
    "+": () => does.zoom(1.25),
    "=": () => does.zoom(1.25),
    "-": () => does.zoom(1 / 1.25),
    "/": does.search,
    "?": does.help,
  }[key]
  if (!plain) return false
  plain()
  return true
}

function commanded(key, does) {
  // What is copied and cut reaches the clipboard by the browser's own events.
  if (key === "c" || key === "x") {
    does.copy()
    return false
  }
  const act = { a: does.all, d: does.duplicate, v: does.awaitPaste }[key]
  if (!act) return false
  return act() !== false
}

function walk(arrow, more, { session, does }) {
  const view = session.view
  const from = view.last ?? [...view.selected].at(-1) ?? null
  const start = view.selected.has(from) ? from : [...view.selected].at(-1) ?? null
  const next = start ? neighbour(view, start, arrow) : view.nodes[0]?.id
  if (!next) return true
  session.update({ last: next })
  session.select(more ? [...view.selected, next] : [next])
  session.say(spoken(view.entries.get(next)))
  does.bring(next)
  return true
}

function linking(key, { view, does }) {
  if (key === "Escape" || key === "c") does.unlink()
  else if (key === "Enter") does.linkHere()
  else if (key === "ArrowDown" || key === "ArrowRight" || key === "Tab") does.aim(1)
  else if (key === "ArrowUp" || key === "ArrowLeft") does.aim(-1)
  else return Boolean(view.link) && key.length === 1
  return true
}

// Undo and redo work wherever the focus is, except where text is being typed.
export function history(event, session) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing(event.composedPath()[0])) return
  const key = event.key.toLowerCase()
  const deed = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null
  if (!deed) return
  event.preventDefault()
  session.act({ do: deed })
}

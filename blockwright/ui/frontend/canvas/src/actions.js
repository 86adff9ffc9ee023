// What can be done on the canvas, by mouse, key or button: it is sent to Python as an edit or a command, or changes the
// view.
import { clipboardActions } from "./clipboard_actions.js"
import { WIDTH } from "./graph.js"
import { viewActions } from "./view_actions.js"
import { wireActions } from "./wire_actions.js"

const rounded = ({ x, y }) => [Math.round(x), Math.round(y)]
const placing = (places) => ({
  op: "place_many",
  places: Object.fromEntries(places.map(([key, position]) => [key.slice(2), rounded(position)])),
})

export function createActions({ session, flow, root, canvas, search, hovered, palette }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  const source = (read) => (Array.isArray(read) ? read : [read, 0])
  let isSelecting = false

  const under = (x, y, selector) => {
    const elements = root.current.getRootNode().elementsFromPoint(x, y)
    return elements.map((element) => element.closest(selector)).find(Boolean) ?? null
  }

  const inside = (x, y) => {
    const box = canvas.current.getBoundingClientRect()
    return x > box.left && x < box.right && y > box.top && y < box.bottom
  }

  // Lights up the wire under the pointer, and gives its id.
  const hover = (x, y) => {
    const wire = x === null || !inside(x, y) ? null : under(x, y, ".react-flow__edge")
    if (hovered.current !== wire) {
      hovered.current?.classList.remove("hovered")
      wire?.classList.add("hovered")
      hovered.current = wire
    }
    return wire?.dataset.id ?? null
  }

  const actions = {
    focus(event) {
      if (event.target.closest?.("input, button")) return
      root.current.focus({ preventScroll: true })
    },
    help: () => session.update({ help: !view().help }),
    palette: () => palette.toggle(),
    search() {
      palette.show()
      requestAnimationFrame(() => search.current?.focus())
    },
    focusCanvas: () => root.current?.focus({ preventScroll: true }),
    back() {
      root.current.focus({ preventScroll: true })
      session.update({ pending: null, grouping: null })
      return true
    },
    escape() {
      if (view().help) actions.help()
      else if (view().grouping) session.update({ grouping: null })
      else if (view().merging) actions.cancelMerge()
      else if (view().error) actions.dismissError()
      else if (view().pending) session.update({ pending: null })
      else if (view().wire) session.selectWire(null)
      else session.select([])
    },

    nodesChanged(changes) {
      let selected = null
      let moved = null
      for (const change of changes) {
        if (change.type === "select") {
          selected ??= new Set(view().selected)
          if (change.selected) selected.add(change.id)
          else selected.delete(change.id)
        } else if (change.type === "position" && change.position) {
          if (entry(change.id)?.kind === "output") continue
          moved ??= new Map(view().moved)
          moved.set(change.id, change.position)
        }
      }
      if (moved) session.update({ moved })
      if (selected) session.select(selected, isSelecting)
    },
    edgesChanged(changes) {
      if (isSelecting) return
      const chosen = changes.find((change) => change.type === "select" && change.selected)
      if (chosen) session.selectWire(chosen.id)
      else if (changes.some((change) => change.type === "select" && change.id === view().wire)) session.selectWire(null)
    },
    // A plain click on one of several that are selected leaves that one.
    clicked(event, node) {
      if (event.shiftKey || event.ctrlKey || event.metaKey) return
      if (view().selected.size > 1) session.select([node.id])
    },
    selecting(now) {
      isSelecting = now
      if (!now && session.hasUnsentSelection) session.sendSelection()
    },
    paneClicked: () => view().pending && session.update({ pending: null }),

    dragged(event, node) {
      if (actions.free(node.id)) hover(event.clientX, event.clientY)
    },
    free: (key) => entry(key)?.kind === "node" && !entry(key).reads?.length && !view().readers.get(key)?.length,
    dropped(event, node, nodes) {
      const wire = node && nodes.length === 1 && actions.free(node.id) ? hover(event.clientX, event.clientY) : null
      hover(null)
      if (wire) {
        insertInto(wire, { node: node.id.slice(2) })
        return
      }
      const placed = nodes.filter((node) => node.id.startsWith("n:") && view().moved?.has(node.id))
      if (!placed.length) return
      session.send(placing(placed.map((node) => [node.id, node.position])))
    },
    moveBy([x, y]) {
      const nodes = view().nodes.filter((node) => view().selected.has(node.id) && node.id.startsWith("n:"))
      if (!nodes.length) return true
      const moved = new Map(view().moved)
      for (const node of nodes) {
        const at = moved.get(node.id) ?? node.position
        moved.set(node.id, { x: at.x + x, y: at.y + y })
      }
      session.update({ moved })
      session.send(placing(nodes.map((node) => [node.id, moved.get(node.id)])))
      return true
    },

    remove() {
      const { wire, selected } = view()
      if (wire) {
        disconnect(wire)
        return
      }
      const outputs = [...selected].filter((key) => key.startsWith("o:"))
      for (const key of outputs) session.send({ op: "remove_output", output: key.slice(2) })
      const nodes = session.ids()
      if (nodes.length) session.send({ op: "remove_many", nodes })
    },
    duplicate() {
      const nodes = session.ids(session.blocks())
      if (nodes.length) session.send({ op: "duplicate_many", nodes })
    },
    enable() {
      const blocks = session.blocks()
      const enabled = blocks.every((key) => entry(key).off)
      if (blocks.length) session.send({ op: "enable_many", nodes: session.ids(blocks), enabled })
    },
    output() {
      const [key] = session.blocks()
      if (!key) return
      const isOutput = [...view().entries.values()].some(
        (output) => output.kind === "output" && (output.reads ?? []).some((read) => source(read)[0] === entry(key).id),
      )
      const { id } = entry(key)
      session.send(isOutput ? { op: "remove_output", output: id } : { op: "add_output", from: id })
    },
    // Asks for the name of the block that the selection is grouped into.
    askGroupName() {
      const nodes = session.ids(session.blocks())
      if (!nodes.length) return actions.showError("Select the blocks to group first.")
      const taken = new Set((view().own?.blocks ?? []).map((block) => block.name)).add(view().inside)
      let number = 1
      while (taken.has(`Block${number}`)) number += 1
      session.update({ grouping: { nodes, proposed: `Block${number}` } })
    },
    group(name) {
      const { nodes, proposed } = view().grouping
      const chosen = name.trim()
      session.update({ grouping: { ...view().grouping, waiting: true, error: null } })
      session.send({ op: "compose", nodes, ...(chosen && chosen !== proposed ? { name: chosen } : {}) })
    },
    open(key) {
      const chosen = entry(typeof key === "string" ? key : [...view().selected].at(-1))
      if (chosen?.composite) session.send({ do: "open", node: chosen.id })
      else actions.unfold(key)
    },
    // Shows the layers inside a block where it stands, or hides them.
    unfold(key) {
      const chosen = entry(typeof key === "string" ? key : [...view().selected].at(-1))
      if (chosen?.unfolds) session.send({ do: "unfold", node: chosen.id })
    },
    close: () => view().inside && session.send({ do: "close" }),
    arrange: () => session.send({ op: "arrange" }),
    all: () => session.select(view().nodes.map((node) => node.id).filter((key) => key.startsWith("n:"))),
    showError: (sentence) => session.update({ error: sentence, announcement: sentence }),
    dismissError: () => session.update({ error: null }),
  }
  const { actions: connecting, disconnect, insertInto } = wireActions({
    session,
    flow,
    root,
    inside,
    under,
    bring: (key) => actions.bring(key),
    showError: (sentence) => actions.showError(sentence),
    ask(pending) {
      session.update({ pending })
      actions.search()
    },
  })
  Object.assign(actions, connecting, viewActions({ session, flow, root, canvas }), clipboardActions({ session, remove: actions.remove, showError: actions.showError }))

  // A block from the palette: into the selected wire, at the end of a wire that was just drawn, or after the selection.
  const take = (block) => {
    const { wire, pending } = view()
    if (pending) {
      session.update({ pending: null })
      session.send({ op: "branch", block, from: pending.from, at: pending.at })
    } else if (wire) insertInto(wire, { block })
    else session.send({ op: "insert_after", block, after: session.ids().at(-1) ?? null })
    root.current.focus({ preventScroll: true })
  }

  // A block dropped at a point of the screen: into the wire there, or not connected.
  const drop = (block, x, y) => {
    const wire = hover(x, y)
    hover(null)
    if (!inside(x, y)) return
    const at = flow.screenToFlowPosition({ x, y })
    if (wire) insertInto(wire, { block })
    else {
      // The first block of a network with a single input reads that; every other one is not connected yet.
      const kinds = [...view().entries.values()].map((entry) => entry.kind)
      const isFirst = !kinds.includes("node") && kinds.filter((kind) => kind === "input").length === 1
      const position = rounded({ x: at.x - WIDTH / 2, y: at.y - 40 })
      session.send({ op: "insert", block, at: position, ...(isFirst ? {} : { inputs: [] }) })
    }
    root.current.focus({ preventScroll: true })
  }

  return { actions, take, drop, hover }
}

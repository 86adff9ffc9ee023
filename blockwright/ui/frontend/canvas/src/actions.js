// What can be done on the canvas, by mouse, key or button: it is sent to Python as an edit or a command, or changes the
// view.
import { copyText, pasteEdit } from "./clipboard.js"
import { WIDTH } from "./graph.js"
import { wireActions } from "./wire_actions.js"

const MARGIN = 40
const LEGIBLE = 0.55
const BEGIN = 0.8
const PASTE_WAIT = 80

const quick = { duration: 180 }
const rounded = ({ x, y }) => [Math.round(x), Math.round(y)]
const placing = (places) => ({
  op: "place_many",
  places: Object.fromEntries(places.map(([key, position]) => [key.slice(2), rounded(position)])),
})

export function createActions({ session, flow, root, canvas, search, hovered, palette }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  const source = (read) => (Array.isArray(read) ? read : [read, 0])
  let copied = null
  let awaited = null
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
    begin() {
      const viewport = session.viewport()
      if (viewport) flow.setViewport(viewport)
      else actions.first()
    },
    // The whole, where it can be read then; else its beginning.
    first() {
      const { nodes } = view()
      if (!nodes.length) return
      const bounds = flow.getNodesBounds(nodes)
      const { width, height } = canvas.current.getBoundingClientRect()
      const zoom = Math.min((width - MARGIN) / bounds.width, (height - MARGIN) / bounds.height, 1)
      if (zoom >= LEGIBLE || !width) flow.fitView({ padding: 0.06, maxZoom: 1 })
      else {
        const first = nodes[0]
        const x = width / 2 - (first.position.x + first.width / 2) * BEGIN
        const y = height / 2 - (first.position.y + first.height / 2) * BEGIN
        flow.setViewport(
          view().across
            ? { x: MARGIN - first.position.x * BEGIN, y, zoom: BEGIN }
            : { x, y: MARGIN - first.position.y * BEGIN, zoom: BEGIN },
        )
      }
    },

    // Brings a node into sight with the least movement; what is in sight stays where it is.
    bring(key) {
      const node = view().nodes.find((node) => node.id === key)
      const box = canvas.current?.getBoundingClientRect()
      if (!node || !box?.width) return
      const { x, y, zoom } = flow.getViewport()
      const at = view().moved?.get(key) ?? node.position
      const shifted = (start, size, room, shift) => {
        const low = start * zoom + shift
        const high = low + size * zoom
        if (low < 0) return shift + MARGIN - low
        return high > room ? shift - (high - room + MARGIN) : shift
      }
      const next = { x: shifted(at.x, node.width, box.width, x), y: shifted(at.y, node.height, box.height, y), zoom }
      if (next.x !== x || next.y !== y) flow.setViewport(next, quick).then(() => session.keepViewport(flow.getViewport()))
    },

    focus(event) {
      if (event.target.closest?.("input, button")) return
      root.current.focus({ preventScroll: true })
    },
    fit: () => flow.fitView({ padding: 0.06, maxZoom: 1, ...quick }),
    zoom: (factor) => flow.zoomTo(flow.getZoom() * factor, quick),
    actual: () => flow.zoomTo(1, quick),
    turn() {
      session.turn(!view().across)
      requestAnimationFrame(() => {
        actions.first()
        if (view().selected.size) actions.bring([...view().selected][0])
      })
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
    },
    close: () => view().inside && session.send({ do: "close" }),
    arrange: () => session.send({ op: "arrange" }),
    all: () => session.select(view().nodes.map((node) => node.id).filter((key) => key.startsWith("n:"))),
    // Copies, and again as soon as the definitions are here that the copy needs. Gives the text.
    copy() {
      const blocks = session.blocks()
      if (!blocks.length) return null
      const { text, missing } = copyText(view(), blocks)
      copied = text
      session.onNextState = missing.length ? () => actions.complete(blocks) : null
      return text
    },
    complete(blocks) {
      const { text, missing } = copyText(view(), blocks)
      if (missing.length) return false
      copied = text
      navigator.clipboard?.writeText(text).catch(() => session.announce("The copy is kept for this canvas only."))
      return true
    },
    toClipboard(event, away) {
      if (event.target.closest?.("input")) return
      const text = actions.copy()
      if (!text) return
      event.clipboardData.setData("text/plain", text)
      event.preventDefault()
      const { length } = session.blocks()
      session.announce(`${length} ${length === 1 ? "block is" : "blocks are"} on the clipboard.`)
      if (away) actions.remove()
    },
    // Where the browser tells nothing of its clipboard, what was copied here is pasted.
    awaitPaste() {
      clearTimeout(awaited)
      awaited = setTimeout(() => copied && actions.put(copied), PASTE_WAIT)
      return false
    },
    paste(event) {
      if (event.target.closest?.("input")) return
      clearTimeout(awaited)
      event.preventDefault()
      actions.put(event.clipboardData.getData("text/plain") || copied || "")
    },
    put(text) {
      const edit = pasteEdit(text, view())
      if (typeof edit === "string") actions.showError(edit)
      else session.send(edit)
    },
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
  Object.assign(actions, connecting)

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

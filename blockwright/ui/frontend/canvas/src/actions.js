// What can be done on the canvas, by mouse, key or button. Each turns into deeds for Python, or into a change of view.
import { pasting, written } from "./clipboard.js"
import { WIDTH } from "./graph.js"
import { wiring } from "./wiring.js"

const MARGIN = 40
const LEGIBLE = 0.55
const BEGIN = 0.8
const PASTE_WAIT = 80

const quick = { duration: 180 }
const rounded = ({ x, y }) => [Math.round(x), Math.round(y)]

export function doings({ session, flow, root, stage, search, hot, palette }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  const source = (read) => (Array.isArray(read) ? read : [read, 0])
  let copied = null
  let awaited = null
  let boxing = false

  const under = (x, y, selector) => {
    const found = root.current.getRootNode().elementsFromPoint(x, y)
    return found.map((element) => element.closest(selector)).find(Boolean) ?? null
  }

  const inside = (x, y) => {
    const box = stage.current.getBoundingClientRect()
    return x > box.left && x < box.right && y > box.top && y < box.bottom
  }

  // Lights up the wire under the pointer, and gives its id.
  const hover = (x, y) => {
    const wire = x === null || !inside(x, y) ? null : under(x, y, ".react-flow__edge")
    if (hot.current !== wire) {
      hot.current?.classList.remove("hot")
      wire?.classList.add("hot")
      hot.current = wire
    }
    return wire?.dataset.id ?? null
  }

  const does = {
    begin() {
      const known = session.viewport()
      if (known) flow.setViewport(known)
      else does.first()
    },
    // The whole, where it can be read then; else its beginning.
    first() {
      const { nodes } = view()
      if (!nodes.length) return
      const bounds = flow.getNodesBounds(nodes)
      const { width, height } = stage.current.getBoundingClientRect()
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
      const node = view().nodes.find((one) => one.id === key)
      const box = stage.current?.getBoundingClientRect()
      if (!node || !box?.width) return
      const { x, y, zoom } = flow.getViewport()
      const at = view().moved?.get(key) ?? node.position
      const least = (start, size, room, shift) => {
        const low = start * zoom + shift
        const high = low + size * zoom
        if (low < 0) return shift + MARGIN - low
        return high > room ? shift - (high - room + MARGIN) : shift
      }
      const next = { x: least(at.x, node.width, box.width, x), y: least(at.y, node.height, box.height, y), zoom }
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
        does.first()
        if (view().selected.size) does.bring([...view().selected][0])
      })
    },
    help: () => session.update({ help: !view().help }),
    palette: () => palette.toggle(),
    search() {
      palette.show()
      requestAnimationFrame(() => search.current?.focus())
    },
    focusBoard: () => root.current?.focus({ preventScroll: true }),
    back() {
      root.current.focus({ preventScroll: true })
      session.update({ pending: null, naming: null })
      return true
    },
    escape() {
      if (view().help) does.help()
      else if (view().naming) session.update({ naming: null })
      else if (view().trouble) does.calm()
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
      if (selected) session.select(selected, boxing)
    },
    edgesChanged(changes) {
      if (boxing) return
      const chosen = changes.find((change) => change.type === "select" && change.selected)
      if (chosen) session.selectWire(chosen.id)
      else if (changes.some((change) => change.type === "select" && change.id === view().wire)) session.selectWire(null)
    },
    // A plain click on one of several that are selected leaves that one.
    clicked(event, node) {
      if (event.shiftKey || event.ctrlKey || event.metaKey) return
      if (view().selected.size > 1) session.select([node.id])
    },
    boxing(now) {
      boxing = now
      if (!now && session.unsaid) session.tell()
    },
    paneClicked: () => view().pending && session.update({ pending: null }),

    dragged(event, node) {
      if (does.free(node.id)) hover(event.clientX, event.clientY)
    },
    free: (key) => entry(key)?.kind === "node" && !entry(key).reads?.length && !view().readers.get(key)?.length,
    dropped(event, node, nodes) {
      const wire = node && nodes.length === 1 && does.free(node.id) ? hover(event.clientX, event.clientY) : null
      hover(null)
      if (wire) {
        session.act({ do: "insert", node: node.id.slice(2), wire: cut(wire) })
        return
      }
      const placed = nodes.filter((one) => one.id.startsWith("n:") && view().moved?.has(one.id))
      if (!placed.length) return
      session.act({ do: "place", nodes: placed.map((one) => ({ id: one.id.slice(2), at: rounded(one.position) })) })
    },
    nudge([x, y]) {
      const nodes = view().nodes.filter((node) => view().selected.has(node.id) && node.id.startsWith("n:"))
      if (!nodes.length) return true
      const moved = new Map(view().moved)
      for (const node of nodes) {
        const at = moved.get(node.id) ?? node.position
        moved.set(node.id, { x: at.x + x, y: at.y + y })
      }
      session.update({ moved })
      const places = nodes.map((node) => ({ id: node.id.slice(2), at: rounded(moved.get(node.id)) }))
      session.act({ do: "place", nodes: places })
      return true
    },

    remove() {
      const { wire, selected } = view()
      if (wire) {
        session.act({ do: "disconnect", ...cut(wire) })
        return
      }
      const outputs = [...selected].filter((key) => key.startsWith("o:"))
      for (const key of outputs) session.act({ do: "output", output: key.slice(2), on: false })
      const nodes = session.ids()
      if (nodes.length) session.act({ do: "remove", nodes })
    },
    duplicate() {
      const nodes = session.ids(session.blocks())
      if (nodes.length) session.act({ do: "duplicate", nodes })
    },
    enable() {
      const blocks = session.blocks()
      const enabled = blocks.every((key) => entry(key).off)
      if (blocks.length) session.act({ do: "enable", nodes: session.ids(blocks), enabled })
    },
    output() {
      const [key] = session.blocks()
      if (!key) return
      const given = [...view().entries.values()].some(
        (one) => one.kind === "output" && (one.reads ?? []).some((read) => source(read)[0] === entry(key).id),
      )
      session.act({ do: "output", node: entry(key).id, on: !given })
    },
    // Asks for the name of a block that the selection shall become.
    compose() {
      const nodes = session.ids(session.blocks())
      if (!nodes.length) return does.complain("Select the blocks first that shall become one.")
      const taken = new Set((view().own ?? []).map((block) => block.name))
      let number = 1
      while (taken.has(`Block${number}`)) number += 1
      session.update({ naming: { nodes, proposed: `Block${number}` } })
    },
    name(name) {
      const { nodes, proposed } = view().naming
      const chosen = name.trim()
      session.update({ naming: { ...view().naming, waiting: true, trouble: null } })
      session.act({ do: "compose", nodes, ...(chosen && chosen !== proposed ? { name: chosen } : {}) })
    },
    open(key) {
      const chosen = entry(typeof key === "string" ? key : [...view().selected].at(-1))
      if (chosen?.composite) session.act({ do: "open", node: chosen.id })
    },
    leave: () => view().inside && session.act({ do: "close" }),
    arrange: () => session.act({ do: "arrange" }),
    all: () => session.select(view().nodes.map((node) => node.id).filter((key) => key.startsWith("n:"))),
    // Copies, and again as soon as the definitions are here that the copy needs. Gives the text.
    copy() {
      const blocks = session.blocks()
      if (!blocks.length) return null
      const { text, missing } = written(view(), blocks)
      copied = text
      session.later = missing.length ? () => does.complete(blocks) : null
      return text
    },
    complete(blocks) {
      const { text, missing } = written(view(), blocks)
      if (missing.length) return false
      copied = text
      navigator.clipboard?.writeText(text).catch(() => session.say("The copy is kept for this canvas only."))
      return true
    },
    toClipboard(event, away) {
      if (event.target.closest?.("input")) return
      const text = does.copy()
      if (!text) return
      event.clipboardData.setData("text/plain", text)
      event.preventDefault()
      const { length } = session.blocks()
      session.say(`${length} ${length === 1 ? "block is" : "blocks are"} on the clipboard.`)
      if (away) does.remove()
    },
    // Where the browser tells nothing of its clipboard, what was copied here is pasted.
    awaitPaste() {
      clearTimeout(awaited)
      awaited = setTimeout(() => copied && does.put(copied), PASTE_WAIT)
      return false
    },
    paste(event) {
      if (event.target.closest?.("input")) return
      clearTimeout(awaited)
      event.preventDefault()
      does.put(event.clipboardData.getData("text/plain") || copied || "")
    },
    put(text) {
      const deed = pasting(text, view())
      if (typeof deed === "string") does.complain(deed)
      else session.act(deed)
    },
    complain: (sentence) => session.update({ trouble: sentence, said: sentence }),
    calm: () => session.update({ trouble: null }),
  }
  const { does: wired, cut } = wiring({
    session,
    flow,
    root,
    inside,
    under,
    bring: (key) => does.bring(key),
    complain: (sentence) => does.complain(sentence),
    ask(pending) {
      session.update({ pending })
      does.search()
    },
  })
  Object.assign(does, wired)

  // A block from the palette: into the selected wire, on from a wire drawn into the open, or after the selection.
  const take = (block) => {
    const { wire, pending } = view()
    if (pending) {
      session.update({ pending: null })
      session.act({ do: "insert", block, at: pending.at, wire: { from: pending.from, port: pending.port, to: null } })
    } else if (wire) session.act({ do: "insert", block, wire: cut(wire) })
    else session.act({ do: "insert", block, after: session.ids().at(-1) ?? null })
    root.current.focus({ preventScroll: true })
  }

  // A block dropped at a point of the screen: into the wire there, or free.
  const drop = (block, x, y) => {
    const wire = hover(x, y)
    hover(null)
    if (!inside(x, y)) return
    const at = flow.screenToFlowPosition({ x, y })
    if (wire) session.act({ do: "insert", block, wire: cut(wire) })
    else session.act({ do: "insert", block, at: rounded({ x: at.x - WIDTH / 2, y: at.y - 40 }) })
    root.current.focus({ preventScroll: true })
  }

  return { does, take, drop, hover }
}

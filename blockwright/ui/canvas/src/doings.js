// What can be done on the canvas, by mouse, key or button. Each turns into deeds for Python, or into a change of view.
import { written, read } from "./clipboard.js"
import { WIDTH, spoken } from "./graph.js"
import { readable } from "./walk.js"

const MARGIN = 40
const LEGIBLE = 0.55
const BEGIN = 0.8
const PASTE_WAIT = 80

const quick = { duration: 180 }
const rounded = ({ x, y }) => [Math.round(x), Math.round(y)]

export function doings({ session, flow, root, stage, search, hot, showPalette }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  const source = (read) => (Array.isArray(read) ? read : [read, 0])
  let copied = null
  let pasting = null
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

  const cut = (id) => {
    const { data, target } = view().edges.find((edge) => edge.id === id)
    return { from: data.from, port: data.port, ...end(target), slot: data.slot }
  }

  // The reading end of a wire: a node, or an output, which is named by what it gives.
  const end = (key) => (key.startsWith("o:") ? { to: key.slice(2), output: true } : { to: key.slice(2) })

  const connect = (from, port, key, slot) => {
    const taken = entry(key).reads?.length ?? 0
    session.act({ do: "connect", from: from.slice(2), port, ...end(key), slot: slot < taken ? slot : null })
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
    search() {
      showPalette(true)
      requestAnimationFrame(() => search.current?.focus())
    },
    back() {
      root.current.focus({ preventScroll: true })
      if (view().pending) session.update({ pending: null })
      return true
    },
    escape() {
      if (view().help) does.help()
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

    connected({ source: from, sourceHandle, target, targetHandle }) {
      connect(from, Number(sourceHandle?.slice(1) ?? 0), target, Number(targetHandle?.slice(1) ?? 0))
    },
    // A wire that ends on a block itself goes to its first free place; in the open it asks for the next block.
    connectEnded(event, state) {
      if (state.isValid || !state.fromHandle || state.fromHandle.type !== "source") return
      const { clientX, clientY } = event.changedTouches?.[0] ?? event
      if (!inside(clientX, clientY)) return
      const from = state.fromNode.id
      const port = Number(state.fromHandle.id.slice(1))
      const key = under(clientX, clientY, ".react-flow__node")?.dataset.id
      if (!key) {
        const at = rounded(flow.screenToFlowPosition({ x: clientX, y: clientY }))
        session.update({ pending: { from: from.slice(2), port, at } })
        does.search()
      } else if (key !== from && readable(view(), from).includes(key)) connect(from, port, key, Infinity)
      else if (key !== from) session.say("That wire would make a circle, so it was not drawn.")
    },

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
    compose() {
      if (session.blocks().length) session.act({ do: "compose", nodes: session.ids(session.blocks()) })
    },
    open(key) {
      const chosen = entry(typeof key === "string" ? key : [...view().selected].at(-1))
      if (chosen?.composite) session.act({ do: "open", node: chosen.id })
    },
    leave: () => view().inside && session.act({ do: "close" }),
    arrange: () => session.act({ do: "arrange" }),
    all: () => session.select(view().nodes.map((node) => node.id).filter((key) => key.startsWith("n:"))),
    nextWire() {
      const [key] = view().selected.size ? view().selected : [view().edges.find((edge) => edge.id === view().wire)?.target]
      if (!key) return
      const own = view().edges.filter((edge) => edge.target === key || edge.source === key)
      own.sort((one, other) => (other.target === key) - (one.target === key))
      const place = own.findIndex((edge) => edge.id === view().wire)
      if (own.length) session.selectWire(own[(place + 1) % own.length].id)
    },

    canLink: () => view().selected.size === 1 && [...view().selected][0].startsWith("n:"),
    link() {
      if (view().link) return does.unlink()
      if (!does.canLink()) return session.say("Select one block first; the wire begins there.")
      const [from] = view().selected
      const choice = readable(view(), from)
      if (!choice.length) return session.say("There is no block that could read this one.")
      const [next] = view().readers.get(from) ?? []
      session.update({ link: { from, choice, to: null } })
      root.current.focus({ preventScroll: true })
      return does.aim(Math.max(0, choice.indexOf(next)) + 1)
    },
    aim(by) {
      const { choice, to } = view().link
      const place = (choice.indexOf(to) + by + choice.length * 2) % choice.length
      session.update({ link: { ...view().link, to: choice[place] } })
      session.say(spoken(entry(choice[place])))
      does.bring(choice[place])
    },
    linkHere() {
      const { from, to } = view().link
      does.unlink()
      if (to) connect(from, 0, to, Infinity)
    },
    unlink: () => session.update({ link: null }),

    copy() {
      const blocks = session.blocks()
      if (!blocks.length) return false
      copied = written(view(), blocks)
      return false
    },
    cut: () => does.copy(),
    toClipboard(event, away) {
      if (event.target.closest?.("input")) return
      const blocks = session.blocks()
      if (!blocks.length) return
      copied = written(view(), blocks)
      event.clipboardData.setData("text/plain", copied)
      event.preventDefault()
      session.say(`${blocks.length} ${blocks.length === 1 ? "block is" : "blocks are"} on the clipboard.`)
      if (away) does.remove()
    },
    // Where the browser tells nothing of its clipboard, what was copied here is pasted.
    awaitPaste() {
      clearTimeout(pasting)
      pasting = setTimeout(() => copied && does.put(copied), PASTE_WAIT)
      return false
    },
    paste(event) {
      if (event.target.closest?.("input")) return
      clearTimeout(pasting)
      event.preventDefault()
      does.put(event.clipboardData.getData("text/plain") || copied || "")
    },
    put(text) {
      const nodes = read(text)
      if (typeof nodes === "string") does.complain(nodes)
      else session.act({ do: "paste", nodes, at: null })
    },
    complain(sentence) {
      session.update({ trouble: sentence, said: sentence })
      clearTimeout(does.later)
      does.later = setTimeout(() => session.update({ trouble: null }), 6000)
    },
  }

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

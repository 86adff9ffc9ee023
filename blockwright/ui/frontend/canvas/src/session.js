// One mounted canvas: what Python sent, what is on its way to Python, and what only the screen knows. Python holds the
// design.
import { Graph } from "./graph.js"
import { Outbox } from "../../outbox.js"
import { applied } from "../../patch.js"

const memory = new Map()

export class Session {
  constructor() {
    this.listeners = new Set()
    this.outbox = new Outbox()
    this.graph = new Graph()
    this.state = null
    this.done = null
    this.sentSelection = null
    this.onNextState = null
    this.view = { ready: false, selected: new Set(), wire: null, announcement: "", across: rememberedAcross() }
    this.subscribe = (listener) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    }
    this.snapshot = () => this.view
  }

  close() {
    this.outbox.close()
    this.listeners.clear()
  }

  // Changes what is on the screen and tells React.
  update(changes) {
    this.view = { ...this.view, ...changes }
    for (const listener of this.listeners) listener()
  }

  // Sends an action to Python.
  send(action) {
    this.outbox.add(action)
  }

  // Takes what Python sent. A change of a version that is not here makes it ask for the whole.
  show(data) {
    this.outbox.acknowledge(data.done)
    const state = applied(this.state, data)
    if (!state) {
      this.outbox.requestAll()
      return
    }
    this.state = state
    this.draw(data)
    this.outbox.flush()
  }

  draw(data) {
    const isWaiting = this.outbox.isWaiting
    const { entries, facts } = this.state
    const existing = (keys) => new Set([...keys].filter((key) => entries.has(key)))
    const before = this.view
    const graph = this.graph.build(entries, before.across)
    const outputs = [...before.selected].filter((key) => key.startsWith("o:"))
    const chosen = [...data.selected.map((id) => `n:${id}`), ...(data.selected.length ? [] : outputs)]
    // A selected wire stays selected as long as Python did not select anything else meanwhile.
    const isNew = JSON.stringify(data.selected) !== this.sentSelection
    this.sentSelection = JSON.stringify(data.selected)
    const stays = before.wire && !isNew && graph.edges.some((edge) => edge.id === before.wire)
    const selected = existing(isWaiting || stays ? before.selected : chosen)
    const grouping = before.scope === facts.scope ? before.grouping : null
    const isAnswered = grouping?.waiting && !isWaiting
    const wire = graph.edges.some((edge) => edge.id === before.wire) && !fresh(before.selected, selected) ? before.wire : null
    this.update({
      ready: true,
      ...facts,
      entries,
      ...graph,
      selected,
      wire,
      moved: isWaiting ? before.moved : null,
      announcement: data.error ?? data.announce ?? before.announcement,
      grouping: isAnswered ? (data.error ? { ...grouping, waiting: false, error: data.error } : null) : grouping,
      error: isAnswered ? null : data.error ?? (this.done === data.done ? before.error : null),
      arrived: isWaiting || !before.ready ? null : fresh(before.selected, selected),
    })
    this.done = data.done
    if (this.onNextState?.()) this.onNextState = null
  }

  turn(across) {
    remember("blockwright-across", across ? "1" : "")
    this.update({ across, ...this.graph.build(this.view.entries, across) })
  }

  // The pixels in which the whole network is to be shown: it is folded into columns that fit them.
  fitInto(width, height) {
    const [wide, high] = this.graph.room
    if (Math.abs(wide - width) < 8 && Math.abs(high - height) < 8) return
    this.graph.room = [width, height]
    this.update(this.graph.build(this.view.entries, this.view.across))
  }

  announce(announcement) {
    this.update({ announcement })
  }

  // Selects nodes, and sends that to Python unless `quietly`.
  select(keys, quietly) {
    const selected = new Set(keys)
    const same = selected.size === this.view.selected.size && [...selected].every((key) => this.view.selected.has(key))
    if (!same || this.view.wire) this.update({ selected, wire: null })
    if (!quietly && (!same || this.hasUnsentSelection)) this.sendSelection()
    else if (!same) this.hasUnsentSelection = true
  }

  sendSelection() {
    this.hasUnsentSelection = false
    const nodes = this.ids(this.view.selected)
    this.sentSelection = JSON.stringify(nodes)
    this.send({ do: "select", nodes })
  }

  selectWire(id) {
    this.update({ wire: id, selected: new Set() })
    if (id) this.announce(this.view.edges.find((edge) => edge.id === id)?.ariaLabel ?? "")
  }

  // The ids of selected inputs and nodes; outputs are no nodes of the design.
  ids(keys = this.view.selected) {
    return [...keys].filter((key) => key.startsWith("n:")).map((key) => key.slice(2))
  }

  blocks(keys = this.view.selected) {
    return [...keys].filter((key) => this.view.entries.get(key)?.kind === "node")
  }

  viewport() {
    const last = memory.get(this.view.scope)
    return last?.room === String(this.graph.room) ? last.viewport : null
  }

  keepViewport(viewport) {
    if (memory.size > 50) memory.delete(memory.keys().next().value)
    memory.set(this.view.scope, { viewport, room: String(this.graph.room) })
  }
}

function fresh(before, after) {
  return [...after].find((key) => !before.has(key)) ?? null
}

function rememberedAcross() {
  try {
    return window.localStorage.getItem("blockwright-across") === "1"
  } catch {
    return false
  }
}

function remember(name, value) {
  try {
    window.localStorage.setItem(name, value)
  } catch {
    // A browser that keeps nothing forgets the direction with the page.
  }
}

// One mounted canvas: what Python sent, what the visitor did and is not yet answered, and what only the screen knows.
// Python holds the design. Deeds wait in a queue until the last ones are acknowledged, so none is lost.
import { Graph } from "./graph.js"
import { applied } from "./patch.js"

const WAIT = 4000
const memory = new Map()

export class Session {
  constructor() {
    this.listeners = new Set()
    this.queue = []
    this.sent = null
    this.graph = new Graph()
    this.state = null
    this.done = null
    this.believed = null
    this.later = null
    this.view = { ready: false, selected: new Set(), wire: null, said: "", across: remembersAcross() }
    this.subscribe = (listener) => {
      this.listeners.add(listener)
      return () => this.listeners.delete(listener)
    }
    this.snapshot = () => this.view
  }

  close() {
    clearTimeout(this.retry)
    this.listeners.clear()
  }

  // Changes what is on the screen and tells React.
  update(changes) {
    this.view = { ...this.view, ...changes }
    for (const listener of this.listeners) listener()
  }

  // One message is on its way at a time; what happens meanwhile follows with the next one.
  act(deed) {
    if (deed.do === "select" && this.queue.at(-1)?.do === "select") this.queue.pop()
    this.queue.push(deed)
    this.flush()
  }

  flush() {
    if (this.sent || this.queue.length === 0) return
    this.number = Math.max(Date.now(), (this.number ?? 0) + 1)
    this.sent = { number: this.number, deeds: this.queue.splice(0) }
    this.post()
  }

  post() {
    this.deliver(this.sent)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.sent && this.post(), WAIT)
  }

  // Takes what Python sent. A change of a version that is not here makes it ask for the whole.
  show(data) {
    if (this.sent && data.done >= this.sent.number) {
      this.sent = null
      clearTimeout(this.retry)
    }
    const state = applied(this.state, data)
    if (!state) {
      if (!this.queue.some((deed) => deed.do === "resend")) this.act({ do: "resend" })
      return
    }
    this.state = state
    this.draw(data)
    this.flush()
  }

  draw(data) {
    const waits = this.sent || this.queue.length > 0
    const { entries, facts } = this.state
    const known = (keys) => new Set([...keys].filter((key) => entries.has(key)))
    const before = this.view
    const graph = this.graph.build(entries, before.across)
    const outputs = [...before.selected].filter((key) => key.startsWith("o:"))
    const chosen = [...data.selected.map((id) => `n:${id}`), ...(data.selected.length ? [] : outputs)]
    // A wire that was chosen here stays so, as long as Python did not choose anything else meanwhile.
    const news = JSON.stringify(data.selected) !== this.believed
    this.believed = JSON.stringify(data.selected)
    const stays = before.wire && !news && graph.edges.some((edge) => edge.id === before.wire)
    const selected = known(waits || stays ? before.selected : chosen)
    const naming = before.place === facts.place ? before.naming : null
    const asked = naming?.waiting && !waits
    const wire = graph.edges.some((edge) => edge.id === before.wire) && !fresh(before.selected, selected) ? before.wire : null
    this.update({
      ready: true,
      ...facts,
      entries,
      ...graph,
      selected,
      wire,
      moved: waits ? before.moved : null,
      said: data.trouble ?? data.said ?? before.said,
      naming: asked ? (data.trouble ? { ...naming, waiting: false, trouble: data.trouble } : null) : naming,
      trouble: asked ? null : data.trouble ?? (this.done === data.done ? before.trouble : null),
      arrived: waits || !before.ready ? null : fresh(before.selected, selected),
    })
    this.done = data.done
    if (this.later?.()) this.later = null
  }

  turn(across) {
    remember("blockwright-across", across ? "1" : "")
    this.update({ across, ...this.graph.build(this.view.entries, across) })
  }

  say(said) {
    this.update({ said })
  }

  // Selects nodes, and tells Python unless `quietly`.
  select(keys, quietly) {
    const selected = new Set(keys)
    const same = selected.size === this.view.selected.size && [...selected].every((key) => this.view.selected.has(key))
    if (!same || this.view.wire) this.update({ selected, wire: null })
    if (!quietly && (!same || this.unsaid)) this.tell()
    else if (!same) this.unsaid = true
  }

  tell() {
    this.unsaid = false
    const nodes = this.ids(this.view.selected)
    this.believed = JSON.stringify(nodes)
    this.act({ do: "select", nodes })
  }

  selectWire(id) {
    this.update({ wire: id, selected: new Set() })
    if (id) this.say(this.view.edges.find((edge) => edge.id === id)?.ariaLabel ?? "")
  }

  // The ids of selected inputs and nodes; outputs are no nodes of the design.
  ids(keys = this.view.selected) {
    return [...keys].filter((key) => key.startsWith("n:")).map((key) => key.slice(2))
  }

  blocks(keys = this.view.selected) {
    return [...keys].filter((key) => this.view.entries.get(key)?.kind === "node")
  }

  viewport() {
    return memory.get(this.view.place)
  }

  keepViewport(viewport) {
    if (memory.size > 50) memory.delete(memory.keys().next().value)
    memory.set(this.view.place, viewport)
  }
}

function fresh(before, after) {
  return [...after].find((key) => !before.has(key)) ?? null
}

function remembersAcross() {
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

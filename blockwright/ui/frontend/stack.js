// The stack of blocks: draws what Python sends, and sends back what the visitor does. Loaded once; the texts of
// `patch.js`, `outbox.js`, `elements.js` and `stack_row.js` stand before it, and the style sheet as STYLE.

const stacks = new WeakMap()

function show(element, data, deliver) {
  if (!element.isConnected) return
  let stack = stacks.get(element)
  if (!stack) {
    const root = make("div", "stack")
    root.setAttribute("role", "grid")
    root.setAttribute("aria-label", "Blocks, from input to output")
    const announcer = make("div", "announcer")
    announcer.setAttribute("aria-live", "polite")
    element.replaceChildren(make("style", "", STYLE), root, announcer)
    stack = new Stack(root, announcer)
    stacks.set(element, stack)
  }
  stack.outbox.deliver = deliver
  stack.take(data)
}

function close(element) {
  stacks.get(element)?.close()
  stacks.delete(element)
}

class Stack {
  constructor(root, announcer) {
    this.root = root
    this.announcer = announcer
    this.outbox = new Outbox()
    this.rows = new Map()
    this.received = null
    this.state = { rows: [], selected: null, insertion: null, done: 0 }
    this.end = make("button", "gap end")
    this.end.type = "button"
    this.end.append(make("span", "plus", "+"))
    this.end.tabIndex = -1
    this.end.title = "Insert the next block at the end"
    this.end.setAttribute("aria-label", this.end.title)
    this.end.onclick = () => this.outbox.add({ do: "set_insertion", index: this.nodes().length })
    this.last = gapRow(this.end)
    this.root.onkeydown = (event) => this.key(event)
    this.onDocumentKey = (event) => this.historyKey(event)
    document.addEventListener("keydown", this.onDocumentKey)
    this.onPaletteAction = (event) => this.takeAction(event)
    window.addEventListener("blockwright-action", this.onPaletteAction)
  }

  close() {
    document.removeEventListener("keydown", this.onDocumentKey)
    window.removeEventListener("blockwright-action", this.onPaletteAction)
    this.outbox.close()
  }

  nodes() {
    return this.state.rows.filter((row) => row.kind !== "input")
  }

  // An action of the palette is sent in order with the stack's own.
  takeAction(event) {
    if (event.defaultPrevented) return
    event.preventDefault()
    this.outbox.add(event.detail)
  }

  // Takes what Python sent. A change of a version that is not here makes it ask for the whole.
  take(data) {
    this.outbox.acknowledge(data.done)
    const received = applied(this.received, data)
    if (!received) {
      this.outbox.requestAll()
      return
    }
    this.received = received
    this.show({ ...data, empty: received.facts.empty, rows: [...received.entries.values()] })
  }

  show(data) {
    const hadFocus = this.root.contains(this.root.getRootNode().activeElement)
    const selected = this.outbox.isWaiting ? this.state.selected : data.selected
    const isKnown = data.rows.some((row) => row.id === selected)
    this.state = { ...data, selected: isKnown ? selected : data.selected }
    this.draw()
    if (hadFocus) this.focus()
    if (this.state.selected !== this.shownSelection) this.bringIntoSight(this.state.selected)
    this.shownSelection = this.state.selected
    if (data.announce && data.announce !== this.announced) setText(this.announcer, data.announce)
    this.announced = data.announce
    this.outbox.flush()
  }

  draw() {
    const ids = new Set(this.state.rows.map((entry) => entry.id))
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue
      row.item.remove()
      this.rows.delete(id)
    }
    let before = null
    const inputs = this.state.rows.length - this.nodes().length
    this.state.first = this.state.rows[this.nodes().length ? inputs : 0]?.id
    this.state.rows.forEach((entry, index) => {
      let row = this.rows.get(entry.id)
      if (!row) this.rows.set(entry.id, (row = new Row(this)))
      row.show(entry, index - inputs, this.state)
      const next = before ? before.nextSibling : this.root.firstChild
      if (row.item !== next) this.root.insertBefore(row.item, next)
      before = row.item
    })
    this.root.append(this.last)
    this.end.classList.toggle("chosen", this.state.insertion === this.nodes().length)
    this.end.classList.toggle("empty", this.nodes().length === 0)
    setText(this.end.firstChild, this.nodes().length ? "+" : this.state.empty)
  }

  focus() {
    this.rows.get(this.state.selected)?.row.focus({ preventScroll: true })
    this.bringIntoSight(this.state.selected)
  }

  // Scrolls the row into sight within the stack, without moving the page.
  bringIntoSight(id) {
    const item = this.rows.get(id)?.item
    if (!item) return
    const top = item.offsetTop
    const bottom = top + item.offsetHeight
    const { scrollTop, clientHeight } = this.root
    if (top < scrollTop) this.root.scrollTop = top - 8
    else if (bottom > scrollTop + clientHeight) this.root.scrollTop = bottom - clientHeight + 24
  }

  select(id, focus) {
    if (this.state.selected !== id || this.state.insertion !== null) {
      this.state = { ...this.state, selected: id, insertion: null }
      this.draw()
      this.outbox.add({ do: "select", nodes: [id] })
    }
    if (focus) {
      this.focus()
      this.bringFormIntoSight()
    }
  }

  // On a telephone the form of the chosen block stands below the stack: both are then on the screen.
  bringFormIntoSight() {
    if (window.matchMedia("(max-width: 640px)").matches) this.root.scrollIntoView({ block: "start" })
  }

  key(event) {
    const onRow = event.target.getAttribute?.("role") === "row"
    const rows = this.state.rows
    const index = rows.findIndex((row) => row.id === this.state.selected)
    const row = rows[index]
    const isNode = row && row.kind !== "input"
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const command = event.ctrlKey || event.metaKey
    if (step && event.altKey && isNode) this.outbox.add({ op: "move", node: row.id, by: step })
    else if (step && !event.altKey && !command) this.select(rows[clamp(index + step, rows.length)].id, true)
    else if (event.key === "Home" && onRow) this.select(rows[0].id, true)
    else if (event.key === "End" && onRow) this.select(rows.at(-1).id, true)
    else if ((event.key === "Delete" || event.key === "Backspace") && onRow && isNode) {
      this.outbox.add({ op: "remove", node: row.id })
    } else if (event.key === "Enter" && onRow && (row?.opens || row?.unfolds)) {
      this.rows.get(row.id).open()
    } else if (command && event.key.toLowerCase() === "d" && isNode) {
      this.outbox.add({ op: "duplicate", node: row.id })
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  // Undo and redo work wherever the focus is, except where text is being typed.
  historyKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return
    const target = event.composedPath()[0]
    if (target?.closest?.("input, textarea, [contenteditable=true]")) return
    const key = event.key.toLowerCase()
    const command = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null
    if (!command) return
    event.preventDefault()
    this.outbox.add({ do: command })
  }

  drag(event, row) {
    if (event.button !== 0 || row.isInput) return
    event.preventDefault()
    const items = this.nodes().map((entry) => this.rows.get(entry.id))
    const start = event.clientY + this.root.scrollTop
    let target = row.index
    const line = make("div", "drop")
    const move = (moved) => {
      const box = this.root.getBoundingClientRect()
      if (moved.clientY < box.top + 30) this.root.scrollTop -= 12
      if (moved.clientY > box.bottom - 30) this.root.scrollTop += 12
      row.item.classList.add("dragged")
      row.item.style.transform = `translateY(${moved.clientY + this.root.scrollTop - start}px)`
      const others = items.filter((other) => other !== row)
      target = others.filter((other) => middle(other.item) < moved.clientY).length
      this.root.insertBefore(line, others[target]?.item ?? this.last)
    }
    const drop = (dropped) => {
      this.root.removeEventListener("pointermove", move)
      this.root.removeEventListener("pointerup", drop)
      this.root.removeEventListener("pointercancel", drop)
      this.root.releasePointerCapture(dropped.pointerId)
      row.item.classList.remove("dragged")
      row.item.style.transform = ""
      line.remove()
      this.select(row.id, false)
      if (dropped.type === "pointerup" && target !== row.index) this.outbox.add({ op: "move", node: row.id, index: target })
    }
    this.root.setPointerCapture(event.pointerId)
    this.root.addEventListener("pointermove", move)
    this.root.addEventListener("pointerup", drop)
    this.root.addEventListener("pointercancel", drop)
  }
}

function middle(element) {
  const box = element.getBoundingClientRect()
  return box.top + box.height / 2
}

function clamp(index, length) {
  return Math.max(0, Math.min(length - 1, index))
}

window["blockwright-stack"] = { show, close }
window.dispatchEvent(new Event("blockwright-stack"))

export default function () {}

// The stack of blocks: draws what Python sends, and sends back what the visitor does. Loaded once; the texts of
// `patch.js`, `outbox.js` and `elements.js` stand before it, and the style sheet as STYLE.

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

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function iconButton(icon, label, onPress) {
  const button = make("button", "action")
  button.type = "button"
  button.tabIndex = -1
  button.title = label
  button.setAttribute("aria-label", label)
  const glyph = make("span", "icon", icon)
  glyph.setAttribute("aria-hidden", "true")
  button.append(glyph)
  button.onclick = (event) => {
    event.stopPropagation()
    onPress()
  }
  return button
}

function drawnMark(words) {
  const mark = make("span", "mark", words)
  if (words !== "frozen") return mark
  mark.title = "Frozen: training leaves its weights as they are"
  const glyph = make("span", "icon", "ac_unit")
  glyph.setAttribute("aria-hidden", "true")
  mark.prepend(glyph)
  return mark
}

function spokenText(entry) {
  if (entry.kind === "input") return `${entry.id}, input of shape ${entry.shape}`
  const messages = entry.findings.map((finding) => finding.message)
  return [entry.id, entry.block, ...entry.marks, entry.params, `output shape ${entry.shape}`, ...messages].join(", ")
}

class Row {
  constructor(stack) {
    this.stack = stack
    this.item = make("div", "item")
    this.item.setAttribute("role", "presentation")
    this.gap = make("button", "gap")
    this.gap.type = "button"
    this.gap.tabIndex = -1
    this.gap.append(make("span", "plus", "+"))
    this.gap.onclick = () => stack.outbox.add({ do: "set_insertion", index: this.index })
    this.row = make("div", "row")
    this.row.setAttribute("role", "row")
    this.row.onclick = () => stack.select(this.id, true)
    this.row.ondblclick = () => this.opens && this.open()
    this.handle = make("div", "handle")
    this.handle.title = "Drag to move"
    this.handle.append(make("span", "icon", "drag_indicator"))
    this.handle.onpointerdown = (event) => stack.drag(event, this)
    this.name = make("span", "name")
    this.block = make("span", "block")
    this.params = make("div", "params")
    this.shape = make("div", "shape")
    this.cost = make("div", "cost")
    this.findings = make("div", "findings")
    this.actions = make("div", "actions")
    const top = make("div", "top")
    this.marks = make("span", "marks")
    top.append(this.name, this.block, this.marks)
    const words = make("div", "words")
    words.append(top, this.params)
    const figures = make("div", "figures")
    figures.append(this.shape, this.cost)
    for (const cell of [words, figures, this.actions]) cell.setAttribute("role", "gridcell")
    const line = make("div", "line")
    line.setAttribute("role", "presentation")
    line.append(this.handle, words, figures, this.actions)
    this.row.append(line, this.findings)
    this.item.append(this.gap, this.row)
    this.power = iconButton("toggle_on", "", () => this.send({ op: "enable", enabled: !this.enabled }))
    this.opener = iconButton("open_in_full", "Open: see what is inside (double-click)", () => this.open())
    this.actions.append(
      this.opener,
      iconButton("arrow_upward", "Move up (Alt+Up)", () => this.send({ op: "move", by: -1 })),
      iconButton("arrow_downward", "Move down (Alt+Down)", () => this.send({ op: "move", by: 1 })),
      iconButton("content_copy", "Duplicate (Ctrl+D)", () => this.send({ op: "duplicate" })),
      this.power,
      iconButton("delete", "Remove (Delete)", () => this.send({ op: "remove" })),
    )
  }

  send(action) {
    this.stack.outbox.add({ ...action, node: this.id })
  }

  open() {
    this.send({ do: "open" })
  }

  show(entry, index, state) {
    const selected = state.selected === entry.id
    const isInsertion = state.insertion === index && entry.kind !== "input"
    const isFirst = !state.selected && state.first === entry.id
    const shown = [entry, index, selected, isInsertion, isFirst]
    if (this.shown?.every((value, position) => value === shown[position])) return
    this.shown = shown
    this.id = entry.id
    this.index = index
    this.enabled = entry.enabled
    this.isInput = entry.kind === "input"
    this.opens = entry.opens
    this.opener.hidden = !entry.opens
    this.row.className = `row ${entry.kind} ${entry.severity}${entry.enabled ? "" : " off"}${selected ? " selected" : ""}`
    this.row.dataset.id = entry.id
    this.row.tabIndex = selected || isFirst ? 0 : -1
    this.row.setAttribute("aria-selected", String(selected))
    this.row.setAttribute("aria-label", spokenText(entry))
    this.row.style.setProperty("--colour", entry.colour)
    setText(this.name, entry.id)
    setText(this.block, entry.block)
    setText(this.params, entry.params)
    this.showMarks(entry.marks)
    setText(this.shape, entry.shape)
    setText(this.cost, entry.cost)
    this.gap.classList.toggle("chosen", isInsertion)
    this.gap.hidden = this.isInput
    this.gap.setAttribute("aria-label", `Insert the next block above ${entry.id}`)
    this.gap.title = "Insert the next block here"
    const power = this.enabled ? "Switch off: values pass through" : "Switch on"
    this.power.title = power
    this.power.setAttribute("aria-label", power)
    setText(this.power.firstChild, this.enabled ? "toggle_on" : "toggle_off")
    for (const button of this.actions.children) button.tabIndex = selected ? 0 : -1
    this.showFindings(entry.findings)
  }

  showMarks(marks) {
    const text = marks.join("\n")
    if (text === this.shownMarks) return
    this.shownMarks = text
    this.marks.replaceChildren(...marks.map(drawnMark))
  }

  showFindings(findings) {
    const text = JSON.stringify(findings)
    if (text === this.shownFindings) return
    this.shownFindings = text
    this.findings.replaceChildren(
      ...findings.map((finding) => {
        const line = make("div", `finding ${finding.severity}`)
        const mark = make("span", "icon", { error: "error", warning: "warning" }[finding.severity] ?? "info")
        mark.setAttribute("aria-hidden", "true")
        line.append(mark, make("span", "message", finding.message))
        if (finding.fix) {
          const fix = make("button", "fix", finding.fix)
          fix.type = "button"
          fix.onclick = (event) => {
            event.stopPropagation()
            this.send({ do: "fix", code: finding.code, label: finding.label })
          }
          line.append(fix)
        }
        return line
      }),
    )
  }
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
    this.root.append(this.end)
    this.end.classList.toggle("chosen", this.state.insertion === this.nodes().length)
    this.end.classList.toggle("empty", this.nodes().length === 0)
    setText(this.end.firstChild, this.nodes().length ? "+" : this.state.empty)
    this.root.setAttribute("aria-rowcount", String(this.state.rows.length))
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
    if (focus) this.focus()
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
    } else if (event.key === "Enter" && onRow && row?.opens) {
      this.outbox.add({ do: "open", node: row.id })
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
      this.root.insertBefore(line, others[target]?.item ?? this.end)
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

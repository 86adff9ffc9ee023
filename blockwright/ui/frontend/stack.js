// The stack of blocks: draws what Python sends, and sends back what the visitor does. Loaded once; the text of
// `canvas/src/patch.js` stands before it, and the style sheet as STYLE.
// Python holds the design. Deeds wait in a queue until the last ones are acknowledged, so none is lost.

const stacks = new WeakMap()

function show(place, data, deliver) {
  if (!place.isConnected) return
  let stack = stacks.get(place)
  if (!stack) {
    const root = make("div", "stack")
    root.setAttribute("role", "grid")
    root.setAttribute("aria-label", "Blocks, from input to output")
    const said = make("div", "said")
    said.setAttribute("aria-live", "polite")
    place.replaceChildren(make("style", "", STYLE), root, said)
    stack = new Stack(root, said)
    stacks.set(place, stack)
  }
  stack.deliver = deliver
  stack.take(data)
}

function close(place) {
  stacks.get(place)?.close()
  stacks.delete(place)
}

function make(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function iconButton(icon, label, act) {
  const button = make("button", "act")
  button.type = "button"
  button.tabIndex = -1
  button.title = label
  button.setAttribute("aria-label", label)
  const glyph = make("span", "icon", icon)
  glyph.setAttribute("aria-hidden", "true")
  button.append(glyph)
  button.onclick = (event) => {
    event.stopPropagation()
    act()
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

function spoken(entry) {
  if (entry.kind === "input") return `${entry.id}, input of shape ${entry.shape}`
  const found = entry.findings.map((finding) => finding.message)
  return [entry.id, entry.block, ...entry.marks, entry.params, `gives ${entry.shape}`, ...found].join(", ")
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
    this.gap.onclick = () => stack.act({ do: "place", index: this.place })
    this.row = make("div", "row")
    this.row.setAttribute("role", "row")
    this.row.onclick = () => stack.select(this.id, true)
    this.row.ondblclick = () => this.opens && this.act({ do: "open" })
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
    this.power = iconButton("toggle_on", "", () => this.act({ do: "enable", enabled: !this.enabled }))
    this.opener = iconButton("open_in_full", "Open: see what is inside (double-click)", () => this.act({ do: "open" }))
    this.actions.append(
      this.opener,
      iconButton("arrow_upward", "Move up (Alt+Up)", () => this.act({ do: "shift", by: -1 })),
      iconButton("arrow_downward", "Move down (Alt+Down)", () => this.act({ do: "shift", by: 1 })),
      iconButton("content_copy", "Duplicate (Ctrl+D)", () => this.act({ do: "duplicate" })),
      this.power,
      iconButton("delete", "Remove (Delete)", () => this.act({ do: "remove" })),
    )
  }

  act(deed) {
    this.stack.act({ ...deed, node: this.id })
  }

  show(entry, place, state) {
    const selected = state.selected === entry.id
    const near = state.place === place && entry.kind !== "input"
    const first = !state.selected && state.first === entry.id
    const seen = [entry, place, selected, near, first]
    if (this.seen?.every((one, index) => one === seen[index])) return
    this.seen = seen
    this.id = entry.id
    this.place = place
    this.enabled = entry.enabled
    this.isInput = entry.kind === "input"
    this.opens = entry.opens
    this.opener.hidden = !entry.opens
    this.row.className = `row ${entry.kind} ${entry.severity}${entry.enabled ? "" : " off"}${selected ? " selected" : ""}`
    this.row.dataset.id = entry.id
    this.row.tabIndex = selected || first ? 0 : -1
    this.row.setAttribute("aria-selected", String(selected))
    this.row.setAttribute("aria-label", spoken(entry))
    this.row.style.setProperty("--colour", entry.colour)
    setText(this.name, entry.id)
    setText(this.block, entry.block)
    setText(this.params, entry.params)
    this.showMarks(entry.marks)
    setText(this.shape, entry.shape)
    setText(this.cost, entry.cost)
    this.gap.classList.toggle("chosen", near)
    this.gap.hidden = this.isInput
    this.gap.setAttribute("aria-label", `Insert the next block above ${entry.id}`)
    this.gap.title = "Insert the next block here"
    const power = this.enabled ? "Switch off: let values pass through" : "Switch on"
    this.power.title = power
    this.power.setAttribute("aria-label", power)
    setText(this.power.firstChild, this.enabled ? "toggle_on" : "toggle_off")
    for (const button of this.actions.children) button.tabIndex = selected ? 0 : -1
    this.showFindings(entry.findings)
  }

  showMarks(marks) {
    const said = marks.join("\n")
    if (said === this.marked) return
    this.marked = said
    this.marks.replaceChildren(...marks.map(drawnMark))
  }

  showFindings(findings) {
    const said = JSON.stringify(findings)
    if (said === this.said) return
    this.said = said
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
            this.act({ do: "fix", code: finding.code, label: finding.label })
          }
          line.append(fix)
        }
        return line
      }),
    )
  }
}

class Stack {
  constructor(root, said) {
    this.root = root
    this.said = said
    this.rows = new Map()
    this.held = null
    this.state = { rows: [], selected: null, place: null, done: 0 }
    this.queue = []
    this.sent = null
    this.end = make("button", "gap end")
    this.end.type = "button"
    this.end.append(make("span", "plus", "+"))
    this.end.tabIndex = -1
    this.end.title = "Insert the next block at the end"
    this.end.setAttribute("aria-label", this.end.title)
    this.end.onclick = () => this.act({ do: "place", index: this.nodes().length })
    this.root.onkeydown = (event) => this.key(event)
    this.everywhere = (event) => this.historyKey(event)
    document.addEventListener("keydown", this.everywhere)
    this.asked = (event) => this.doAsked(event)
    window.addEventListener("blockwright-deed", this.asked)
  }

  close() {
    document.removeEventListener("keydown", this.everywhere)
    window.removeEventListener("blockwright-deed", this.asked)
    clearTimeout(this.retry)
  }

  nodes() {
    return this.state.rows.filter((row) => row.kind !== "input")
  }

  // One message is on its way at a time; what happens meanwhile follows with the next one.
  act(deed) {
    const last = this.queue.at(-1)
    if (deed.do === "select" && last?.do === "select") this.queue.pop()
    this.queue.push(deed)
    this.flush()
  }

  // A deed of the palette stands in line with the stack's own.
  doAsked(event) {
    if (event.defaultPrevented) return
    event.preventDefault()
    this.act(event.detail)
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
    this.retry = setTimeout(() => this.sent && this.post(), 4000)
  }

  // Takes what Python sent. A change of a version that is not here makes it ask for the whole.
  take(data) {
    const held = applied(this.held, data)
    if (held) {
      this.held = held
      this.show({ ...data, empty: held.facts.empty, rows: [...held.entries.values()] })
      return
    }
    if (this.sent && data.done >= this.sent.number) this.sent = null
    if (!this.queue.some((deed) => deed.do === "resend")) this.act({ do: "resend" })
  }

  show(data) {
    const hadFocus = this.root.contains(this.root.getRootNode().activeElement)
    if (this.sent && data.done >= this.sent.number) {
      this.sent = null
      clearTimeout(this.retry)
    }
    const waits = this.sent || this.queue.length > 0
    const selected = waits ? this.state.selected : data.selected
    const known = data.rows.some((row) => row.id === selected)
    this.state = { ...data, selected: known ? selected : data.selected }
    this.draw()
    if (hadFocus) this.focus()
    if (this.state.selected !== this.seen) this.bring(this.state.selected)
    this.seen = this.state.selected
    if (data.said && data.said !== this.lastSaid) setText(this.said, data.said)
    this.lastSaid = data.said
    this.flush()
  }

  draw() {
    const kept = new Set(this.state.rows.map((entry) => entry.id))
    for (const [id, row] of this.rows) {
      if (kept.has(id)) continue
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
    this.end.classList.toggle("chosen", this.state.place === this.nodes().length)
    this.end.classList.toggle("empty", this.nodes().length === 0)
    setText(this.end.firstChild, this.nodes().length ? "+" : this.state.empty)
    this.root.setAttribute("aria-rowcount", String(this.state.rows.length))
  }

  focus() {
    this.rows.get(this.state.selected)?.row.focus({ preventScroll: true })
    this.bring(this.state.selected)
  }

  // Scrolls the row into sight within the stack, without moving the page.
  bring(id) {
    const item = this.rows.get(id)?.item
    if (!item) return
    const top = item.offsetTop
    const bottom = top + item.offsetHeight
    const { scrollTop, clientHeight } = this.root
    if (top < scrollTop) this.root.scrollTop = top - 8
    else if (bottom > scrollTop + clientHeight) this.root.scrollTop = bottom - clientHeight + 24
  }

  select(id, focus) {
    if (this.state.selected !== id || this.state.place !== null) {
      this.state = { ...this.state, selected: id, place: null }
      this.draw()
      this.act({ do: "select", node: id })
    }
    if (focus) this.focus()
  }

  key(event) {
    const onRow = event.target.getAttribute?.("role") === "row"
    const rows = this.state.rows
    const place = rows.findIndex((row) => row.id === this.state.selected)
    const row = rows[place]
    const isNode = row && row.kind !== "input"
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const command = event.ctrlKey || event.metaKey
    if (step && event.altKey && isNode) this.act({ do: "shift", node: row.id, by: step })
    else if (step && !event.altKey && !command) this.select(rows[clamp(place + step, rows.length)].id, true)
    else if (event.key === "Home" && onRow) this.select(rows[0].id, true)
    else if (event.key === "End" && onRow) this.select(rows.at(-1).id, true)
    else if ((event.key === "Delete" || event.key === "Backspace") && onRow && isNode) {
      this.act({ do: "remove", node: row.id })
    } else if (event.key === "Enter" && onRow && row?.opens) {
      this.act({ do: "open", node: row.id })
    } else if (command && event.key.toLowerCase() === "d" && isNode) {
      this.act({ do: "duplicate", node: row.id })
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
    const deed = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null
    if (!deed) return
    event.preventDefault()
    this.act({ do: deed })
  }

  drag(event, row) {
    if (event.button !== 0 || row.isInput) return
    event.preventDefault()
    const items = this.nodes().map((entry) => this.rows.get(entry.id))
    const start = event.clientY + this.root.scrollTop
    let target = row.place
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
      if (dropped.type === "pointerup" && target !== row.place) this.act({ do: "move", node: row.id, index: target })
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

function clamp(place, length) {
  return Math.max(0, Math.min(length - 1, place))
}

window["blockwright-stack"] = { show, close }
window.dispatchEvent(new Event("blockwright-stack"))

export default function () {}

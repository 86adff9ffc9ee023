// A row of the stack: a block with its shape, its cost, what is wrong with it, and its buttons.

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

function drawnLayer(layer) {
  const item = make("div", "layer")
  item.style.setProperty("--colour", layer.colour)
  const words = make("div", "words")
  const top = make("div", "top")
  top.append(make("span", "name", layer.id), make("span", "block", layer.block))
  words.append(top, make("div", "params", layer.params))
  const figures = make("div", "figures")
  figures.append(make("div", "shape", layer.shape), make("div", "cost", layer.cost))
  item.append(words, figures)
  return item
}

// A button between two blocks is a row of the grid with one cell: a grid may hold nothing but rows.
function gapRow(button) {
  const cell = make("div")
  cell.setAttribute("role", "gridcell")
  cell.append(button)
  const row = make("div")
  row.setAttribute("role", "row")
  row.append(cell)
  return row
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
    this.row.ondblclick = () => this.open()
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
    this.unfolder = iconButton("chevron_right", "", () => this.send({ do: "unfold" }))
    this.unfolder.classList.add("unfold")
    top.append(this.unfolder, this.name, this.block, this.marks)
    const words = make("div", "words")
    words.append(top, this.params)
    const figures = make("div", "figures")
    figures.append(this.shape, this.cost)
    // The buttons push the shape and the cost aside instead of covering them.
    const tools = make("div", "tools")
    tools.append(this.actions)
    for (const cell of [words, figures, tools]) cell.setAttribute("role", "gridcell")
    const line = make("div", "line")
    line.setAttribute("role", "presentation")
    line.append(this.handle, words, figures, tools)
    this.layers = make("div", "layers")
    for (const cell of [this.layers, this.findings]) cell.setAttribute("role", "gridcell")
    this.row.append(line, this.layers, this.findings)
    this.item.append(gapRow(this.gap), this.row)
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

  // A block of the design's own shows its inside, where it can be edited; any other its layers, where it stands.
  open() {
    if (this.opens) this.send({ do: "open" })
    else if (this.unfolds) this.send({ do: "unfold" })
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
    this.unfolds = entry.unfolds
    this.unfolder.hidden = !entry.unfolds
    const unfold = entry.layers ? "Hide the layers inside" : "Show the layers inside"
    this.unfolder.title = unfold
    this.unfolder.setAttribute("aria-label", unfold)
    this.unfolder.setAttribute("aria-expanded", String(Boolean(entry.layers)))
    this.unfolder.tabIndex = selected ? 0 : -1
    setText(this.unfolder.firstChild, entry.layers ? "expand_more" : "chevron_right")
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
    this.showLayers(entry.layers)
    this.showFindings(entry.findings)
  }

  showLayers(inside) {
    const text = JSON.stringify(inside)
    if (text === this.shownLayers) return
    this.shownLayers = text
    if (inside?.note) this.layers.replaceChildren(make("div", "layer", inside.note))
    else this.layers.replaceChildren(...(inside?.layers ?? []).map(drawnLayer))
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

// A file of code: sets the text that Python sends, marks the lines of the selected block, and tells which line was
// clicked. Text is only ever set as text. Lines stay in place when the file changes, so the scroll position does too.

const instances = new WeakMap()

export default function ({ parentElement, data: [data], setTriggerValue }) {
  let file = instances.get(parentElement)
  if (!file) {
    file = new CodeFile(parentElement.querySelector(".file"))
    instances.set(parentElement, file)
  }
  file.choose = (node) => setTriggerValue("line", { node, number: Date.now() })
  file.show(data)
  return () => instances.delete(parentElement)
}

function make(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

class CodeFile {
  constructor(root) {
    this.title = make("span", "title")
    this.count = make("span", "count")
    this.copy = make("button", "copy", "Copy")
    this.copy.type = "button"
    this.copy.onclick = () => this.copyAll()
    const head = make("div", "head")
    head.append(this.title, this.count, this.copy)
    this.code = make("div", "code")
    this.code.tabIndex = 0
    this.code.setAttribute("role", "region")
    this.lines = make("div", "lines")
    this.code.append(this.lines)
    root.replaceChildren(head, this.code)
    this.shown = []
  }

  show(data) {
    this.title.textContent = data.title
    this.count.textContent = `${data.lines.length} lines`
    this.code.setAttribute("aria-label", data.spoken)
    const strong = new Set(data.strong)
    const soft = new Set(data.soft)
    data.lines.forEach((pieces, place) => this.line(place, pieces, data.owners[place], strong, soft))
    for (const left of this.shown.splice(data.lines.length)) left.row.remove()
    const wanted = JSON.stringify([data.selected, data.file])
    if (wanted !== this.wanted && data.strong.length && this.clicked !== data.selected) this.bring(data.strong)
    if (wanted !== this.wanted) this.clicked = null
    this.wanted = wanted
  }

  line(place, pieces, owner, strong, soft) {
    let line = this.shown[place]
    if (!line) {
      line = { row: make("div", "line"), text: make("span", "text"), said: null }
      line.row.dataset.number = String(place + 1)
      line.row.append(line.text)
      line.row.onclick = () => this.pick(line)
      this.lines.append(line.row)
      this.shown[place] = line
    }
    line.owner = owner
    const said = JSON.stringify(pieces)
    if (said !== line.said) {
      line.said = said
      line.text.replaceChildren(...pieces.map(([kind, text]) => make("span", kind, text)))
    }
    const mark = strong.has(place + 1) ? " strong" : soft.has(place + 1) ? " soft" : ""
    const name = `line${owner ? " owned" : ""}${mark}`
    if (line.row.className !== name) line.row.className = name
    line.row.title = owner ? `Belongs to ${owner}` : ""
  }

  // A click chooses the line's block; selecting text with the mouse does not.
  pick(line) {
    const chosen = this.code.getRootNode().getSelection?.() ?? document.getSelection()
    if (!line.owner || (chosen && !chosen.isCollapsed)) return
    this.clicked = line.owner
    this.choose(line.owner)
  }

  bring(numbers) {
    const first = this.shown[numbers[0] - 1]?.row
    const last = this.shown[numbers.at(-1) - 1]?.row
    if (!first || !last) return
    const { scrollTop, clientHeight } = this.code
    const top = first.offsetTop
    const bottom = last.offsetTop + last.offsetHeight
    if (top >= scrollTop && bottom <= scrollTop + clientHeight) return
    const fits = bottom - top < clientHeight - 80
    this.code.scrollTop = fits ? (top + bottom - clientHeight) / 2 : top - 40
  }

  async copyAll() {
    const text = this.shown.map((line) => line.text.textContent).join("\n") + "\n"
    const done = (await write(text)) || byHand(text)
    this.copy.textContent = done ? "Copied" : "Select the text and copy it"
    clearTimeout(this.reset)
    this.reset = setTimeout(() => (this.copy.textContent = "Copy"), 2500)
  }
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https, browsers have no clipboard for pages.
    return false
  }
}

function byHand(text) {
  const area = make("textarea")
  area.value = text
  area.style.cssText = "position:fixed;opacity:0"
  document.body.append(area)
  area.select()
  const done = document.execCommand("copy")
  area.remove()
  return done
}

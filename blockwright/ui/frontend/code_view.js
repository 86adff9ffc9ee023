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
    data.lines.forEach((pieces, index) => this.showLine(index, pieces, data.owners[index], strong, soft))
    for (const line of this.shown.splice(data.lines.length)) line.row.remove()
    const target = JSON.stringify([data.selected, data.file])
    if (target !== this.target && data.strong.length && this.clicked !== data.selected) this.bringIntoSight(data.strong)
    if (target !== this.target) this.clicked = null
    this.target = target
  }

  showLine(index, pieces, owner, strong, soft) {
    let line = this.shown[index]
    if (!line) {
      line = { row: make("div", "line"), text: make("span", "text"), content: null }
      line.row.dataset.number = String(index + 1)
      line.row.append(line.text)
      line.row.onclick = () => this.pick(line)
      this.lines.append(line.row)
      this.shown[index] = line
    }
    line.owner = owner
    const content = JSON.stringify(pieces)
    if (content !== line.content) {
      line.content = content
      line.text.replaceChildren(...pieces.map(([kind, text]) => make("span", kind, text)))
    }
    const mark = strong.has(index + 1) ? " strong" : soft.has(index + 1) ? " soft" : ""
    const className = `line${owner ? " owned" : ""}${mark}`
    if (line.row.className !== className) line.row.className = className
    line.row.title = owner ? `Belongs to ${owner}` : ""
  }

  // A click chooses the line's block; selecting text with the mouse does not.
  pick(line) {
    const selection = this.code.getRootNode().getSelection?.() ?? document.getSelection()
    if (!line.owner || (selection && !selection.isCollapsed)) return
    this.clicked = line.owner
    this.choose(line.owner)
  }

  bringIntoSight(numbers) {
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
    const isCopied = (await copied(text)) || copiedByCommand(text)
    this.copy.textContent = isCopied ? "Copied" : "Select the text and copy it"
    clearTimeout(this.reset)
    this.reset = setTimeout(() => (this.copy.textContent = "Copy"), 2500)
  }
}

async function copied(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Without https, browsers have no clipboard for pages.
    return false
  }
}

function copiedByCommand(text) {
  const area = make("textarea")
  area.value = text
  area.style.cssText = "position:fixed;opacity:0"
  document.body.append(area)
  area.select()
  const isCopied = document.execCommand("copy")
  area.remove()
  return isCopied
}

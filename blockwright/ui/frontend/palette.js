// The palette beside the stack: a search and the blocks that fit it. Loaded once; the texts of
// `matching.js` and `elements.js` stand before it, and the style sheet as STYLE.
// A chosen block is sent by the stack, in order with the stack's own edits, so that none is lost. The field and the list
// are one stop of the Tab key each; the arrow keys walk through the list. In a window of medium width it is a drawer over
// the stack, so that the stack and the form of the selected block stand side by side.

const BLOCKS = "blockwright-blocks"
const RETRY_AFTER = 100
const palettes = new WeakMap()

function show(element, data) {
  if (!element.isConnected) return
  if (!palettes.has(element)) palettes.set(element, new Palette(element))
  palettes.get(element).take(data)
}

function close(element) {
  palettes.get(element)?.close()
  palettes.delete(element)
}

class Palette {
  constructor(element) {
    this.element = element
    this.own = null
    this.field = make("input")
    this.field.type = "search"
    this.field.placeholder = "Search blocks"
    this.field.title = "Enter adds the first one to the network, Down goes into the list"
    this.field.setAttribute("aria-label", "Search the blocks")
    this.field.oninput = () => this.draw()
    this.hint = make("p", "hint")
    this.hint.setAttribute("role", "status")
    this.list = make("div", "offers")
    this.drawer = make("button", "drawer")
    this.drawer.type = "button"
    this.drawer.title = "Show or hide the blocks"
    this.drawer.setAttribute("aria-label", this.drawer.title)
    this.drawer.append(make("span", "icon", "add"))
    this.drawer.firstChild.setAttribute("aria-hidden", "true")
    this.drawer.onclick = () => this.open(!this.isOpen)
    const content = make("div", "content")
    content.append(this.field, this.hint, this.list)
    const root = make("div", "palette")
    this.root = root
    root.setAttribute("role", "group")
    root.setAttribute("aria-label", "Blocks")
    root.onkeydown = (event) => this.key(event)
    root.append(this.drawer, content)
    this.open(false)
    element.replaceChildren(make("style", "", STYLE), root)
    this.list.addEventListener("focusin", (event) => this.reach(event.target.closest("button")))
    this.onBlocks = () => this.draw()
    window.addEventListener(BLOCKS, this.onBlocks)
    this.onPress = (event) => {
      if (this.isOpen && !event.composedPath().includes(root)) this.open(false)
    }
    document.addEventListener("pointerdown", this.onPress)
  }

  // The drawer; in a wide window the blocks are there anyway.
  open(isOpen) {
    this.isOpen = isOpen
    this.root.classList.toggle("open", isOpen)
    this.drawer.setAttribute("aria-expanded", String(isOpen))
    if (isOpen) this.field.focus()
  }

  close() {
    window.removeEventListener(BLOCKS, this.onBlocks)
    document.removeEventListener("pointerdown", this.onPress)
  }

  take(data) {
    this.own = data.own
    this.draw()
  }

  draw() {
    const blocks = window[BLOCKS]
    this.groups = blocks ? matching([...(this.own ? [this.own] : []), ...blocks], this.field.value) : []
    this.hint.textContent = !blocks
      ? "The blocks appear as soon as the design service is up."
      : this.groups.length
        ? ""
        : "No block matches. Search by name or by what it does, or clear the search."
    const focused = this.list.getRootNode().activeElement?.dataset?.block
    this.list.replaceChildren(...this.groups.map((group) => this.group(group)))
    const offers = this.offers()
    this.reach(offers.find((offer) => offer.dataset.block === this.reached) ?? offers[0])
    if (focused) offers.find((offer) => offer.dataset.block === focused)?.focus()
  }

  group({ category, colour, blocks }) {
    const group = make("div", "group")
    group.setAttribute("role", "group")
    group.setAttribute("aria-label", category)
    if (colour) group.style.setProperty("--colour", colour)
    group.append(make("div", colour ? "category" : "category common", category), ...blocks.map((block) => this.offer(block)))
    return group
  }

  // In a box that is named as Streamlit names its own.
  offer(block) {
    const button = make("button", "offer", block.name)
    if (block.colour) button.style.setProperty("--colour", block.colour)
    if (block.colour) button.classList.add("common")
    button.type = "button"
    button.tabIndex = -1
    button.dataset.block = block.name
    button.title = `${block.title}. ${block.summary}`
    button.onclick = () => this.add(block.name)
    const box = make("div", `st-key-add_${block.name}`)
    box.append(button)
    return box
  }

  offers() {
    return [...this.list.querySelectorAll("button")]
  }

  // The one block of the list that the Tab key comes to.
  reach(button) {
    if (!button) return
    for (const other of this.list.querySelectorAll("button[tabindex='0']")) other.tabIndex = -1
    button.tabIndex = 0
    this.reached = button.dataset.block
  }

  add(block) {
    const action = new CustomEvent("blockwright-action", { detail: { op: "insert", block }, cancelable: true })
    const isTaken = !window.dispatchEvent(action)
    if (!isTaken && this.element.isConnected) setTimeout(() => this.add(block), RETRY_AFTER)
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const offers = this.offers()
    const origin = event.composedPath()[0]
    const index = offers.indexOf(origin)
    const inField = origin === this.field
    if (event.key === "Escape" && this.isOpen) {
      this.open(false)
      this.drawer.focus()
      event.preventDefault()
    }
    if (!inField && index < 0) return
    const targets = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: offers.length - 1 }
    if (inField && event.key === "Enter") {
      if (this.field.value.trim() && offers.length) this.add(offers[0].dataset.block)
    } else if (inField && event.key === "ArrowDown") offers[0]?.focus()
    else if (!inField && event.key === "ArrowUp" && index === 0) this.field.focus()
    else if (!inField && event.key in targets) offers[Math.min(targets[event.key], offers.length - 1)].focus()
    else return
    event.preventDefault()
  }
}

window["blockwright-palette"] = { show, close }
window.dispatchEvent(new Event("blockwright-palette"))

// The blocks of the catalog come with the script: they are the same for every design.
export default function ({ data: [{ groups }] }) {
  window[BLOCKS] = groups
  window.dispatchEvent(new Event(BLOCKS))
}

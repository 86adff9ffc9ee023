// A table of texts and numbers: it scrolls inside its own box, so the page never gets wider than the screen.

export default function ({ parentElement, data: [data] }) {
  const root = parentElement.querySelector(".plain-table")
  const { scrollLeft, scrollTop } = root
  const table = document.createElement("table")
  table.setAttribute("aria-label", data.label)
  const head = table.createTHead().insertRow()
  data.columns.forEach((column, index) => {
    const cell = document.createElement("th")
    cell.scope = "col"
    fill(cell, column, data.right[index])
    head.append(cell)
  })
  const body = table.createTBody()
  for (const row of data.rows) {
    const line = body.insertRow()
    row.forEach((text, index) => fill(line.insertCell(), text, data.right[index]))
  }
  root.replaceChildren(table)
  root.scrollTo(scrollLeft, scrollTop)
}

// A long name breaks after an underscore or dot and before a capital; a shape does not break at all.
const BREAKS = /(?<=[_.])(?=[A-Za-z])|(?<=[a-z])(?=[A-Z])/

function fill(cell, text, right) {
  if (right) {
    cell.className = "right"
    cell.textContent = text
    return
  }
  const parts = text.replaceAll(" × ", "\u00a0×\u00a0").split(BREAKS)
  parts.forEach((part, index) => cell.append(...(index ? [document.createElement("wbr"), part] : [part])))
}

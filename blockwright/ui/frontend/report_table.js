// The classification report: one row a class, sorted by the column whose heading was pressed last.

const orders = new WeakMap()

export default function ({ parentElement, data: [data] }) {
  const root = parentElement.querySelector(".report-table")
  const order = orders.get(root) ?? { column: "class", down: false }
  orders.set(root, order)
  draw(root, data, order)
}

function draw(root, data, order) {
  const table = make("table")
  table.setAttribute("aria-label", data.label)
  const head = table.createTHead().insertRow()
  for (const column of data.columns) {
    const cell = make("th")
    const sorted = column.key === order.column
    cell.scope = "col"
    cell.setAttribute("aria-sort", sorted ? (order.down ? "descending" : "ascending") : "none")
    const button = make("button", "", column.title + (sorted ? (order.down ? " ↓" : " ↑") : ""))
    button.type = "button"
    button.title = column.help
    button.onclick = () => {
      order.down = sorted ? !order.down : false
      order.column = column.key
      draw(root, data, order)
      root.querySelectorAll("th button")[data.columns.indexOf(column)].focus()
    }
    cell.append(button)
    head.append(cell)
  }
  const body = table.createTBody()
  for (const row of sortedRows(data.rows, order)) {
    const line = body.insertRow()
    for (const column of data.columns) {
      const cell = line.insertCell()
      cell.append(column.share ? share(row[column.key]) : String(row[column.key]))
    }
  }
  root.replaceChildren(table)
}

function sortedRows(rows, order) {
  const key = order.column === "class" ? "index" : order.column
  const sorted = [...rows].sort((row, other) => row[key] - other[key] || row.index - other.index)
  return order.down ? sorted.reverse() : sorted
}

function share(value) {
  const cell = make("div", "share")
  const track = make("div", "track")
  const bar = make("div", "bar")
  bar.style.width = `${100 * value}%`
  track.append(bar)
  cell.append(track, make("span", "number", `${(100 * value).toFixed(1)} %`))
  return cell
}

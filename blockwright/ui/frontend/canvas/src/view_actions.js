// Which part of the network the canvas shows, and how large.
import { boundsOf } from "./graph.js"

const MARGIN = 32
const LEGIBLE = 0.22
const BEGIN = 0.8
// From here on every block shows all of itself.
const DETAILED = 0.67

const quick = { duration: 180 }

export function viewActions({ session, flow, root, canvas }) {
  const view = () => session.view
  // The whole is shown, until someone moves or scales it.
  let isFitted = false

  const actions = {
    begin() {
      const { width, height } = canvas.current.getBoundingClientRect()
      if (width) session.fitInto(width, height)
      const viewport = session.viewport()
      if (viewport) flow.setViewport(viewport)
      else actions.first()
    },
    isFitted: () => isFitted,
    moved: () => (isFitted = false),
    // The whole, where it can be read then; else its beginning.
    first() {
      const { width, height } = canvas.current.getBoundingClientRect()
      if (width) session.fitInto(width, height)
      const { nodes } = view()
      if (!nodes.length) return
      isFitted = true
      const bounds = boundsOf(nodes)
      const zoom = Math.min((width - MARGIN) / bounds.width, (height - MARGIN) / bounds.height, 1)
      // React Flow learns of its size only after it was drawn, so its own `fitView` would be wrong here.
      if (zoom >= LEGIBLE) {
        const middle = (room, start, size) => room / 2 - (start + size / 2) * zoom
        flow.setViewport({ x: middle(width, bounds.x, bounds.width), y: middle(height, bounds.y, bounds.height), zoom })
      } else if (!width) flow.fitView({ padding: 0.06, maxZoom: 1 })
      else {
        const first = nodes[0]
        const x = width / 2 - (first.position.x + first.width / 2) * BEGIN
        const y = height / 2 - (first.position.y + first.height / 2) * BEGIN
        flow.setViewport(
          view().across
            ? { x: MARGIN - first.position.x * BEGIN, y, zoom: BEGIN }
            : { x, y: MARGIN - first.position.y * BEGIN, zoom: BEGIN },
        )
      }
    },

    // Brings a node into sight with the least movement; what is in sight stays where it is.
    bring(key) {
      const node = view().nodes.find((node) => node.id === key)
      const box = canvas.current?.getBoundingClientRect()
      if (!node || !box?.width) return
      const { x, y, zoom } = flow.getViewport()
      const at = view().moved?.get(key) ?? node.position
      const shifted = (start, size, room, shift) => {
        const low = start * zoom + shift
        const high = low + size * zoom
        if (low < 0) return shift + MARGIN - low
        return high > room ? shift - (high - room + MARGIN) : shift
      }
      const next = { x: shifted(at.x, node.width, box.width, x), y: shifted(at.y, node.height, box.height, y), zoom }
      if (next.x === x && next.y === y) return
      isFitted = false
      flow.setViewport(next, quick).then(() => session.keepViewport(flow.getViewport()))
    },
    // Shows an unfolded block so that the layers inside can be read, with as much around it as there is room for.
    show(key) {
      const { position, width, height } = view().nodes.find((node) => node.id === key)
      const { width: wide, height: high } = canvas.current.getBoundingClientRect()
      const fitting = Math.min((wide - MARGIN) / width, (high - MARGIN) / height, 1)
      const zoom = Math.max(fitting, DETAILED)
      const start = (room, at, size) => Math.max(MARGIN / 2, (room - size * zoom) / 2) - at * zoom
      flow.setViewport({ x: start(wide, position.x, width), y: start(high, position.y, height), zoom }, quick)
    },
    fullScreen() {
      if (view().full) document.exitFullscreen()
      else root.current.requestFullscreen().catch(() => session.update({ error: "This browser does not show the canvas on the full screen." }))
    },
    fullScreenChanged() {
      root.current.focus({ preventScroll: true })
      session.update({ full: root.current.getRootNode().fullscreenElement === root.current })
      // The canvas has its new size when it has been drawn.
      requestAnimationFrame(() => requestAnimationFrame(actions.first))
    },
    fit() {
      const { width, height } = canvas.current.getBoundingClientRect()
      session.fitInto(width, height)
      isFitted = true
      requestAnimationFrame(() => flow.fitView({ padding: 0.06, maxZoom: 1, ...quick }))
    },
    zoom(factor) {
      isFitted = false
      flow.zoomTo(flow.getZoom() * factor, quick)
    },
    actual() {
      isFitted = false
      flow.zoomTo(1, quick)
    },
    turn() {
      session.turn(!view().across)
      requestAnimationFrame(() => {
        actions.first()
        if (view().selected.size) actions.bring([...view().selected][0])
      })
    },
  }
  return actions
}

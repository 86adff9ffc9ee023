// A picture that Graphviz drew as SVG, to be looked at: moved, scaled, fitted, with a map of the whole, and with boxes
// that open and frames that close where they are. What opens has an id, see blockwright/network/graph.py.
import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react"
import { MiniMap, ReactFlow, ReactFlowProvider, useReactFlow, useStore } from "@xyflow/react"
import { Icon } from "./Block.jsx"

// At this scale its text has the size of the page's; below the other it cannot be read.
const BEGIN = 1
const LEGIBLE = 0.72
const MARGIN = 16
// Text of this scale is small; smaller it is only where someone wants to see the whole.
const SMALL = 0.6
const NARROW = 500
const SWITCHES = "[id^='open '], [id^='close ']"
const quick = { duration: 180 }

function parsed(text) {
  const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true)
  const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number)
  svg.setAttribute("width", width)
  svg.setAttribute("height", height)
  for (const title of svg.querySelectorAll("title")) title.remove()
  for (const group of svg.querySelectorAll(SWITCHES)) {
    const [action, name] = group.id.split(" ")
    const label = `${action === "open" ? "Open" : "Close"} ${name}`
    const title = document.createElementNS(svg.namespaceURI, "title")
    title.textContent = label
    group.prepend(title)
    group.setAttribute("role", "button")
    group.setAttribute("aria-label", label)
    group.setAttribute("tabindex", "-1")
  }
  svg.querySelector(SWITCHES)?.setAttribute("tabindex", "0")
  return { svg, width, height, image: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}` }
}

// The arrows walk through what opens and closes, which is one stop of the Tab key.
function walk(event) {
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key]
  const switches = [...event.currentTarget.querySelectorAll(SWITCHES)]
  const index = switches.indexOf(event.target.closest(SWITCHES))
  if (!step || index < 0) return false
  switches[index].setAttribute("tabindex", "-1")
  const next = switches.at((index + step) % switches.length)
  next.setAttribute("tabindex", "0")
  next.focus({ preventScroll: true })
  return next
}

const Drawing = memo(function Drawing({ data }) {
  const place = useRef(null)
  useLayoutEffect(() => {
    place.current.replaceChildren(data.svg)
    data.shown(data)
  }, [data])
  const press = (event) => {
    const group = event.target.closest(SWITCHES)
    const next = walk(event)
    if (next) data.bring(next)
    else if (group && (event.key === "Enter" || event.key === " ")) data.toggle(group)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const click = (event) => {
    const group = event.target.closest(SWITCHES)
    if (group) data.toggle(group)
  }
  return <div ref={place} className="drawing" onClick={click} onKeyDown={press} />
})

const NODES = { drawing: Drawing }

export function Picture({ session }) {
  const [view, setView] = useState(session.view)
  useEffect(() => session.listen(setView), [session])
  if (!view) return null
  return (
    <ReactFlowProvider>
      <Viewer view={view} session={session} />
    </ReactFlowProvider>
  )
}

function Viewer({ view, session }) {
  const flow = useReactFlow()
  const root = useRef(null)
  const canvas = useRef(null)
  const anchor = useRef(null)
  const [full, setFull] = useState(false)
  const picture = useMemo(() => parsed(view.svg), [view.svg])

  const actions = useMemo(() => {
    const room = () => canvas.current.getBoundingClientRect()
    const actions = {
      fit: () => flow.fitView({ padding: 0.03, maxZoom: 1, ...quick }),
      zoom: (factor) => flow.zoomTo(flow.getZoom() * factor, quick),
      // The whole, where it can be read then; else its beginning, as large as the text of the page.
      first({ width, height }) {
        const { width: wide, height: high } = room()
        const whole = Math.min((wide - 2 * MARGIN) / width, (high - 2 * MARGIN) / height, 1)
        const across = height > width ? Math.max(SMALL, Math.min(BEGIN, (wide - 2 * MARGIN) / width)) : BEGIN
        const zoom = whole >= LEGIBLE ? whole : across
        const start = (space, size) => (size * zoom + 2 * MARGIN > space && whole < LEGIBLE ? MARGIN : (space - size * zoom) / 2)
        const middle = (wide - width * zoom) / 2
        // From top to bottom it begins in the middle of its upper edge.
        flow.setViewport({ x: height > width ? middle : start(wide, width), y: start(high, height), zoom })
      },
      bring(element) {
        const [box, { left, top, right, bottom }] = [element.getBoundingClientRect(), room()]
        const { x, y, zoom } = flow.getViewport()
        const by = (low, high, start, end) => (low < start ? start - low + MARGIN : high > end ? end - high - MARGIN : 0)
        flow.setViewport({ x: x + by(box.left, box.right, left, right), y: y + by(box.top, box.bottom, top, bottom), zoom }, quick)
      },
      toggle(group) {
        const [action, name] = group.id.split(" ")
        const { left, top, width } = group.getBoundingClientRect()
        anchor.current = { name, middle: left + width / 2, top, focus: group.getRootNode().activeElement === group }
        session.deliver({ do: action, name })
      },
      // What was opened or closed stays where it is on the screen, as far as all of it is seen then.
      shown({ svg, width, height }) {
        const last = anchor.current
        anchor.current = null
        const group = last && svg.querySelector(`[id="open ${last.name}"], [id="close ${last.name}"]`)
        if (!group) {
          actions.first({ width, height })
          return
        }
        const [box, { left, top, width: wide, height: high }] = [group.getBoundingClientRect(), room()]
        const { x, y, zoom } = flow.getViewport()
        const within = (low, size, space) => Math.max(MARGIN, Math.min(low, space - size - MARGIN))
        const to = [within(last.middle - box.width / 2 - left, box.width, wide), within(last.top - top, box.height, high)]
        flow.setViewport({ x: x + to[0] - (box.left - left), y: y + to[1] - (box.top - top), zoom })
        if (!last.focus) return
        for (const other of svg.querySelectorAll(SWITCHES)) other.setAttribute("tabindex", other === group ? "0" : "-1")
        group.focus({ preventScroll: true })
      },
      fullScreen() {
        if (root.current.getRootNode().fullscreenElement) document.exitFullscreen()
        else root.current.requestFullscreen()
      },
    }
    return actions
  }, [flow, session])

  useEffect(() => {
    const board = root.current
    const changed = () => {
      setFull(board.getRootNode().fullscreenElement === board)
      requestAnimationFrame(() => requestAnimationFrame(actions.fit))
    }
    board.addEventListener("fullscreenchange", changed)
    return () => board.removeEventListener("fullscreenchange", changed)
  }, [actions])

  const nodes = useMemo(() => {
    const { svg, width, height } = picture
    const data = { svg, width, height, shown: actions.shown, toggle: actions.toggle, bring: actions.bring }
    return [{ id: "picture", type: "drawing", position: { x: 0, y: 0 }, width, height, measured: { width, height }, data }]
  }, [picture, actions])
  const Small = useMemo(() => {
    const { image } = picture
    return ({ x, y, width, height }) => <image href={image} {...{ x, y, width, height }} />
  }, [picture])
  // A map needs room of its own, and says nothing where the whole is in sight.
  const hasMap = useStore(({ transform: [x, y, zoom], width, height }) =>
    width >= NARROW && (x < 0 || y < 0 || x + picture.width * zoom > width || y + picture.height * zoom > height),
  )
  const keys = { "+": () => actions.zoom(1.25), "=": () => actions.zoom(1.25), "-": () => actions.zoom(0.8), f: actions.fit, m: actions.fullScreen }
  return (
    <div
      ref={root}
      className="board picture"
      role="group"
      aria-label={view.label}
      onKeyDown={(event) => {
        if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key.toLowerCase()]) return
        keys[event.key.toLowerCase()]()
        event.preventDefault()
      }}
    >
      <div className="tools" role="toolbar" aria-label="View">
        {[
          ["zoom_out", "Zoom out (-)", keys["-"]],
          ["zoom_in", "Zoom in (+)", keys["+"]],
          ["fit_screen", "Show everything (F)", actions.fit],
          ["fullscreen", full ? "Leave full screen (M)" : "Full screen (M)", actions.fullScreen],
        ].map(([icon, label, onPress]) => (
          <button key={icon} type="button" className="tool" title={label} aria-label={label} onClick={onPress}>
            <Icon name={icon === "fullscreen" && full ? "fullscreen_exit" : icon} />
          </button>
        ))}
        <span className="hint">{view.hint}</span>
      </div>
      <div ref={canvas} className="canvas">
        <ReactFlow
          nodes={nodes}
          edges={[]}
          nodeTypes={NODES}
          nodesDraggable={false}
          nodesConnectable={false}
          elementsSelectable={false}
          nodesFocusable={false}
          disableKeyboardA11y
          panActivationKeyCode={null}
          minZoom={0.02}
          maxZoom={3}
          zoomOnDoubleClick={false}
        >
          {hasMap && <MiniMap pannable zoomable ariaLabel="Map of the whole network" nodeComponent={Small} />}
        </ReactFlow>
      </div>
    </div>
  )
}

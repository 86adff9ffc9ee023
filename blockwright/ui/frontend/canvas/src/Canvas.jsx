// The canvas: React Flow with what the session holds, the palette beside it and the tools above.
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react"
import {
  Background,
  BackgroundVariant,
  ConnectionLineType,
  MiniMap,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  useStore,
} from "@xyflow/react"
import { Block, Icon, Output } from "./Block.jsx"
import { createActions } from "./actions.js"
import { CanvasContext } from "./context.js"
import { boundsOf } from "./graph.js"
import { MergeForm } from "./MergeForm.jsx"
import { KEYS, history, press } from "./keys.js"
import { Notes } from "./Notes.jsx"
import { Palette } from "./Palette.jsx"
import { Tools } from "./Tools.jsx"
import { above } from "./keyboard_navigation.js"
import { ConnectionLine, Wire } from "./Wire.jsx"

const NODES = { block: Block, output: Output }
const EDGES = { wire: Wire }
const NARROW = 620
const MANY = 14
// Below these scales a block shows less of itself, and its name larger.
const MIDDLE = 0.66
const FAR = 0.5
const TINY = 0.3
const NAME = { min: 15, max: 54, screen: 13 }

const distanceOf = (zoom) => (zoom < TINY ? "far tiny" : zoom < FAR ? "far" : zoom < MIDDLE ? "middling" : "")
const nameSize = (zoom) => Math.round(Math.min(NAME.max, Math.max(NAME.min, NAME.screen / zoom)) / 2) * 2

const isInside = (bounds, { x, y, zoom }, { width, height }) => {
  const [left, top] = [bounds.x * zoom + x, bounds.y * zoom + y]
  return left >= 0 && top >= 0 && left + bounds.width * zoom <= width && top + bounds.height * zoom <= height
}
const isWhole = (flow, session, size) => isInside(boundsOf(session.view.nodes), flow.getViewport(), size)

export function Canvas({ session }) {
  const view = useSyncExternalStore(session.subscribe, session.snapshot)
  if (!view.ready) return <p className="state">The canvas is being drawn.</p>
  return (
    <ReactFlowProvider>
      <Board session={session} view={view} />
    </ReactFlowProvider>
  )
}

function Board({ session, view }) {
  const flow = useReactFlow()
  const root = useRef(null)
  const canvas = useRef(null)
  const search = useRef(null)
  const hovered = useRef(null)
  const [width, setWidth] = useState(1000)
  const narrow = width < NARROW
  // Null until someone folds or opens the palette: then it stands wherever there is room for it.
  const [shown, setShown] = useState(null)
  const open = shown ?? !narrow
  const folding = useRef(null)
  folding.current = { show: () => setShown(true), toggle: () => setShown(!open) }
  const distance = useStore((state) => distanceOf(state.transform[2]))
  const size = useStore((state) => nameSize(state.transform[2]))
  const context = useMemo(() => {
    const palette = { show: () => folding.current.show(), toggle: () => folding.current.toggle() }
    return { session, ...createActions({ session, flow, root, canvas, search, hovered, palette }) }
  }, [session, flow])
  const { actions } = context

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.round(entry.contentRect.width)))
    observer.observe(root.current)
    const onKeyDown = (event) => history(event, session)
    const board = root.current
    document.addEventListener("keydown", onKeyDown)
    board.addEventListener("fullscreenchange", actions.fullScreenChanged)
    return () => {
      observer.disconnect()
      document.removeEventListener("keydown", onKeyDown)
      board.removeEventListener("fullscreenchange", actions.fullScreenChanged)
    }
  }, [session, actions])

  // When the palette or the window changes the room, a network that was shown whole is fitted again, so that no block is
  // cut off; of a larger one, what is in the middle stays there.
  useEffect(() => {
    let before = canvas.current.getBoundingClientRect()
    const observer = new ResizeObserver(() => {
      const { width, height } = canvas.current.getBoundingClientRect()
      const last = before
      before = { width, height }
      if (!last.width || (width === last.width && height === last.height)) return
      if (actions.isFitted() || isWhole(flow, session, last)) actions.first()
      else {
        const { x, y, zoom } = flow.getViewport()
        flow.setViewport({ x: x + (width - last.width) / 2, y, zoom })
      }
    })
    observer.observe(canvas.current)
    return () => observer.disconnect()
  }, [flow, session, actions])

  // Before anything is shown: where there is no room for the palette it does not stand for a moment either.
  useLayoutEffect(() => setWidth(Math.round(root.current.clientWidth)), [])
  useEffect(() => actions.begin(), [actions, view.scope])
  useEffect(() => {
    if (view.arrived) actions.bring(view.arrived)
  }, [actions, view.arrived])

  // What a block shows when it is unfolded is brought into sight.
  const unfolded = view.nodes.filter((node) => node.data.entry.layers).map((node) => node.id)
  const before = useRef(unfolded)
  useEffect(() => {
    const opened = unfolded.filter((key) => !before.current.includes(key))
    const isFolded = unfolded.length < before.current.length
    before.current = unfolded
    if (opened.length) actions.show(opened[0])
    else if (isFolded && actions.isFitted()) actions.first()
  }, [actions, unfolded.join()])

  const palette = useMemo(() => {
    if (!view.palette || !view.own) return view.palette
    return [view.own, ...view.palette]
  }, [view.palette, view.own])
  const nodes = useNodes(view)
  const edges = useEdges(view)
  // A map of what is in sight anyway would only stand in the way.
  const bounds = useMemo(() => boundsOf(view.nodes), [view.nodes])
  const hidden = useStore(({ transform: [x, y, zoom], ...size }) => !isInside(bounds, { x, y, zoom }, size))
  const upstream = useRef(null)
  const fits = useCallback(
    ({ source, target }) => {
      upstream.current ??= { source, keys: above(session.view, source) }
      if (upstream.current.source !== source) upstream.current = { source, keys: above(session.view, source) }
      return !upstream.current.keys.has(target)
    },
    [session],
  )

  return (
    <CanvasContext.Provider value={context}>
      <div
        ref={root}
        className={`board ${narrow ? "narrow" : ""} ${view.link ? "linking" : ""}`}
        tabIndex={0}
        role="application"
        aria-label="Node canvas. Press ? for its keys."
        onKeyDown={(event) => {
          if (!press(event, context)) return
          event.preventDefault()
          event.stopPropagation()
        }}
        onCopy={(event) => actions.toClipboard(event, false)}
        onCut={(event) => actions.toClipboard(event, true)}
        onPaste={actions.paste}
      >
        <Tools view={view} palette={open} width={width} />
        <div className="middle">
          {open && <Palette palette={palette} field={search} />}
          <div ref={canvas} className={`canvas ${distance}`} style={{ "--name": `${size}px` }} onPointerDown={actions.focus}>
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODES}
              edgeTypes={EDGES}
              connectionLineComponent={ConnectionLine}
              connectionLineType={ConnectionLineType.Bezier}
              onNodesChange={actions.nodesChanged}
              onEdgesChange={actions.edgesChanged}
              onConnectStart={() => (upstream.current = null)}
              onConnect={actions.connected}
              onConnectEnd={actions.connectEnded}
              onReconnectStart={actions.reconnectStarted}
              onReconnect={actions.reconnected}
              onReconnectEnd={actions.reconnectEnded}
              reconnectRadius={15}
              elevateEdgesOnSelect
              isValidConnection={fits}
              onNodeDrag={actions.dragged}
              onNodeDragStop={actions.dropped}
              onSelectionDragStop={(event, moved) => actions.dropped(event, null, moved)}
              onSelectionStart={() => actions.selecting(true)}
              onSelectionEnd={() => actions.selecting(false)}
              onNodeClick={actions.clicked}
              onNodeDoubleClick={(_, node) => actions.open(node.id)}
              onMoveStart={(event) => event && actions.moved()}
              onMoveEnd={(_, viewport) => session.keepViewport(viewport)}
              onPaneClick={actions.paneClicked}
              deleteKeyCode={null}
              selectionKeyCode="Shift"
              selectionMode={SelectionMode.Partial}
              multiSelectionKeyCode={["Shift", "Control", "Meta"]}
              panActivationKeyCode={null}
              zoomActivationKeyCode={null}
              disableKeyboardA11y
              nodesFocusable={false}
              edgesFocusable={false}
              onlyRenderVisibleElements
              elevateNodesOnSelect
              nodeDragThreshold={4}
              connectionRadius={34}
              minZoom={0.04}
              maxZoom={2}
              zoomOnDoubleClick={false}
              preventScrolling
            >
              <Background variant={BackgroundVariant.Dots} gap={22} size={1.2} />
              {nodes.length > MANY && !narrow && hidden && (
                <MiniMap
                  pannable
                  zoomable
                  ariaLabel="Map of the whole network"
                  nodeColor={(node) => node.data.entry.colour}
                  nodeStrokeWidth={0}
                />
              )}
            </ReactFlow>
            {view.empty && <p className="empty">{view.empty}</p>}
            {view.link && <p className="prompt">{actions.prompt()}</p>}
            {view.pending && <p className="prompt">Choose the next block. Escape cancels.</p>}
            {view.error && (
              <div className="prompt error" role="alert">
                <span>{view.error}</span>
                <button type="button" aria-label="Close" title="Close (Escape)" onClick={actions.dismissError}>
                  <Icon name="close" />
                </button>
              </div>
            )}
            {view.merging && <MergeForm merging={view.merging} />}
            <Notes view={view} />
            {view.help && <Keys close={actions.help} />}
          </div>
        </div>
        <div className="announcer" aria-live="polite">
          {view.announcement}
        </div>
      </div>
    </CanvasContext.Provider>
  )
}

function Keys({ close }) {
  return (
    <div className="help" role="dialog" aria-label="Keys">
      <dl>
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="close" onClick={close}>
        Close
      </button>
    </div>
  )
}

// React Flow's nodes: the graph's own objects, with a second one for a node that is selected, aimed at or moved.
function useNodes(view) {
  const variants = useRef(new WeakMap())
  return useMemo(
    () =>
      view.nodes.map((node) => {
        const selected = view.selected.has(node.id)
        const aimed = view.link?.at === node.id
        const position = view.moved?.get(node.id)
        if (!selected && !aimed && !position) return node
        const last = variants.current.get(node)
        if (last && last.aimed === aimed && last.node.selected === selected && last.position === position) return last.node
        const made = {
          ...node,
          selected,
          className: aimed ? "aimed" : undefined,
          position: position ?? node.position,
        }
        variants.current.set(node, { aimed, position, node: made })
        return made
      }),
    [view.nodes, view.selected, view.link, view.moved],
  )
}

function useEdges(view) {
  return useMemo(
    () =>
      view.edges.map((edge) => {
        const loose = view.moved && (view.moved.has(edge.source) || view.moved.has(edge.target))
        const chosen = edge.id === view.wire
        const near = view.selected.has(edge.source) || view.selected.has(edge.target)
        const kinds = [edge.data.grey ? "grey" : "", near ? "near" : ""].join(" ").trim()
        if (!loose && !chosen && !kinds) return edge
        return {
          ...edge,
          selected: chosen,
          className: kinds,
          data: loose ? { ...edge.data, bends: null, trunk: null } : edge.data,
        }
      }),
    [view.edges, view.wire, view.moved, view.selected],
  )
}

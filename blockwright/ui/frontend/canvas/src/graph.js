// From what Python sent to what React Flow draws. Objects are kept as long as nothing about them changed.
import { Position } from "@xyflow/react"
import { arrange } from "./layout.js"
import { layersInside } from "./Layers.jsx"
import { keyOf } from "../../patch.js"

export const WIDTH = 276
const HEIGHTS = { input: 64, node: 86, output: 54 }
const BADGES = 20
const FINDING = 74
const NOTE = 60

export const words = (value) => {
  if (value === true) return "on"
  if (value === false) return "off"
  if (value === null || value === undefined) return "none"
  if (Array.isArray(value)) return value.map(words).join("×")
  if (typeof value === "object") return value.param ? `argument ${value.param}` : "set"
  return String(value)
}

export const described = (entry) => {
  if (entry.off) return "switched off: values pass through"
  if (entry.words) return entry.words
  const params = Object.entries(entry.params ?? {})
  return params.map(([name, value]) => `${name} ${words(value)}`).join(", ") || "default settings"
}

export const badges = (entry) => [
  ...(entry.repeat > 1 ? [`× ${entry.repeat}`] : []),
  ...(entry.frozen ? ["frozen"] : []),
  ...(entry.shares ? [`weights of ${entry.shares}`] : []),
  ...(entry.composite ? ["opens"] : []),
]

export const spokenText = (entry) =>
  [
    entry.id,
    entry.block ?? entry.kind,
    entry.shape ? `output shape ${entry.shape}` : "",
    entry.cost ?? "",
    ...badges(entry),
    ...(entry.findings ?? []).map((finding) => finding.message),
  ]
    .filter(Boolean)
    .join(", ")

export const worst = (entry) => entry.findings?.find((finding) => finding.severity === "error")

export function sizeOf(entry, across) {
  const width = entry.kind === "output" ? 224 : WIDTH
  const height = HEIGHTS[entry.kind] + (badges(entry).length ? BADGES : 0) + (worst(entry) ? FINDING : 0)
  if (!entry.layers) return { width, height }
  const inside = entry.layers.note ? { width, height: NOTE } : layersInside(entry.layers, across)
  return { width: Math.max(width, inside.width + 24), height: height + inside.height + 12 }
}

// How many wires may enter: those that are there, and one more where the block takes more.
export function slots(entry) {
  if (entry.kind === "input") return 0
  const [min, max] = entry.takes ?? [1, 1]
  const reads = entry.reads?.length ?? 0
  const open = max === null || reads < max ? 1 : 0
  return Math.max(1, min, reads + (reads >= min ? open : 0))
}

export const results = (entry) => (entry.kind === "output" ? 0 : entry.results ?? 1)

export class Graph {
  constructor() {
    this.nodes = new Map()
    this.wires = new Map()
    this.signature = null
    // Width and height in pixels of where the whole is to be shown; the session knows better when it is drawn.
    this.room = [640, 700]
  }

  // entries: Map, across: left to right. Gives {nodes, edges, readers, sources} with new objects only where needed.
  build(entries, across) {
    const wires = []
    const readers = new Map([...entries.keys()].map((key) => [key, []]))
    for (const [key, entry] of entries) {
      ;(entry.reads ?? []).forEach((read, slot) => {
        const [from, port] = Array.isArray(read) ? read : [read, 0]
        const source = keyOf("node", from)
        if (!entries.has(source)) return
        wires.push({ id: `${key}|${slot}`, source, target: key, port, slot, from })
        readers.get(source).push(key)
      })
    }
    this.lay(entries, wires, across)
    return { nodes: this.drawn(entries, across), edges: this.drawnWires(entries, wires), readers, wires }
  }

  lay(entries, wires, across) {
    // What someone placed at an end of the network takes no room among the others.
    const read = new Set(wires.map((wire) => wire.source))
    const apart = new Set(
      [...entries].filter(([key, entry]) => entry.at && !(entry.reads?.length && read.has(key))).map(([key]) => key),
    )
    const sizes = [...entries].filter(([id]) => !apart.has(id)).map(([id, entry]) => ({ id, ...sizeOf(entry, across) }))
    const signature = JSON.stringify([
      across,
      this.room,
      sizes.map((size) => [size.id, size.width, size.height]),
      wires.map((wire) => [wire.source, wire.id]),
    ])
    if (signature === this.signature) return
    this.signature = signature
    Object.assign(this, arrange(sizes, wires, across, this.room, this.breaks))
  }

  drawn(entries, across) {
    const nodes = new Map()
    for (const [key, entry] of entries) {
      const auto = this.places.get(key)
      const x = entry.at?.[0] ?? auto.x
      const y = entry.at?.[1] ?? auto.y
      let node = this.nodes.get(key)
      if (node?.data.entry !== entry || node.data.across !== across || node.position.x !== x || node.position.y !== y) {
        node = this.node(key, entry, { x, y }, across)
      }
      nodes.set(key, node)
    }
    this.nodes = nodes
    return [...nodes.values()]
  }

  node(key, entry, position, across) {
    const size = sizeOf(entry, across)
    return {
      id: key,
      type: entry.kind === "output" ? "output" : "block",
      position,
      ...size,
      measured: size,
      handles: handles(entry, size, across),
      sourcePosition: across ? Position.Right : Position.Bottom,
      targetPosition: across ? Position.Left : Position.Top,
      deletable: false,
      ariaLabel: spokenText(entry),
      data: { entry, across },
    }
  }

  drawnWires(entries, wires) {
    const edges = new Map()
    for (const wire of wires) {
      const pinned = entries.get(wire.source).at || entries.get(wire.target).at
      const bends = (!pinned && this.bends.get(wire.id)) || null
      const trunk = (!pinned && this.trunks.get(wire.id)) || null
      const grey = Boolean(entries.get(wire.target).grey || worst(entries.get(wire.source)))
      let edge = this.wires.get(wire.id)
      const same =
        edge?.source === wire.source &&
        edge.data.port === wire.port &&
        edge.data.bends === bends &&
        edge.data.trunk === trunk &&
        edge.data.grey === grey
      if (!same) {
        edge = {
          id: wire.id,
          source: wire.source,
          target: wire.target,
          sourceHandle: `o${wire.port}`,
          targetHandle: `i${wire.slot}`,
          type: "wire",
          interactionWidth: 26,
          deletable: false,
          ariaLabel: `connection from ${wire.from} to ${entries.get(wire.target).id}`,
          data: { ...wire, bends, trunk, grey },
        }
      }
      edges.set(wire.id, edge)
    }
    this.wires = edges
    return [...edges.values()]
  }
}

// What the nodes cover; React Flow's own function takes them as they were when they were last drawn.
export function boundsOf(nodes) {
  const [x, y] = ["x", "y"].map((axis) => Math.min(...nodes.map((node) => node.position[axis])))
  const width = Math.max(...nodes.map((node) => node.position.x + node.width)) - x
  const height = Math.max(...nodes.map((node) => node.position.y + node.height)) - y
  return nodes.length ? { x, y, width, height } : { x: 0, y: 0, width: 0, height: 0 }
}

export const spread = (index, count) => ((index + 1) / (count + 1)) * 100

function handles(entry, { width, height }, across) {
  const list = []
  for (const [type, count, letter] of [
    ["target", slots(entry), "i"],
    ["source", results(entry), "o"],
  ]) {
    for (let index = 0; index < count; index += 1) {
      const along = spread(index, count) / 100
      const end = type === "source"
      list.push({
        id: `${letter}${index}`,
        type,
        position: across ? (end ? Position.Right : Position.Left) : end ? Position.Bottom : Position.Top,
        x: (across ? (end ? width : 0) : along * width) - 5,
        y: (across ? along * height : end ? height : 0) - 5,
        width: 10,
        height: 10,
      })
    }
  }
  return list
}

// Where the nodes stand when nobody placed them: dagre, part by part.
// A network is mostly a chain of small parts between nodes that every path goes through. Each part is laid out by
// itself and remembered, so that an edit of a large network costs one small layout, and the chain stays straight.
import dagre from "@dagrejs/dagre"
import { GAP, folded } from "./columns.js"

const BESIDE = 30
const REMEMBERED = 600
const remembered = new Map()

// nodes: [{id, width, height}], edges: [{id, source, target}], across: true for left to right; `room`: the width and
// height in which it is shown; `before`: the breaks that the last call gave. Gives {places: id -> {x, y} of the upper left corner, bends: edge id -> points between its
// ends, trunks: edge id -> the way to the next column, breaks}.
export function arrange(nodes, edges, across, room, before = new Set()) {
  const [w, h] = across ? room.toReversed() : room
  const sizes = new Map(
    nodes.map((node) => [node.id, across ? { w: node.height, h: node.width } : { w: node.width, h: node.height }]),
  )
  const wires = edges.filter((edge) => sizes.has(edge.source) && sizes.has(edge.target) && edge.source !== edge.target)
  const laid = { places: new Map(), bends: new Map(), trunks: new Map(), breaks: new Set() }
  let left = null
  for (const group of groups(nodes, wires)) {
    const part = folded(parts(group.ids, group.wires, sizes), sizes, { w, h }, before)
    let low = Infinity
    let high = -Infinity
    for (const [id, at] of part.places) {
      low = Math.min(low, at.x - sizes.get(id).w / 2)
      high = Math.max(high, at.x + sizes.get(id).w / 2)
    }
    // The largest keeps its first node where it is, whatever is added beside it.
    const shift = left === null ? 0 : left - low
    const there = (point) => turned({ x: point.x + shift, y: point.y }, across)
    for (const [id, at] of part.places) {
      const { w, h } = sizes.get(id)
      laid.places.set(id, there({ x: at.x - w / 2, y: at.y - h / 2 }))
    }
    for (const [id, points] of part.bends) laid.bends.set(id, points.map(there))
    for (const [id, points] of part.trunks) laid.trunks.set(id, points.map(there))
    for (const id of part.breaks) laid.breaks.add(id)
    left = high + shift + 2 * GAP
  }
  return laid
}

const turned = (point, across) => (across ? { x: point.y, y: point.x } : point)

// What hangs together, the largest first.
function groups(nodes, wires) {
  const head = new Map(nodes.map((node) => [node.id, node.id]))
  const find = (id) => {
    let top = id
    while (head.get(top) !== top) top = head.get(top)
    while (head.get(id) !== top) [id] = [head.get(id), head.set(id, top)]
    return top
  }
  for (const wire of wires) head.set(find(wire.source), find(wire.target))
  const connected = new Map()
  for (const node of nodes) {
    const top = find(node.id)
    if (!connected.has(top)) connected.set(top, { ids: [], wires: [] })
    connected.get(top).ids.push(node.id)
  }
  for (const wire of wires) connected.get(find(wire.source)).wires.push(wire)
  return [...connected.values()].sort((group, next) => next.ids.length - group.ids.length)
}

// One connected group as its first node and what lies between the nodes that everything passes through: each part hangs
// from such a node, its `joint`, and ends with the next one.
function parts(ids, wires, sizes) {
  const order = running(ids, wires)
  const rank = new Map(order.map((id, index) => [id, index]))
  const spans = new Array(order.length + 1).fill(0)
  const within = order.map(() => [])
  for (const wire of wires) {
    const [low, high] = [rank.get(wire.source), rank.get(wire.target)].sort((a, b) => a - b)
    spans[low + 1] += 1
    spans[high] -= 1
    within[low].push(wire)
  }
  const joints = []
  let over = 0
  for (let index = 0; index < order.length; index += 1) {
    over += spans[index]
    if (over === 0 || index === 0 || index === order.length - 1) joints.push(index)
  }
  const list = []
  for (let joint = 0; joint + 1 < joints.length; joint += 1) {
    const inside = order.slice(joints[joint], joints[joint + 1] + 1)
    const owned = within.slice(joints[joint], joints[joint + 1]).flat()
    const laid = laidOut(inside, owned, sizes)
    list.push({ joint: inside[0], ids: inside.slice(1), wires: owned, places: laid.places.slice(1), bends: laid.bends })
  }
  return { first: order[0], parts: list }
}

// An order in which everything comes after what it reads; nodes of a cycle come last, as they are listed.
function running(ids, wires) {
  const waits = new Map(ids.map((id) => [id, 0]))
  const readers = new Map(ids.map((id) => [id, []]))
  for (const wire of wires) {
    waits.set(wire.target, waits.get(wire.target) + 1)
    readers.get(wire.source).push(wire.target)
  }
  const ready = ids.filter((id) => waits.get(id) === 0).reverse()
  const order = []
  while (ready.length) {
    const id = ready.pop()
    order.push(id)
    // What nobody reads comes at once, so that it does not hang over everything that follows.
    const next = readers.get(id).toReversed()
    next.sort((a, b) => (readers.get(a).length === 0) - (readers.get(b).length === 0))
    for (const reader of next) {
      waits.set(reader, waits.get(reader) - 1)
      if (waits.get(reader) === 0) ready.push(reader)
    }
  }
  const done = new Set(order)
  return [...order, ...ids.filter((id) => !done.has(id))]
}

// Centres and bends relative to the centre of the first node.
function laidOut(ids, wires, sizes) {
  const indexOf = new Map(ids.map((id, index) => [id, index]))
  const shape = ids.map((id) => `${sizes.get(id).w}x${sizes.get(id).h}`).join()
  const key = `${shape};${wires.map((wire) => `${indexOf.get(wire.source)}-${indexOf.get(wire.target)}`).join()}`
  let layout = remembered.get(key)
  if (!layout) {
    layout = ids.length === 2 ? below(ids, sizes) : byDagre(ids, wires, sizes, indexOf)
    remembered.set(key, layout)
    if (remembered.size > REMEMBERED) remembered.delete(remembered.keys().next().value)
  }
  const bends = wires.map((wire, index) => [wire.id, layout.bends[index]]).filter(([, points]) => points?.length)
  return { places: ids.map((id, index) => [id, layout.places[index]]), bends }
}

function below(ids, sizes) {
  const [upper, lower] = ids.map((id) => sizes.get(id))
  return { places: [{ x: 0, y: 0 }, { x: 0, y: (upper.h + lower.h) / 2 + GAP }], bends: [] }
}

function byDagre(ids, wires, sizes, indexOf) {
  const graph = new dagre.graphlib.Graph({ multigraph: true })
  graph.setGraph({ rankdir: "TB", nodesep: BESIDE, edgesep: 18, ranksep: GAP, ranker: "tight-tree" })
  graph.setDefaultEdgeLabel(() => ({}))
  ids.forEach((id, index) => graph.setNode(String(index), { width: sizes.get(id).w, height: sizes.get(id).h }))
  wires.forEach((wire, index) =>
    graph.setEdge(String(indexOf.get(wire.source)), String(indexOf.get(wire.target)), {}, String(index)),
  )
  dagre.layout(graph)
  const at = ids.map((_, index) => graph.node(String(index)))
  const origin = { x: at[0].x, y: at[0].y }
  const places = at.map((point) => ({ x: point.x - origin.x, y: point.y - origin.y }))
  straighten(places, wires, ids, sizes)
  const bends = wires.map((wire, index) => {
    const edge = graph.edge(String(indexOf.get(wire.source)), String(indexOf.get(wire.target)), String(index))
    const points = (edge?.points ?? []).slice(1, -1)
    // A single point lies between neighbours, where a wire needs no bend.
    return points.length > 1 ? points.map((point) => ({ x: point.x - origin.x, y: point.y - origin.y })) : []
  })
  return { places, bends }
}

// The last node of a part stands below its first one; what nobody reads makes room for it.
function straighten(places, wires, ids, sizes) {
  const last = places.at(-1)
  const size = sizes.get(ids.at(-1))
  const reading = new Set(wires.map((wire) => wire.source))
  const inTheWay = ids.map((_, index) => index).filter((index) => {
    const { w, h } = sizes.get(ids[index])
    const { x, y } = places[index]
    return index < ids.length - 1 && Math.abs(y - last.y) < (h + size.h) / 2 && Math.abs(x) < (w + size.w) / 2 + BESIDE
  })
  if (inTheWay.some((index) => reading.has(ids[index]))) return
  last.x = 0
  let edge = size.w / 2
  for (const index of inTheWay) {
    const { w } = sizes.get(ids[index])
    places[index].x = -(edge + BESIDE + w / 2)
    edge += BESIDE + w
  }
}

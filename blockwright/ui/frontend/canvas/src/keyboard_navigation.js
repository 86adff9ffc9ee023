// Where an arrow key leads: along the wires, and sideways to what stands beside.

const middle = (node) => ({ x: node.position.x + node.width / 2, y: node.position.y + node.height / 2 })

// `arrow` is ArrowUp, ArrowDown, ArrowLeft or ArrowRight. Gives a key, or null where there is nothing.
export function neighbour(view, key, arrow) {
  const nodes = new Map(view.nodes.map((node) => [node.id, node]))
  const current = nodes.get(key)
  if (!current) return view.nodes[0]?.id ?? null
  const upright = arrow === "ArrowUp" || arrow === "ArrowDown"
  const along = upright !== view.across
  const back = arrow === "ArrowUp" || arrow === "ArrowLeft"
  if (along) {
    const wired = back
      ? view.wires.filter((wire) => wire.target === key).map((wire) => wire.source)
      : view.readers.get(key) ?? []
    if (wired.length) return nearest(current, wired.map((id) => nodes.get(id)), upright)
  }
  const from = middle(current)
  const others = view.nodes.filter((node) => {
    const to = middle(node)
    const gap = upright ? to.y - from.y : to.x - from.x
    return node.id !== key && (back ? gap < -1 : gap > 1)
  })
  return nearest(current, others, !upright)
}

// The one that lies least to the side; `sideways` says whether that is measured in x.
function nearest(current, others, sideways) {
  const from = middle(current)
  let best = null
  let shortest = Infinity
  for (const node of others) {
    const to = middle(node)
    const [aside, ahead] = sideways
      ? [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
      : [Math.abs(to.y - from.y), Math.abs(to.x - from.x)]
    const length = sideways ? aside + ahead : aside * 3 + ahead
    if (length < shortest) [best, shortest] = [node.id, length]
  }
  return best
}

// Everything that `key` depends on, itself included: none of it may read `key`'s reader in turn.
export function above(view, key) {
  const sources = new Map()
  for (const wire of view.wires) {
    if (!sources.has(wire.target)) sources.set(wire.target, [])
    sources.get(wire.target).push(wire.source)
  }
  const reached = new Set([key])
  const open = [key]
  while (open.length) {
    for (const source of sources.get(open.pop()) ?? []) {
      if (reached.has(source)) continue
      reached.add(source)
      open.push(source)
    }
  }
  return reached
}

// What may read `key` without a cycle: blocks and outputs that it does not depend on, in the order of the design.
export function possibleTargets(view, key) {
  const upstream = above(view, key)
  return [...view.entries].filter(([id, entry]) => entry.kind !== "input" && !upstream.has(id)).map(([id]) => id)
}

// What `key` may read without a cycle: inputs and blocks that do not depend on it, in the order of the design.
export function possibleSources(view, key) {
  const below = new Set([key])
  const open = [key]
  while (open.length) {
    for (const reader of view.readers.get(open.pop()) ?? []) {
      if (below.has(reader)) continue
      below.add(reader)
      open.push(reader)
    }
  }
  const fits = ([id, entry]) => entry.kind !== "output" && !below.has(id) && !(key.startsWith("o:") && entry.kind === "input")
  return [...view.entries].filter(fits).map(([id]) => id)
}

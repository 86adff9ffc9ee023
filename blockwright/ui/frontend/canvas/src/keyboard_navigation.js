// Where an arrow key leads: along the wires, and sideways to what stands beside.

const middle = (node) => ({ x: node.position.x + node.width / 2, y: node.position.y + node.height / 2 })

// `arrow` is ArrowUp, ArrowDown, ArrowLeft or ArrowRight. Gives a key, or null where there is nothing.
export function neighbour(view, key, arrow) {
  const nodes = new Map(view.nodes.map((node) => [node.id, node]))
  const here = nodes.get(key)
  if (!here) return view.nodes[0]?.id ?? null
  const upright = arrow === "ArrowUp" || arrow === "ArrowDown"
  const along = upright !== view.across
  const back = arrow === "ArrowUp" || arrow === "ArrowLeft"
  if (along) {
    const wired = back
      ? view.wires.filter((wire) => wire.target === key).map((wire) => wire.source)
      : view.readers.get(key) ?? []
    if (wired.length) return nearest(here, wired.map((one) => nodes.get(one)), upright)
  }
  const from = middle(here)
  const others = view.nodes.filter((node) => {
    const to = middle(node)
    const gap = upright ? to.y - from.y : to.x - from.x
    return node.id !== key && (back ? gap < -1 : gap > 1)
  })
  return nearest(here, others, !upright)
}

// The one that lies least to the side; `sideways` says whether that is measured in x.
function nearest(here, others, sideways) {
  const from = middle(here)
  let best = null
  let least = Infinity
  for (const node of others) {
    const to = middle(node)
    const [aside, ahead] = sideways
      ? [Math.abs(to.x - from.x), Math.abs(to.y - from.y)]
      : [Math.abs(to.y - from.y), Math.abs(to.x - from.x)]
    const far = sideways ? aside + ahead : aside * 3 + ahead
    if (far < least) [best, least] = [node.id, far]
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
  const found = new Set([key])
  const open = [key]
  while (open.length) {
    for (const source of sources.get(open.pop()) ?? []) {
      if (found.has(source)) continue
      found.add(source)
      open.push(source)
    }
  }
  return found
}

// What may read `key` without a circle: blocks and outputs that it does not depend on, in the order of the design.
export function readable(view, key) {
  const barred = above(view, key)
  return [...view.entries].filter(([one, entry]) => entry.kind !== "input" && !barred.has(one)).map(([one]) => one)
}

// What `key` may read without a circle: inputs and blocks that do not depend on it, in the order of the design.
export function givers(view, key) {
  const below = new Set([key])
  const open = [key]
  while (open.length) {
    for (const reader of view.readers.get(open.pop()) ?? []) {
      if (below.has(reader)) continue
      below.add(reader)
      open.push(reader)
    }
  }
  const fits = ([one, entry]) => entry.kind !== "output" && !below.has(one) && !(key.startsWith("o:") && entry.kind === "input")
  return [...view.entries].filter(fits).map(([one]) => one)
}

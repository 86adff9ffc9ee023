// A tall network is folded into columns, from top to bottom and from left to right like the columns of a newspaper.
// It is cut only below nodes that everything passes through, so that no branch is torn; from there one way leads to the
// top of the next column. Coordinates are those of a layout from top to bottom, turned afterwards.

export const GAP = 40
const GUTTER = 84
// The scale at which everything in a block can be read: a network that is shown as large in one column is not folded.
const LEGIBLE = 0.75
const MOST = 30
// Breaks that are there stay as long as the whole is shown nearly as large with them.
const LOYAL = 0.82

// first: the uppermost node, parts: [{joint, ids, wires, places, bends}], places and bends relative to the joint's middle;
// room: {w, h}, the pixels in which the whole is to be shown as large as can be.
// Gives {places: id -> middle, bends, trunks: wire id -> points from the joint to the top of the next column, breaks}.
export function folded({ first, parts }, sizes, room, before) {
  const breaks = chosen(parts, heights(parts, first), sizes, room, before)
  const places = new Map([[first, { x: 0, y: 0 }]])
  const bends = new Map()
  const trunks = new Map()
  const top = -sizes.get(first).h / 2
  let last = null
  for (const column of columns(parts, breaks)) {
    const joint = column[0].joint
    const from = last ? { x: 0, y: top - GAP - sizes.get(joint).h / 2 } : { x: 0, y: 0 }
    const { starts, left, right, bottom } = measured(column, from, sizes)
    const shift = last ? last.right + GUTTER - left : 0
    column.forEach((part, index) => {
      const at = ({ x, y }) => ({ x: starts[index].x + shift + x, y: starts[index].y + y })
      for (const [id, point] of part.places) places.set(id, at(point))
      for (const [id, points] of part.bends) bends.set(id, points.map(at))
    })
    if (last) {
      const out = places.get(joint).x
      const [floor, roof, edge] = [last.bottom + 24, top - GAP - 12, last.right + GUTTER / 2]
      const way = [{ x: out, y: floor }, { x: edge, y: floor }, { x: edge, y: roof }, { x: shift, y: roof }]
      way.push({ x: shift, y: top - GAP + 4 })
      for (const wire of column[0].wires) if (wire.source === joint) trunks.set(wire.id, way)
    }
    const own = last ? -Infinity : sizes.get(first).w / 2
    last = { right: Math.max(right, own) + shift, bottom }
  }
  return { places, bends, trunks, breaks }
}

function columns(parts, breaks) {
  const groups = parts.length ? [[]] : []
  for (const part of parts) {
    if (breaks.has(part.joint)) groups.push([])
    groups.at(-1).push(part)
  }
  return groups
}

// Where the joints of a column stand when the first one stands at `from`, and what the column covers.
function measured(column, from, sizes) {
  const starts = []
  const covered = { starts, left: Infinity, right: -Infinity, bottom: -Infinity }
  let at = from
  for (const part of column) {
    starts.push(at)
    const reach = extent(part, sizes, at)
    covered.left = Math.min(covered.left, reach.left)
    covered.right = Math.max(covered.right, reach.right)
    covered.bottom = Math.max(covered.bottom, reach.bottom)
    const [, end] = part.places.at(-1)
    at = { x: at.x + end.x, y: at.y + end.y }
  }
  return covered
}

// What a part covers when its joint stands at `from`, wires included.
function extent(part, sizes, from) {
  const covered = { left: Infinity, right: -Infinity, bottom: -Infinity }
  for (const [id, at] of part.places) {
    const { w, h } = sizes.get(id)
    covered.left = Math.min(covered.left, from.x + at.x - w / 2)
    covered.right = Math.max(covered.right, from.x + at.x + w / 2)
    covered.bottom = Math.max(covered.bottom, from.y + at.y + h / 2)
  }
  for (const [, points] of part.bends) {
    for (const point of points) {
      covered.left = Math.min(covered.left, from.x + point.x)
      covered.right = Math.max(covered.right, from.x + point.x)
    }
  }
  return covered
}

// How far each joint lies below the first node when nothing is folded, and last the end of the whole.
function heights(parts, first) {
  const at = new Map([[first, 0]])
  const tops = []
  for (const part of parts) {
    const top = at.get(part.joint)
    tops.push(top)
    at.set(part.ids.at(-1), top + part.places.at(-1)[1].y)
  }
  return [...tops, parts.length ? at.get(parts.at(-1).ids.at(-1)) : 0]
}

// The joints below which a new column begins: as many as let the whole be shown largest.
function chosen(parts, tops, sizes, room, before) {
  const widths = parts.map((part) => {
    const { left, right } = extent(part, sizes, { x: 0, y: 0 })
    return right - left
  })
  const scale = (cuts) => {
    const edges = [0, ...cuts, parts.length]
    let width = 0
    let height = 0
    for (let index = 0; index + 1 < edges.length; index += 1) {
      width += Math.max(...widths.slice(edges[index], edges[index + 1])) + GUTTER
      height = Math.max(height, tops[edges[index + 1]] - tops[edges[index]])
    }
    return Math.min(room.w / width, room.h / (height + 3 * GAP))
  }
  let best = []
  if (scale(best) >= LEGIBLE) return new Set()
  for (let count = 2; count <= Math.min(MOST, parts.length); count += 1) {
    const cuts = even(tops, count)
    if (scale(cuts) > scale(best)) best = cuts
  }
  const staying = parts.map((_, index) => index).filter((index) => index > 0 && before.has(parts[index].joint))
  if (staying.length && scale(staying) >= scale(best) * LOYAL) best = staying
  return new Set(best.map((index) => parts[index].joint))
}

// Where to cut so that of `count` columns the highest is as low as can be: places in the list of parts.
function even(tops, count) {
  let [low, high] = [tops.at(-1) / count, tops.at(-1)]
  let cuts = []
  for (let step = 0; step < 14; step += 1) {
    const limit = (low + high) / 2
    const attempt = filled(tops, limit)
    if (attempt && attempt.length < count) [high, cuts] = [limit, attempt]
    else low = limit
  }
  return cuts
}

function filled(tops, limit) {
  const cuts = []
  let start = 0
  for (let index = 1; index < tops.length; index += 1) {
    if (tops[index] - tops[start] <= limit) continue
    if (tops[index] - tops[index - 1] > limit) return null
    start = index - 1
    cuts.push(start)
  }
  return cuts
}

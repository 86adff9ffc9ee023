// A tall network is folded into columns, from top to bottom and from left to right like the columns of a newspaper.
// It is cut only below nodes that everything passes through, so that no branch is torn; from there one way leads to the
// top of the next column. Coordinates are those of a layout from top to bottom, turned afterwards.

export const GAP = 40
const GUTTER = 84
// Above this height in pixels, about twenty blocks, nothing could be read any more when everything is shown.
const TALL = 2600
// Width by height of the place where it is shown.
const ROOM = 0.75
const MOST = 30
// Breaks that are there stay as long as the whole is shown nearly as large with them.
const LOYAL = 0.82

// first: the uppermost node, parts: [{joint, ids, wires, places, bends}], places and bends relative to the joint's middle.
// Gives {places: id -> middle, bends, trunks: wire id -> points from the joint to the top of the next column, breaks}.
export function folded({ first, parts }, sizes, across, before) {
  const breaks = chosen(parts, heights(parts, first), sizes, across, before)
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
    column.forEach((part, place) => {
      const at = ({ x, y }) => ({ x: starts[place].x + shift + x, y: starts[place].y + y })
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
  const found = parts.length ? [[]] : []
  for (const part of parts) {
    if (breaks.has(part.joint)) found.push([])
    found.at(-1).push(part)
  }
  return found
}

// Where the joints of a column stand when the first one stands at `from`, and what the column covers.
function measured(column, from, sizes) {
  const starts = []
  const found = { starts, left: Infinity, right: -Infinity, bottom: -Infinity }
  let at = from
  for (const part of column) {
    starts.push(at)
    const reach = extent(part, sizes, at)
    found.left = Math.min(found.left, reach.left)
    found.right = Math.max(found.right, reach.right)
    found.bottom = Math.max(found.bottom, reach.bottom)
    const [, end] = part.places.at(-1)
    at = { x: at.x + end.x, y: at.y + end.y }
  }
  return found
}

// What a part covers when its joint stands at `from`, wires included.
function extent(part, sizes, from) {
  const found = { left: Infinity, right: -Infinity, bottom: -Infinity }
  for (const [id, at] of part.places) {
    const { w, h } = sizes.get(id)
    found.left = Math.min(found.left, from.x + at.x - w / 2)
    found.right = Math.max(found.right, from.x + at.x + w / 2)
    found.bottom = Math.max(found.bottom, from.y + at.y + h / 2)
  }
  for (const [, points] of part.bends) {
    for (const point of points) {
      found.left = Math.min(found.left, from.x + point.x)
      found.right = Math.max(found.right, from.x + point.x)
    }
  }
  return found
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
function chosen(parts, tops, sizes, across, before) {
  const none = new Set()
  if (tops.at(-1) < TALL) return none
  const widths = parts.map((part) => {
    const { left, right } = extent(part, sizes, { x: 0, y: 0 })
    return right - left
  })
  const room = across ? 1 / ROOM : ROOM
  const scale = (cuts) => {
    const edges = [0, ...cuts, parts.length]
    let width = 0
    let height = 0
    for (let place = 0; place + 1 < edges.length; place += 1) {
      width += Math.max(...widths.slice(edges[place], edges[place + 1])) + GUTTER
      height = Math.max(height, tops[edges[place + 1]] - tops[edges[place]])
    }
    return Math.min(room / width, 1 / (height + 3 * GAP))
  }
  let best = []
  for (let count = 2; count <= Math.min(MOST, parts.length); count += 1) {
    const cuts = even(tops, count)
    if (scale(cuts) > scale(best)) best = cuts
  }
  const kept = parts.map((_, place) => place).filter((place) => place > 0 && before.has(parts[place].joint))
  if (kept.length && scale(kept) >= scale(best) * LOYAL) best = kept
  return new Set(best.map((place) => parts[place].joint))
}

// Where to cut so that of `count` columns the highest is as low as can be: places in the list of parts.
function even(tops, count) {
  let [low, high] = [tops.at(-1) / count, tops.at(-1)]
  let cuts = []
  for (let step = 0; step < 14; step += 1) {
    const limit = (low + high) / 2
    const found = filled(tops, limit)
    if (found && found.length < count) [high, cuts] = [limit, found]
    else low = limit
  }
  return cuts
}

function filled(tops, limit) {
  const cuts = []
  let start = 0
  for (let place = 1; place < tops.length; place += 1) {
    if (tops[place] - tops[start] <= limit) continue
    if (tops[place] - tops[place - 1] > limit) return null
    start = place - 1
    cuts.push(start)
  }
  return cuts
}

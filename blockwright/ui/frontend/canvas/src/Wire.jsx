// A wire: through the bends that the layout found, else straight from end to end, always leaving and arriving squarely.
// To the next column it takes the way around the end of its own, its trunk.
import { memo } from "react"
import { BaseEdge } from "@xyflow/react"

const REACH = 60
const CORNER = 18

export function curve(points, across) {
  let path = ""
  for (let index = 1; index < points.length; index += 1) {
    const [start, end] = [points[index - 1], points[index]]
    const gap = across ? end.x - start.x : end.y - start.y
    const reach = gap >= 0 ? gap / 2 : Math.min(REACH, -gap / 2 + 20)
    const [a, b] = across
      ? [{ x: start.x + reach, y: start.y }, { x: end.x - reach, y: end.y }]
      : [{ x: start.x, y: start.y + reach }, { x: end.x, y: end.y - reach }]
    path += `C${a.x},${a.y} ${b.x},${b.y} ${end.x},${end.y}`
  }
  return path
}

// Straight from point to point, with round corners.
function around(points) {
  let path = ""
  for (let index = 1; index < points.length - 1; index += 1) {
    const [before, corner, after] = points.slice(index - 1, index + 2)
    const toward = (point) => {
      const length = Math.hypot(point.x - corner.x, point.y - corner.y) || 1
      const step = Math.min(CORNER, length / 2) / length
      return `${corner.x + (point.x - corner.x) * step},${corner.y + (point.y - corner.y) * step}`
    }
    path += `L${toward(before)}Q${corner.x},${corner.y} ${toward(after)}`
  }
  const last = points.at(-1)
  return `${path}L${last.x},${last.y}`
}

export const Wire = memo(function Wire({ id, data, sourceX, sourceY, targetX, targetY, sourcePosition, interactionWidth }) {
  const across = sourcePosition === "right"
  const start = { x: sourceX, y: sourceY }
  const rest = [...(data.bends ?? []), { x: targetX, y: targetY }]
  const path = data.trunk
    ? around([start, ...data.trunk]) + curve([data.trunk.at(-1), ...rest], across)
    : curve([start, ...rest], across)
  return <BaseEdge id={id} path={`M${start.x},${start.y}${path}`} interactionWidth={interactionWidth} />
})

export const ConnectionLine = ({ fromX, fromY, toX, toY, fromPosition, fromHandle }) => {
  const ends = [{ x: fromX, y: fromY }, { x: toX, y: toY }]
  // Where the giving end is the loose one, the wire begins at the pointer.
  if (fromHandle?.type === "target") ends.reverse()
  const across = fromPosition === "right" || fromPosition === "left"
  return <path className="react-flow__connection-path" fill="none" d={`M${ends[0].x},${ends[0].y}${curve(ends, across)}`} />
}

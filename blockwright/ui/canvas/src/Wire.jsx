// A wire: through the bends that the layout found, else straight from end to end, always leaving and arriving squarely.
import { memo } from "react"
import { BaseEdge } from "@xyflow/react"

const REACH = 60

function curve(points, across) {
  const [first] = points
  let path = `M${first.x},${first.y}`
  for (let place = 1; place < points.length; place += 1) {
    const [one, other] = [points[place - 1], points[place]]
    const gap = across ? other.x - one.x : other.y - one.y
    const reach = gap >= 0 ? gap / 2 : Math.min(REACH, -gap / 2 + 20)
    const [a, b] = across
      ? [{ x: one.x + reach, y: one.y }, { x: other.x - reach, y: other.y }]
      : [{ x: one.x, y: one.y + reach }, { x: other.x, y: other.y - reach }]
    path += `C${a.x},${a.y} ${b.x},${b.y} ${other.x},${other.y}`
  }
  return path
}

export const Wire = memo(function Wire({ id, data, sourceX, sourceY, targetX, targetY, sourcePosition, interactionWidth }) {
  const points = [{ x: sourceX, y: sourceY }, ...(data.bends ?? []), { x: targetX, y: targetY }]
  const path = curve(points, sourcePosition === "right")
  return <BaseEdge id={id} path={path} interactionWidth={interactionWidth} />
})

export const Drawn = ({ fromX, fromY, toX, toY, fromPosition }) => (
  <path
    className="react-flow__connection-path"
    fill="none"
    d={curve([{ x: fromX, y: fromY }, { x: toX, y: toY }], fromPosition === "right")}
  />
)

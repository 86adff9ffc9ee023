// The layers inside an unfolded block, drawn where it stands: to be looked at, not to be edited.
import { memo } from "react"
import { arrange } from "./layout.js"
import { curve } from "./Wire.jsx"

const LAYER = { width: 240, height: 68 }
const END = { width: 30, height: 2 }
const EDGE = 12
const ANYWHERE = [Infinity, Infinity]
const laid = new WeakMap()

// Where the layers and the wires between them are drawn, and how large the whole is.
export function layersInside(inside, across) {
  const last = laid.get(inside)
  if (last?.across === across) return last
  const ends = inside.inputs.map((id) => ({ id, ...END }))
  const nodes = [...ends, ...inside.layers.map(({ id }) => ({ id, ...LAYER })), { id: "", ...END }]
  const reads = [...inside.layers.map(({ id, reads }) => [id, reads]), ["", inside.outputs]]
  const edges = reads.flatMap(([target, sources]) => sources.map((source) => ({ id: `${source}>${target}`, source, target })))
  const { places, bends } = arrange(nodes, edges, across, ANYWHERE)
  const sizes = new Map(nodes.map((node) => [node.id, across && node.height === END.height ? { width: 2, height: 30 } : node]))
  const left = Math.min(...[...places.values()].map(({ x }) => x), ...[...bends.values()].flat().map(({ x }) => x))
  const top = Math.min(...[...places.values()].map(({ y }) => y), ...[...bends.values()].flat().map(({ y }) => y))
  const at = ({ x, y }) => ({ x: x - left + EDGE, y: y - top + EDGE })
  const middle = (id, end) => {
    const { x, y } = at(places.get(id))
    const { width, height } = sizes.get(id)
    return across ? { x: end ? x + width : x, y: y + height / 2 } : { x: x + width / 2, y: end ? y + height : y }
  }
  const wires = edges.map(({ id, source, target }) => {
    const start = middle(source, true)
    return `M${start.x},${start.y}${curve([start, ...(bends.get(id) ?? []).map(at), middle(target, false)], across)}`
  })
  const corners = [...places].map(([id, place]) => ({ ...at(place), ...LAYER, ...sizes.get(id) }))
  const result = {
    across,
    wires,
    layers: inside.layers.map((layer) => ({ layer, ...at(places.get(layer.id)) })),
    width: Math.max(...corners.map(({ x, width }) => x + width)) + EDGE,
    height: Math.max(...corners.map(({ y, height }) => y + height)) + EDGE,
  }
  laid.set(inside, result)
  return result
}

export const Layers = memo(function Layers({ inside, across }) {
  if (inside.note) return <p className="layers note">{inside.note}</p>
  const { wires, layers, width, height } = layersInside(inside, across)
  return (
    <div className="layers" style={{ width, height }}>
      <svg width={width} height={height} aria-hidden="true">
        {wires.map((path, index) => (
          <path key={index} d={path} />
        ))}
      </svg>
      {layers.map(({ layer, x, y }) => (
        <div key={layer.id} className="layer" style={{ left: x, top: y, ...LAYER, "--colour": layer.colour }} title={`${layer.id}, ${layer.block}: ${[layer.params, layer.shape, layer.cost].filter(Boolean).join(", ")}`}>
          <div className="kind">{layer.block}</div>
          <div className="params">{layer.params || layer.id}</div>
          <div className="figures">
            <span className="shape">{layer.shape}</span>
            <span className="cost">{layer.cost}</span>
          </div>
        </div>
      ))}
    </div>
  )
})

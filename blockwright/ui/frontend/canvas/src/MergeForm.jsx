// The question that a second wire into a taken place asks, at the end of that wire. Arrows and Tab choose, Escape cancels.
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "react"
import { useStore } from "@xyflow/react"
import { CanvasContext } from "./context.js"

const CHOICES = [
  ["Add", "Add", "Add both, element by element"],
  ["Concatenate", "Concatenate", "Put both side by side"],
  [null, "Replace", "Remove the connection that is there"],
]

const EDGE = 8
const GAP = 12

// Where the form stands: above the end of the wire, or below it where there is no room, and never off the canvas.
function usePlace(form, { to, slot }) {
  const { session } = useContext(CanvasContext)
  const [size, setSize] = useState({ width: 0, height: 0 })
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = form.current
    setSize({ width, height })
  }, [form])
  const [x, y, zoom, width, height] = useStore((state) => [...state.transform, state.width, state.height].join()).split(",").map(Number)
  const node = session.view.nodes.find(({ id }) => id === `n:${to}`)
  const end = node?.handles.find(({ id }) => id === `i${slot}`) ?? { x: 0, y: 0 }
  const at = session.view.moved?.get(node?.id) ?? node?.position ?? { x: 0, y: 0 }
  const [left, top] = [(at.x + end.x + 5) * zoom + x, (at.y + end.y + 5) * zoom + y]
  const within = (low, room) => Math.max(EDGE, Math.min(low, room - EDGE))
  const above = top - GAP - size.height
  return {
    left: within(left - size.width / 2, width - size.width),
    top: within(above < EDGE ? top + GAP : above, height - size.height),
  }
}

export function MergeForm({ merging }) {
  const { actions } = useContext(CanvasContext)
  const form = useRef(null)
  const first = useRef(null)
  const place = usePlace(form, merging)
  useEffect(() => first.current.focus({ preventScroll: true }), [])
  const walk = (step) => {
    const buttons = [...form.current.querySelectorAll("button")]
    const index = buttons.indexOf(form.current.getRootNode().activeElement)
    buttons.at((index + step) % buttons.length).focus()
  }
  return (
    <div
      ref={form}
      className="merging"
      style={place}
      role="dialog"
      aria-label="Connect to an input that is taken"
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === "Escape") actions.cancelMerge()
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
        if (!step) return
        event.preventDefault()
        walk(step)
      }}
    >
      <p>
        "{merging.to}" already reads "{merging.old}". How is "{merging.from}" connected?
      </p>
      <div className="line">
        {CHOICES.map(([block, label, title], index) => (
          <button key={label} ref={index ? null : first} type="button" title={title} onClick={() => actions.merge(block)}>
            {label}
          </button>
        ))}
        <button type="button" className="cancel" onClick={actions.cancelMerge}>
          Cancel
        </button>
      </div>
    </div>
  )
}

// The question that a second wire into a taken place asks.
import { useContext, useEffect, useRef } from "react"
import { CanvasContext } from "./context.js"

const CHOICES = [
  ["Add", "Add", "Add both, element by element"],
  ["Concatenate", "Concatenate", "Put both side by side"],
  [null, "Replace", "Remove the connection that is there"],
]

export function MergeForm({ merging }) {
  const { actions } = useContext(CanvasContext)
  const first = useRef(null)
  useEffect(() => first.current.focus({ preventScroll: true }), [])
  return (
    <div
      className="merging"
      role="dialog"
      aria-label="Connect to an input that is taken"
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === "Escape") actions.cancelMerge()
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

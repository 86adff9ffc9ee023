// What concerns the whole of what is shown stands in a corner of the canvas, so that the canvas never moves.
import { useContext, useState } from "react"
import { Icon } from "./Block.jsx"
import { CanvasContext } from "./context.js"

const SOME = 2

export function Notes({ view }) {
  const { session } = useContext(CanvasContext)
  const [all, setAll] = useState(false)
  const notes = view.notes ?? []
  const rest = notes.length - SOME
  if (!notes.length && !view.starting) return null
  return (
    <div className="notes">
      {view.starting && (
        <p className="note" role="status">
          The design service is starting. Shapes and costs appear in a few seconds.
        </p>
      )}
      {notes.slice(0, all ? notes.length : SOME).map((note, index) => (
        <div key={index} className={`finding ${note.severity}`} role={note.severity === "error" ? "alert" : "note"}>
          <span className="message">{note.message}</span>
          {note.fix && (
            <button
              type="button"
              className="fix"
              onClick={() => session.send({ do: "fix", node: null, code: note.code, label: note.label })}
            >
              {note.fix}
            </button>
          )}
        </div>
      ))}
      {rest > 0 && (
        <button type="button" className="more" onClick={() => setAll(!all)}>
          <Icon name={all ? "expand_more" : "expand_less"} />
          {all ? "fewer" : `${rest} more`}
        </button>
      )}
    </div>
  )
}

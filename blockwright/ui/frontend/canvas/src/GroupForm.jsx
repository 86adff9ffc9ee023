// The field for the name of the block that the selection is grouped into. Enter alone takes the proposed name.
import { useContext, useEffect, useRef, useState } from "react"
import { CanvasContext } from "./context.js"

export function GroupForm({ grouping }) {
  const { actions } = useContext(CanvasContext)
  const [name, setName] = useState(grouping.proposed)
  const field = useRef(null)
  useEffect(() => field.current.select(), [])
  useEffect(() => () => void actions.focusCanvas(), [actions])
  const count = grouping.nodes.length
  return (
    <form
      className="grouping"
      onSubmit={(event) => {
        event.preventDefault()
        actions.group(name)
      }}
    >
      <div className="line">
        <input
          ref={field}
          autoFocus
          value={name}
          maxLength={60}
          readOnly={grouping.waiting}
          placeholder={grouping.proposed}
          aria-label="Name of the new block"
          aria-invalid={Boolean(grouping.error)}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit">{count === 1 ? "Group 1 block" : `Group ${count} blocks`}</button>
      </div>
      {grouping.error && (
        <p className="wrong" role="alert">
          {grouping.error}
        </p>
      )}
    </form>
  )
}

// The field for the name of a block that the selection shall become. Enter alone takes the name that it proposes.
import { useContext, useEffect, useRef, useState } from "react"
import { Here } from "./here.js"

export function Naming({ naming }) {
  const { does } = useContext(Here)
  const [name, setName] = useState(naming.proposed)
  const field = useRef(null)
  useEffect(() => field.current.select(), [])
  useEffect(() => () => void does.focusBoard(), [does])
  const count = naming.nodes.length
  return (
    <form
      className="naming"
      onSubmit={(event) => {
        event.preventDefault()
        does.name(name)
      }}
    >
      <div className="line">
        <input
          ref={field}
          autoFocus
          value={name}
          maxLength={60}
          readOnly={naming.waiting}
          placeholder={naming.proposed}
          aria-label="Name of the new block"
          aria-invalid={Boolean(naming.trouble)}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit">{count === 1 ? "Make it a block" : `Make ${count} one block`}</button>
      </div>
      {naming.trouble && (
        <p className="wrong" role="alert">
          {naming.trouble}
        </p>
      )}
    </form>
  )
}

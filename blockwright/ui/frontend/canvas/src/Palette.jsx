// The palette inside the canvas: search, categories, and blocks that are dragged out, clicked, or taken by Enter.
// The field and the list are one stop of the Tab key each; the arrow keys walk through the list.
import { useContext, useMemo, useState } from "react"
import { Icon } from "./Block.jsx"
import { CanvasContext } from "./context.js"
import { matching } from "../../matching.js"

const FAR = 5

export function Palette({ palette, field }) {
  const { take, drop, hover } = useContext(CanvasContext)
  const [search, setSearch] = useState("")
  const [ghost, setGhost] = useState(null)
  const [reached, setReached] = useState(null)
  const groups = useMemo(() => matching(palette ?? [], search), [palette, search])
  const names = groups.flatMap((group) => group.blocks.map((block) => block.name))
  const stop = names.includes(reached) ? reached : names[0]

  const pull = (event, block, colour) => {
    if (event.button !== 0) return
    const begin = { x: event.clientX, y: event.clientY }
    const button = event.currentTarget
    let isDragging = false
    const move = (moved) => {
      isDragging ||= Math.hypot(moved.clientX - begin.x, moved.clientY - begin.y) > FAR
      if (!isDragging) return
      moved.preventDefault()
      setGhost({ block, colour, x: moved.clientX, y: moved.clientY })
      hover(moved.clientX, moved.clientY)
    }
    const end = (ended) => {
      window.removeEventListener("pointermove", move)
      window.removeEventListener("pointerup", end)
      window.removeEventListener("pointercancel", end)
      window.removeEventListener("keydown", escape, true)
      setGhost(null)
      if (isDragging) {
        button.addEventListener("click", (click) => click.stopPropagation(), { once: true, capture: true })
        setTimeout(() => hover(null), 0)
      }
      if (isDragging && ended.type === "pointerup") drop(block.name, ended.clientX, ended.clientY)
    }
    const escape = (pressed) => {
      if (pressed.key === "Escape") end(pressed)
    }
    window.addEventListener("pointermove", move)
    window.addEventListener("pointerup", end)
    window.addEventListener("pointercancel", end)
    window.addEventListener("keydown", escape, true)
  }

  const keys = (event) => {
    const buttons = [...event.currentTarget.querySelectorAll("button.offer")]
    const root = event.currentTarget.getRootNode()
    const index = buttons.indexOf(root.activeElement)
    if (event.key === "ArrowDown") buttons[Math.min(index + 1, buttons.length - 1)]?.focus()
    else if (event.key === "Home" && index >= 0) buttons[0].focus()
    else if (event.key === "End" && index >= 0) buttons.at(-1).focus()
    else if (event.key === "ArrowUp") (index > 0 ? buttons[index - 1] : field.current)?.focus()
    else if (event.key === "Enter" && index < 0 && search && groups.length) take(groups[0].blocks[0].name)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <div className="palette" role="group" aria-label="Blocks" onKeyDown={keys}>
      <input
        ref={field}
        type="search"
        value={search}
        placeholder="Search blocks  ( / )"
        aria-label="Search blocks"
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="offers">
        {!palette && <p className="hint">The blocks appear as soon as the design service is up.</p>}
        {palette && groups.length === 0 && (
          <p className="hint">No block matches. Search by name or by what it does, or clear the search.</p>
        )}
        {groups.map((group) => (
          <div key={group.category} role="group" aria-label={group.category} style={{ "--colour": group.colour }}>
            <div className={group.colour ? "category" : "category common"}>{group.category}</div>
            {group.blocks.map((block) => (
              <button
                key={block.name}
                type="button"
                className={block.colour ? "offer common" : "offer"}
                style={block.colour && { "--colour": block.colour }}
                tabIndex={block.name === stop ? 0 : -1}
                onFocus={() => setReached(block.name)}
                data-block={block.name}
                title={`${block.title}. ${block.summary}`}
                onPointerDown={(event) => pull(event, block, block.colour ?? group.colour)}
                onClick={() => take(block.name)}
              >
                {block.name}
              </button>
            ))}
          </div>
        ))}
      </div>
      {ghost && (
        <div className="ghost" style={{ "--colour": ghost.colour, left: ghost.x, top: ghost.y }}>
          <Icon name="add" />
          {ghost.block.name}
        </div>
      )}
    </div>
  )
}

// The buttons above the canvas; each has its key.
import { useContext, useState } from "react"
import { Icon } from "./Block.jsx"
import { Here } from "./here.js"

function Tool({ icon, label, act, off, on }) {
  return (
    <button
      type="button"
      className={`tool ${on ? "on" : ""}`}
      title={label}
      aria-label={label}
      aria-pressed={on}
      disabled={off}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  )
}

export function Tools({ view, palette, togglePalette }) {
  const { session, does } = useContext(Here)
  const [naming, setNaming] = useState(null)
  const blocks = session.blocks()
  const none = blocks.length === 0 && !view.wire
  const off = blocks.length > 0 && blocks.every((key) => view.entries.get(key).off)
  const one = blocks.length === 1 ? view.entries.get(blocks[0]) : null
  const pinned = view.nodes.some((node) => node.data.entry.at)
  const compose = (event) => {
    event.preventDefault()
    session.act({ do: "compose", nodes: session.ids(blocks), ...(naming.trim() ? { name: naming.trim() } : {}) })
    setNaming(null)
  }
  return (
    <div className="tools" role="toolbar" aria-label="Canvas">
      <Tool icon="menu" label="Show or hide the blocks" on={palette} act={togglePalette} />
      {view.inside && (
        <button type="button" className="path" onClick={() => session.act({ do: "close" })} title="Back to the whole network">
          <Icon name="arrow_back" />
          inside {view.inside}
        </button>
      )}
      <Tool icon="undo" label="Undo (Ctrl+Z)" act={() => session.act({ do: "undo" })} off={!view.undo} />
      <Tool icon="redo" label="Redo (Ctrl+Shift+Z)" act={() => session.act({ do: "redo" })} off={!view.redo} />
      <span className="between" />
      <Tool icon="cable" label="Connect the selected block (C)" act={does.link} off={!does.canLink()} on={Boolean(view.link)} />
      <Tool icon="content_copy" label="Duplicate (Ctrl+D)" act={does.duplicate} off={blocks.length === 0} />
      <Tool
        icon={off ? "toggle_off" : "toggle_on"}
        label={off ? "Switch on (E)" : "Switch off: let values pass through (E)"}
        act={does.enable}
        off={blocks.length === 0}
      />
      <Tool icon="output" label="Make it an output, or no longer (O)" act={does.output} off={blocks.length !== 1} />
      {one?.composite ? (
        <Tool icon="open_in_full" label="Open this block (Enter)" act={does.open} />
      ) : (
        <Tool icon="package_2" label="Make the selection a block of your own (G)" act={() => setNaming("")} off={blocks.length === 0} />
      )}
      <Tool icon="delete" label="Remove (Delete)" act={does.remove} off={none && view.selected.size === 0} />
      <span className="between" />
      <Tool
        icon={view.across ? "swap_vert" : "swap_horiz"}
        label={view.across ? "From top to bottom" : "From left to right"}
        act={does.turn}
      />
      <Tool icon="auto_fix_high" label="Arrange everything again (A)" act={() => session.act({ do: "arrange" })} off={!pinned} />
      <Tool icon="zoom_out" label="Smaller (-)" act={() => does.zoom(1 / 1.25)} />
      <Tool icon="zoom_in" label="Larger (+)" act={() => does.zoom(1.25)} />
      <Tool icon="fit_screen" label="Show everything (F)" act={does.fit} />
      <Tool icon="keyboard" label="Keys (?)" act={does.help} on={view.help} />
      {naming !== null && (
        <form className="naming" onSubmit={compose}>
          <input
            autoFocus
            value={naming}
            maxLength={60}
            placeholder="Name of the block, as in ResidualUnit"
            aria-label="Name of the new block"
            onChange={(event) => setNaming(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setNaming(null)}
          />
          <button type="submit">Make it a block</button>
        </form>
      )}
    </div>
  )
}

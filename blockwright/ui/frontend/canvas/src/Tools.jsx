// The buttons above the canvas; each has its key. Those without room wait behind the last one. The bar is one stop of
// the Tab key; the arrow keys walk along it.
import { useContext, useState } from "react"
import { Icon } from "./Block.jsx"
import { CanvasContext } from "./context.js"
import { GroupForm } from "./GroupForm.jsx"

const EACH = 31
const EDGES = 18
const GAPS = 28
const MORE = "more_horiz"
const PATH = { wide: 230, narrow: 118 }

function Tool({ id, icon, label, onPress, off, on, named, stop }) {
  return (
    <button
      type="button"
      role={named ? "menuitem" : undefined}
      className={`tool ${on ? "on" : ""}`}
      title={label}
      aria-label={label}
      aria-pressed={named ? undefined : on}
      tabIndex={named || stop === id ? 0 : -1}
      data-tool={id}
      disabled={off}
      onClick={onPress}
    >
      <Icon name={icon} />
      {named && <span>{label}</span>}
    </button>
  )
}

// Every tool in its order; the higher its rank, the sooner it waits in the menu. A string is a gap.
function tools(view, { session, actions }, palette) {
  const blocks = session.blocks()
  const off = blocks.length > 0 && blocks.every((key) => view.entries.get(key).off)
  const entry = blocks.length === 1 ? view.entries.get(blocks[0]) : null
  const none = view.selected.size === 0 && !view.wire
  const pinned = view.nodes.some((node) => node.data.entry.at)
  const wire = view.wire ? "Move the end of the connection to another block (C)" : "Connect the selected block (C)"
  return [
    { rank: 1, icon: "undo", label: "Undo (Ctrl+Z)", onPress: () => session.send({ do: "undo" }), off: !view.undo },
    { rank: 2, icon: "redo", label: "Redo (Ctrl+Shift+Z)", onPress: () => session.send({ do: "redo" }), off: !view.redo },
    "edit",
    { rank: 3, icon: "cable", label: wire, onPress: () => actions.link(), off: !actions.canLink(), on: Boolean(view.link) },
    { rank: 4, icon: "content_copy", label: "Duplicate (Ctrl+D)", onPress: actions.duplicate, off: blocks.length === 0 },
    {
      rank: 7,
      icon: off ? "toggle_off" : "toggle_on",
      label: off ? "Switch on (E)" : "Switch off: values pass through (E)",
      onPress: actions.enable,
      off: blocks.length === 0,
    },
    { rank: 5, icon: "output", label: "Output, on or off (O)", onPress: actions.output, off: blocks.length !== 1 },
    entry?.composite
      ? { rank: 6, icon: "open_in_full", label: "Open this block (Enter)", onPress: () => actions.open() }
      : {
          rank: 6,
          icon: "package_2",
          label: "Group the selection into a block of your own (G)",
          onPress: actions.askGroupName,
          off: blocks.length === 0,
          on: Boolean(view.grouping),
        },
    { rank: 1, icon: "delete", label: view.wire ? "Remove the connection (Delete)" : "Remove (Delete)", onPress: actions.remove, off: none },
    "look",
    {
      rank: 10,
      icon: view.across ? "swap_vert" : "swap_horiz",
      label: view.across ? "From top to bottom (T)" : "From left to right (T)",
      onPress: actions.turn,
    },
    { rank: 8, icon: "auto_fix_high", label: "Arrange everything again (A)", onPress: actions.arrange, off: !pinned },
    { rank: 9, icon: "zoom_out", label: "Zoom out (-)", onPress: () => actions.zoom(1 / 1.25) },
    { rank: 9, icon: "zoom_in", label: "Zoom in (+)", onPress: () => actions.zoom(1.25) },
    { rank: 1, icon: "fit_screen", label: "Show everything (F)", onPress: actions.fit },
    {
      rank: 2,
      icon: view.full ? "fullscreen_exit" : "fullscreen",
      label: view.full ? "Leave full screen (M)" : "Full screen (M)",
      onPress: actions.fullScreen,
    },
    { rank: 11, icon: "keyboard", label: "Keys (?)", onPress: actions.help, on: Boolean(view.help) },
    { rank: 0, icon: "menu", label: "Show or hide the blocks (B)", onPress: actions.palette, on: palette },
  ]
}

// The ranks of the tools that stand in a bar of that width; all when there is room for all.
function fitting(list, room) {
  const ranks = list.filter((tool) => tool.icon).map((tool) => tool.rank)
  if (ranks.length * EACH + GAPS <= room) return Infinity
  const sorted = ranks.sort((a, b) => a - b)
  const count = Math.max(1, Math.floor((room - EACH) / EACH))
  return sorted[count] - 1
}

export function Tools({ view, palette, width }) {
  const context = useContext(CanvasContext)
  const [more, setMore] = useState(false)
  const [reached, setReached] = useState(null)
  // A tool keeps its number, and so its focus, where its icon changes.
  const list = tools(view, context, palette).map((tool, index) => (tool.icon ? { ...tool, id: String(index) } : tool))
  const path = view.inside ? (width < 620 ? PATH.narrow : PATH.wide) : 0
  const maxRank = fitting(list, width - EDGES - path)
  const waiting = list.filter((tool) => tool.rank > maxRank)
  const usable = [list.at(-1), ...list.slice(0, -1)].filter((tool) => tool.icon && tool.rank <= maxRank && !tool.off)
  const stop = reached === MORE || usable.some((tool) => tool.id === reached) ? reached : usable[0].id
  const draw = (tool) =>
    tool.icon ? <Tool key={tool.id} {...tool} stop={stop} /> : maxRank === Infinity && <span key={tool} className="between" />
  const close = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setMore(false)
  }
  const walk = (event) => {
    const buttons = [...event.currentTarget.querySelectorAll("button[data-tool]:not(:disabled):not([role=menuitem])")]
    const index = buttons.indexOf(event.target.closest("button"))
    const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 }[event.key]
    if (index < 0 || next === undefined) return
    buttons.at(next % buttons.length).focus()
    event.preventDefault()
    event.stopPropagation()
  }
  const reach = (event) => {
    const tool = event.target.closest("button[data-tool]:not([role=menuitem])")
    if (tool) setReached(tool.dataset.tool)
  }
  return (
    <div className="tools" role="toolbar" aria-label="Canvas" onKeyDown={walk} onFocus={reach}>
      {draw(list.at(-1))}
      {view.inside && (
        <button
          type="button"
          className="path"
          style={{ maxWidth: path - 10 }}
          onClick={context.actions.close}
          title="Back to the whole network"
        >
          <Icon name="arrow_back" />
          <span>inside {view.inside}</span>
        </button>
      )}
      {list.slice(0, -1).filter((tool) => !tool.icon || tool.rank <= maxRank).map(draw)}
      {waiting.length > 0 && (
        <div
          className="others"
          onBlur={close}
          onKeyDown={(event) => {
            if (event.key !== "Escape" || !more) return
            event.stopPropagation()
            setMore(false)
          }}
        >
          <button
            type="button"
            className={`tool ${more ? "on" : ""}`}
            data-tool={MORE}
            tabIndex={stop === MORE ? 0 : -1}
            title="More"
            aria-label="More"
            aria-haspopup="menu"
            aria-expanded={more}
            onClick={() => setMore(!more)}
          >
            <Icon name={MORE} />
          </button>
          {more && (
            <div className="menu" role="menu">
              {waiting.map((tool) => (
                <Tool
                  key={tool.id}
                  {...tool}
                  named
                  onPress={() => {
                    setMore(false)
                    tool.onPress()
                  }}
                />
              ))}
            </div>
          )}
        </div>
      )}
      {view.grouping && <GroupForm key={view.grouping.nodes.join()} grouping={view.grouping} />}
    </div>
  )
}

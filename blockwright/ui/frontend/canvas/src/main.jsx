// The library of the canvas: puts itself on the window, where the component of the canvas finds it.
import { Component } from "react"
import { createRoot } from "react-dom/client"
import libraryStyle from "@xyflow/react/dist/base.css"
import { Canvas } from "./Canvas.jsx"
import { Session } from "./session.js"
import boardStyle from "./board.css"
import cardStyle from "./card.css"
import flowStyle from "./flow.css"
import messageStyle from "./messages.css"
import paletteStyle from "./palette.css"
import toolStyle from "./tools.css"

const STYLE = [libraryStyle, boardStyle, toolStyle, paletteStyle, flowStyle, cardStyle, messageStyle].join("\n")
const mounted = new WeakMap()

class Guard extends Component {
  state = { fault: null }

  static getDerivedStateFromError(fault) {
    return { fault }
  }

  render() {
    if (!this.state.fault) return this.props.children
    return (
      <p className="state" role="alert">
        The canvas could not be drawn: {String(this.state.fault.message ?? this.state.fault).slice(0, 200)}. Your design
        is kept. Choose the stack above, which shows the same design, or reload the page.
      </p>
    )
  }
}

// Draws `data` in `parent`; `deliver` sends a message to Python.
function show(parent, data, deliver) {
  if (!parent.isConnected) return
  let canvas = mounted.get(parent)
  if (!canvas) {
    const sheet = document.createElement("style")
    sheet.textContent = STYLE
    const element = document.createElement("div")
    element.className = "place"
    parent.replaceChildren(sheet, element)
    canvas = { session: new Session(), root: createRoot(element) }
    canvas.root.render(
      <Guard>
        <Canvas session={canvas.session} />
      </Guard>,
    )
    mounted.set(parent, canvas)
  }
  canvas.session.outbox.deliver = deliver
  canvas.session.show(data)
}

function close(parent) {
  const canvas = mounted.get(parent)
  if (!canvas) return
  mounted.delete(parent)
  canvas.session.close()
  canvas.root.unmount()
}

window["blockwright-canvas"] = { show, close }
window.dispatchEvent(new Event("blockwright-canvas"))

export default function () {}

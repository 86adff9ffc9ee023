// The library of the canvas and of the picture of a network: puts itself on the window, where their components find it.
import { Component } from "react"
import { createRoot } from "react-dom/client"
import libraryStyle from "@xyflow/react/dist/base.css"
import { Canvas } from "./Canvas.jsx"
import { Picture } from "./Picture.jsx"
import { Session } from "./session.js"
import boardStyle from "./board.css"
import cardStyle from "./card.css"
import flowStyle from "./flow.css"
import messageStyle from "./messages.css"
import paletteStyle from "./palette.css"
import pictureStyle from "./picture.css"
import toolStyle from "./tools.css"

const STYLE = [libraryStyle, boardStyle, toolStyle, paletteStyle, flowStyle, cardStyle, messageStyle, pictureStyle].join("\n")

class Guard extends Component {
  state = { fault: null }

  static getDerivedStateFromError(fault) {
    return { fault }
  }

  render() {
    if (!this.state.fault) return this.props.children
    return (
      <p className="state" role="alert">
        This could not be drawn: {String(this.state.fault.message ?? this.state.fault).slice(0, 200)}. Your design is kept.{" "}
        {this.props.advice}
      </p>
    )
  }
}

// The picture that Python sent, for those who draw it.
class PictureSession {
  view = null
  deliver = null

  show(data) {
    this.view = data
    this.listener?.(data)
  }

  listen(listener) {
    this.listener = listener
    return () => (this.listener = null)
  }

  close() {}
}

// What draws `data` in `parent`, where `deliver` sends a message to Python, and what ends that.
function component(createSession, View, setDeliver, advice) {
  const mounted = new WeakMap()
  return {
    show(parent, data, deliver) {
      if (!parent.isConnected) return
      let here = mounted.get(parent)
      if (!here) {
        const sheet = document.createElement("style")
        sheet.textContent = STYLE
        const element = document.createElement("div")
        element.className = "place"
        parent.replaceChildren(sheet, element)
        here = { session: createSession(), root: createRoot(element) }
        here.root.render(
          <Guard advice={advice}>
            <View session={here.session} />
          </Guard>,
        )
        mounted.set(parent, here)
      }
      setDeliver(here.session, deliver)
      here.session.show(data)
    },
    close(parent) {
      const here = mounted.get(parent)
      if (!here) return
      mounted.delete(parent)
      here.session.close()
      here.root.unmount()
    },
  }
}

const COMPONENTS = {
  "blockwright-canvas": component(
    () => new Session(),
    Canvas,
    (session, deliver) => (session.outbox.deliver = deliver),
    "Choose the stack above, which shows the same design, or reload the page.",
  ),
  "blockwright-picture": component(
    () => new PictureSession(),
    Picture,
    (session, deliver) => (session.deliver = deliver),
    "Download the picture, or reload the page.",
  ),
}
for (const [name, made] of Object.entries(COMPONENTS)) {
  window[name] = made
  window.dispatchEvent(new Event(name))
}

export default function () {}

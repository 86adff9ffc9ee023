// Hands what Python sends to the canvas library, which another component loads once (see ui/canvas/src/main.jsx).
// This script travels with every update, so it is small.
const PATIENCE = 20000
const SORRY =
  "The canvas could not be loaded. Your design is kept: reload the page, or choose the stack, which shows the same design."

export default function ({ parentElement, data: [data], setTriggerValue }) {
  const place = parentElement.querySelector(".canvas")
  const draw = () => window.blockwrightCanvas.show(place, data, (message) => setTriggerValue("deed", message))
  clearTimeout(place.wait)
  window.removeEventListener("blockwright-canvas", place.later)
  if (window.blockwrightCanvas) draw()
  else {
    place.later = () => {
      clearTimeout(place.wait)
      draw()
    }
    place.wait = setTimeout(() => (place.textContent = SORRY), PATIENCE)
    window.addEventListener("blockwright-canvas", place.later, { once: true })
  }
  return () => {
    clearTimeout(place.wait)
    window.removeEventListener("blockwright-canvas", place.later)
    window.blockwrightCanvas?.close(place)
  }
}

// Copying and pasting blocks, with the browser's clipboard or, where that is closed, within this canvas.
import { copyText, pasteEdit } from "./clipboard.js"

const PASTE_WAIT = 80

export function clipboardActions({ session, remove, showError }) {
  const view = () => session.view
  let copied = null
  let awaited = null

  const actions = {
    // Copies, and again as soon as the definitions are here that the copy needs. Gives the text.
    copy() {
      const blocks = session.blocks()
      if (!blocks.length) return null
      const { text, missing } = copyText(view(), blocks)
      copied = text
      session.onNextState = missing.length ? () => actions.complete(blocks) : null
      return text
    },
    complete(blocks) {
      const { text, missing } = copyText(view(), blocks)
      if (missing.length) return false
      copied = text
      navigator.clipboard?.writeText(text).catch(() => session.announce("The copy can be pasted on this canvas only."))
      return true
    },
    toClipboard(event, away) {
      if (event.target.closest?.("input")) return
      const text = actions.copy()
      if (!text) return
      event.clipboardData.setData("text/plain", text)
      event.preventDefault()
      const { length } = session.blocks()
      session.announce(`${length} ${length === 1 ? "block is" : "blocks are"} on the clipboard.`)
      if (away) remove()
    },
    // Where the browser tells nothing of its clipboard, what was copied here is pasted.
    awaitPaste() {
      clearTimeout(awaited)
      awaited = setTimeout(() => copied && actions.put(copied), PASTE_WAIT)
      return false
    },
    paste(event) {
      if (event.target.closest?.("input")) return
      clearTimeout(awaited)
      event.preventDefault()
      actions.put(event.clipboardData.getData("text/plain") || copied || "")
    },
    put(text) {
      const edit = pasteEdit(text, view())
      if (typeof edit === "string") showError(edit)
      else session.send(edit)
    },
  }
  return actions
}

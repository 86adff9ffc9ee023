// A button that copies a text, and says that it did.

const SECONDS_SHOWN = 2

export default function ({ parentElement, data: [data] }) {
  const button = parentElement.querySelector(".copy")
  const status = parentElement.querySelector(".copy-status")
  button.textContent = data.label
  button.onclick = async () => {
    const isCopied = await copy(data.text, parentElement)
    button.textContent = status.textContent = isCopied ? "Copied" : "Not copied: select the text and copy it"
    setTimeout(() => {
      button.textContent = data.label
      status.textContent = ""
    }, SECONDS_SHOWN * 1000)
  }
}

// A page that is not on https, as in a classroom's network, has no clipboard of its own.
async function copy(text, parent) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement("textarea")
    field.value = text
    field.style.cssText = "position:fixed;opacity:0"
    parent.append(field)
    field.select()
    const isCopied = document.execCommand("copy")
    field.remove()
    parent.querySelector(".copy").focus()
    return isCopied
  }
}

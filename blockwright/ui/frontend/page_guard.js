// A fault in the browser makes Streamlit take the whole page away: nothing but white is left, without a word. This
// notices it, loads the page again, and tells Python, which says so on the page. Where that doesn't help, it says that.
const KEY = "blockwright_reloads"
const MOST = 3
const MINUTE = 60_000

const recent = () => JSON.parse(sessionStorage.getItem(KEY) ?? "[]").filter((time) => Date.now() - time < MINUTE)

const giveUp = (root) => {
  const sentence = document.createElement("p")
  sentence.textContent =
    "This page cannot be shown in this browser. Your designs and runs are kept. Reload the page in a minute; if it " +
    "happens again, tell whoever runs this server."
  sentence.style.cssText = "margin:4rem auto;max-width:34rem;font:1rem/1.6 sans-serif;color:CanvasText"
  sentence.setAttribute("role", "alert")
  root.append(sentence)
}

const watch = () => {
  const root = document.getElementById("root")
  if (!root || window.blockwrightPageGuard) return
  window.blockwrightPageGuard = new MutationObserver(() => {
    if (root.childElementCount > 0) return
    window.blockwrightPageGuard.disconnect()
    const reloads = recent()
    if (reloads.length >= MOST) return giveUp(root)
    sessionStorage.setItem(KEY, JSON.stringify([...reloads, Date.now()]))
    window.location.reload()
  })
  window.blockwrightPageGuard.observe(root, { childList: true })
}

export default function ({ data: [data], setTriggerValue }) {
  watch()
  followPage(data.page)
  const latest = recent().at(-1)
  if (latest === undefined || sessionStorage.getItem(`${KEY}_said`) === String(latest)) return
  sessionStorage.setItem(`${KEY}_said`, String(latest))
  setTriggerValue("reloaded", latest)
}

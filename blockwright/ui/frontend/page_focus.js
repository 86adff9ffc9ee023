// A change of page removes the button that was pressed, and with it the focus: the next Tab would begin at the top of the
// browser. It goes to the heading of the new page instead, unless it is somewhere by then.
const PERIOD = 100
const PATIENCE = 30_000

const isAtRest = () => document.querySelector('[data-testid="stApp"][data-test-script-state="notRunning"]') !== null

const focusHeading = (page, deadline) => {
  if (window.blockwrightPage !== page || Date.now() > deadline) return
  if (document.activeElement !== document.body) return
  const main = document.querySelector('[data-testid="stMain"]')
  const target = main?.querySelector("h1") ?? main
  if (!target || !isAtRest()) return setTimeout(() => focusHeading(page, deadline), PERIOD)
  target.tabIndex = -1
  target.style.outline = "none"
  target.focus({ preventScroll: true })
}

const followPage = (page) => {
  const before = window.blockwrightPage
  window.blockwrightPage = page
  if (before === undefined || before === page) return
  // The pressed button is still there for a moment.
  setTimeout(() => focusHeading(page, Date.now() + PATIENCE), PERIOD)
}

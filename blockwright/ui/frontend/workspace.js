// Keeps the workspace id in a cookie for a year, so that reloads and later visits find their work again.
// Where another tab of this browser was quicker, its id is the one that counts, and Python learns it; also where the browser
// keeps no cookies.
let isReported = false

export default function ({ data: [data], setTriggerValue }) {
  const cookie = document.cookie.split("; ").find((entry) => entry.startsWith(`${data.name}=`))
  const id = cookie?.slice(data.name.length + 1)
  if (id && id !== data.id && /^[A-Za-z0-9_-]{32}$/.test(id)) {
    if (!isReported) setTriggerValue("found", id)
    isReported = true
    return
  }
  const secure = window.location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `${data.name}=${data.id}; path=/; max-age=31536000; SameSite=Lax${secure}`
  if (!isReported && !document.cookie.split("; ").includes(`${data.name}=${data.id}`)) {
    setTriggerValue("refused", true)
    isReported = true
  }
}

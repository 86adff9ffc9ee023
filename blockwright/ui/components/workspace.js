// Keeps the workspace id in a cookie for a year, so that reloads and later visits find their work again.
export default function ({ data }) {
  const secure = window.location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `${data.name}=${data.id}; path=/; max-age=31536000; SameSite=Lax${secure}`
}

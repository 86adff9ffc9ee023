// Python sends what changed since the version that it sent last; this puts it together again.

export const keyOf = (kind, id) => `${kind === "output" ? "o" : "n"}:${id}`

// The state that follows from `before` (or null where there is none); null when the message builds on another version.
export function applied(before, data) {
  if (before && data.version === before.version) return before
  if (data.base !== null && (!before || before.version !== data.base)) return null
  const isWhole = data.base === null
  const entries = isWhole ? new Map() : new Map(before.entries)
  for (const key of data.drop ?? []) entries.delete(key)
  for (const [key, fields] of Object.entries(data.set ?? {})) {
    const entry = { ...entries.get(key) }
    for (const [name, value] of Object.entries(fields)) {
      if (value === null) delete entry[name]
      else entry[name] = value
    }
    entries.set(key, entry)
  }
  const facts = isWhole ? data.facts : { ...before.facts, ...data.facts }
  return { version: data.version, facts, entries: placed(entries, data.put ?? [], data.order) }
}

// New entries go to their indices; a changed order of all is sent as a list.
function placed(entries, put, order) {
  if (put.length === 0 && !order) return entries
  if (order) {
    const all = new Map([...entries, ...put.map(([, entry]) => [keyOf(entry.kind, entry.id), entry])])
    return new Map(order.map((key) => [key, all.get(key)]))
  }
  const list = [...entries]
  for (const [index, entry] of put) list.splice(index, 0, [keyOf(entry.kind, entry.id), entry])
  return new Map(list)
}

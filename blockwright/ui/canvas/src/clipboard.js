// Nodes as text. What is pasted was written by anybody: its form is checked here, its sense in Python.

const LARGEST = 200_000
const MOST = 500

export function written(view, keys) {
  const nodes = [...view.entries]
    .filter(([key, entry]) => keys.includes(key) && entry.kind === "node")
    .map(([, entry]) => ({
      id: entry.id,
      block: entry.block,
      ...(entry.params ? { params: entry.params } : {}),
      inputs: (entry.reads ?? []).map((read) => (Array.isArray(read) ? `${read[0]}/${read[1]}` : read)),
      ...(entry.off ? { enabled: false } : {}),
      ...(entry.repeat ? { repeat: entry.repeat } : {}),
      ...(entry.shares ? { shares: entry.shares } : {}),
    }))
  return JSON.stringify({ blockwright: "nodes", nodes })
}

// The nodes in a text, or a sentence that says why there are none.
export function read(text) {
  if (text.length > LARGEST) return `Pasted text may have ${LARGEST / 1000} kB. This has ${Math.ceil(text.length / 1000)}.`
  let found
  try {
    found = JSON.parse(text)
  } catch {
    return "The clipboard holds no blocks. Copy blocks on a canvas first, with Ctrl+C."
  }
  const nodes = found?.nodes
  if (!Array.isArray(nodes) || nodes.length === 0) {
    return "The clipboard holds no blocks. Copy blocks on a canvas first, with Ctrl+C."
  }
  if (nodes.length > MOST) return `Up to ${MOST} blocks can be pasted at once. The clipboard holds ${nodes.length}.`
  return nodes
}

// Nodes as text, with what the design's composite blocks among them are made of. What is pasted was written by anybody: its
// form is checked here, its sense in Python.

const LARGEST = 500_000
const MOST = 500
const NOTHING = "The clipboard holds no blocks. Copy blocks on a canvas first, with Ctrl+C."

const definition = (view, name) => view[`made of ${name}`]

// {text, missing}: the chosen nodes, and the names of blocks whose definition has not arrived here yet.
export function copyText(view, keys) {
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
  const composites = {}
  const missing = []
  const waiting = nodes.map((node) => node.block)
  while (waiting.length) {
    const name = waiting.pop()
    if (name in composites || definition(view, name) === undefined || missing.includes(name)) continue
    if (definition(view, name)) {
      composites[name] = definition(view, name)
      waiting.push(...composites[name].nodes.map((node) => node.block))
    } else missing.push(name)
  }
  const own = Object.keys(composites).length ? { composites } : {}
  const values = view.values ? { values: view.values } : {}
  return { text: JSON.stringify({ blockwright: "nodes", nodes, ...own, ...values }), missing }
}

// The edit that pastes a text into what is shown, or a sentence that says why nothing can be pasted.
export function pasteEdit(text, view) {
  if (text.length > LARGEST) return `Pasted text may have ${LARGEST / 1000} kB. This has ${Math.ceil(text.length / 1000)}.`
  let copied
  try {
    copied = JSON.parse(text)
  } catch {
    return NOTHING
  }
  const nodes = copied?.nodes
  if (!Array.isArray(nodes) || nodes.length === 0) return NOTHING
  if (nodes.length > MOST) return `Up to ${MOST} blocks can be pasted at once. The clipboard holds ${nodes.length}.`
  const composites = unknownDefinitions(copied.composites, view)
  return {
    op: "paste",
    nodes: nodes.map((node) => withoutOuterArguments(node, copied.values, view.values)),
    ...(composites ? { composites } : {}),
  }
}

// The definitions that are not here with the same content.
function unknownDefinitions(composites, view) {
  if (typeof composites !== "object" || composites === null || Array.isArray(composites)) return composites
  const isHere = (name, content) => JSON.stringify(definition(view, name)) === JSON.stringify(content)
  const unknown = Object.entries(composites).filter(([name, content]) => !isHere(name, content))
  return unknown.length ? Object.fromEntries(unknown) : null
}

// An argument of the block that was copied from stands for its default wherever there is no such argument.
function withoutOuterArguments(node, values, own) {
  if (!values || typeof node?.params !== "object" || node.params === null) return node
  const params = Object.entries(node.params).map(([name, value]) => {
    const argument = value?.param
    return [name, typeof argument === "string" && argument in values && !(own && argument in own) ? values[argument] : value]
  })
  return { ...node, params: Object.fromEntries(params) }
}

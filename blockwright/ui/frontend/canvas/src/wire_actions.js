// Connecting blocks, moving the ends of connections and removing them, by mouse and by key.
import { spokenText } from "./graph.js"
import { possibleSources, possibleTargets } from "./keyboard_navigation.js"

const MOVED = 24
const CYCLE = "That connection would create a cycle, so it was not made."

const handle = (id) => Number(id?.slice(1) ?? 0)
const point = (event) => event.changedTouches?.[0] ?? event

// The name of a result: "lstm", or "lstm/1" for the second one.
const resultName = (id, port) => (port ? `${id}/${port}` : id)

// A wire from a result to the reading end `key`: a node, or an output, which is named by the result that it is.
const wireTo = (from, key, slot) => ({ from, to: key.slice(2), slot, isOutput: key.startsWith("o:") })

// The edits that connect and disconnect a wire.
const connecting = ({ from, to, slot, isOutput }) =>
  isOutput ? { op: "replace_output", output: to, from } : { op: "wire", from, to, slot }
const disconnecting = ({ from, to, slot, isOutput }) =>
  isOutput ? { op: "remove_output", output: to } : { op: "unwire", from, to, slot }

// The edit that puts a new block or a node into a wire.
const splicing = ({ from, to, slot, isOutput }, what) =>
  isOutput && what.block ? { op: "extend_output", ...what, output: to } : { op: "splice", ...what, from, to, slot }

export function wireActions({ session, flow, root, inside, under, bring, ask, showError }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  let rewiring = null

  const edge = (id) => view().edges.find((edge) => edge.id === id)
  const wireOf = (id) => {
    const { data, target } = edge(id)
    return wireTo(resultName(data.from, data.port), target, data.slot)
  }
  const freeSlot = (key, slot) => (slot < (entry(key).reads?.length ?? 0) ? slot : null)
  // What the new wire would push out of its place; null where it takes a free one, or the same wire is there.
  const pushedOut = ({ from, to, slot, isOutput }) => {
    if (isOutput) return null
    const { reads = [], takes = [1, 1] } = entry(`n:${to}`)
    const place = slot ?? (takes[1] === 1 && reads.length ? 0 : null)
    if (place === null || place >= reads.length) return null
    const old = Array.isArray(reads[place]) ? resultName(...reads[place]) : reads[place]
    return old === from ? null : { slot: place, old }
  }
  // Where the place is taken, asks whether both are to be merged. `before` is sent with what is chosen.
  const makeWire = (wire, before = []) => {
    const pushed = pushedOut(wire)
    if (pushed) session.update({ merging: { ...wire, ...pushed, before }, announcement: `"${wire.to}" already reads "${pushed.old}".` })
    else session.send(before.length ? [...before, connecting(wire)] : connecting(wire))
  }
  const connect = (from, port, key, slot) => makeWire(wireTo(resultName(from.slice(2), port), key, freeSlot(key, slot)))
  const disconnect = (id) => session.send(disconnecting(wireOf(id)))
  const insertInto = (id, what) => session.send(splicing(wireOf(id), what))

  const rewire = (id, source, port, key, slot) => {
    const { data, target, source: oldSource } = edge(id)
    const isSameTarget = target === key
    if (isSameTarget && oldSource === source && data.port === port && data.slot === slot) return
    const newSlot = isSameTarget ? (slot === Infinity ? data.slot : slot) : freeSlot(key, slot)
    const before = wireOf(id)
    const after = wireTo(resultName(source.slice(2), port), key, newSlot)
    if (!isSameTarget) makeWire(after, [disconnecting(before)])
    else if (after.isOutput) session.send(connecting(after))
    else session.send({ op: "rewire", from: before.from, to: before.to, slot: before.slot, new: after.from, new_slot: newSlot })
  }

  const dropTarget = (event) => {
    const { clientX, clientY } = point(event)
    if (!inside(clientX, clientY)) return null
    return { x: clientX, y: clientY, key: under(clientX, clientY, ".react-flow__node")?.dataset.id ?? null }
  }

  const actions = {
    connected({ source, sourceHandle, target, targetHandle }) {
      connect(source, handle(sourceHandle), target, handle(targetHandle))
    },
    // A wire dropped on a block goes to its first free place; dropped elsewhere it asks for the next block.
    connectEnded(event, state) {
      if (rewiring || state.isValid || !state.fromHandle) return
      const target = dropTarget(event)
      if (!target) return
      const from = state.fromNode.id
      const port = handle(state.fromHandle.id)
      if (state.fromHandle.type === "target") {
        if (!target.key || target.key === from) return
        if (possibleSources(view(), from).includes(target.key)) connect(target.key, 0, from, port)
        else showError(CYCLE)
      } else if (!target.key) {
        const { x, y } = flow.screenToFlowPosition({ x: target.x, y: target.y })
        ask({ from: resultName(from.slice(2), port), at: [Math.round(x), Math.round(y)] })
      } else if (target.key !== from) {
        if (possibleTargets(view(), from).includes(target.key)) connect(from, port, target.key, Infinity)
        else showError(CYCLE)
      }
    },

    reconnectStarted(event) {
      rewiring = point(event)
    },
    reconnected(old, { source, sourceHandle, target, targetHandle }) {
      rewire(old.id, source, handle(sourceHandle), target, handle(targetHandle))
    },
    // The end of a wire dropped on a block goes to a free place there; dropped elsewhere the wire is removed.
    reconnectEnded(event, old, fixed, state) {
      const { clientX, clientY } = rewiring ?? { clientX: 0, clientY: 0 }
      rewiring = null
      if (state.isValid || !edge(old.id)) return
      const target = dropTarget(event)
      if (!target) return
      const reads = fixed === "source"
      if (!target.key) {
        if (Math.hypot(target.x - clientX, target.y - clientY) > MOVED) disconnect(old.id)
      } else if (target.key === (reads ? old.target : old.source)) return
      else if (reads && possibleTargets(view(), old.source).includes(target.key)) {
        rewire(old.id, old.source, old.data.port, target.key, Infinity)
      } else if (!reads && possibleSources(view(), old.target).includes(target.key)) {
        rewire(old.id, target.key, 0, old.target, old.data.slot)
      } else showError(CYCLE)
    },

    canLink: () => Boolean(view().wire) || (view().selected.size === 1 && [...view().selected][0].startsWith("n:")),
    // From a block: a wire to another one, or with `back` from another one. From a wire: its reading or its giving end.
    link(back = false) {
      if (view().link) return actions.unlink()
      if (!actions.canLink()) return showError("Select the block to connect first, or a connection.")
      const wire = edge(view().wire)
      const fixed = wire ? (back ? wire.target : wire.source) : [...view().selected][0]
      const choice = back ? possibleSources(view(), fixed) : possibleTargets(view(), fixed)
      if (!choice.length) return showError(`There is no block that this one can be connected ${back ? "from" : "to"}.`)
      const near = wire ? (back ? wire.source : wire.target) : back ? null : (view().readers.get(fixed) ?? [])[0]
      session.update({ link: { back, fixed, wire: wire?.id ?? null, choice, at: near ?? null } })
      root.current.focus({ preventScroll: true })
      return actions.aim(1)
    },
    aim(by) {
      const { choice, at } = view().link
      const index = choice.includes(at) ? choice.indexOf(at) + by : by > 0 ? 0 : -1
      const next = choice[(index + choice.length) % choice.length]
      session.update({ link: { ...view().link, at: next } })
      session.announce(spokenText(entry(next)))
      bring(next)
    },
    linkHere() {
      const { back, fixed, wire, at } = view().link
      actions.unlink()
      if (!at) return
      if (!wire && back) connect(at, 0, fixed, Infinity)
      else if (!wire) connect(fixed, 0, at, Infinity)
      else if (!edge(wire)) return
      else if (back) rewire(wire, at, 0, fixed, edge(wire).data.slot)
      else rewire(wire, fixed, edge(wire).data.port, at, Infinity)
    },
    unlink: () => session.update({ link: null }),
    // What becomes of a wire whose place is taken: `block` merges both; without one, the old wire goes.
    merge(block) {
      const { from, to, slot, before } = view().merging
      actions.cancelMerge()
      session.send([...before, block ? { op: "merge", from, to, slot, block } : { op: "wire", from, to, slot }])
    },
    cancelMerge() {
      session.update({ merging: null })
      root.current.focus({ preventScroll: true })
    },
    prompt() {
      const { back, fixed, wire, at } = view().link
      const [from, to] = (back ? [at, fixed] : [fixed, at]).map((key) => entry(key)?.id ?? "…")
      return `${wire ? "Move the connection from" : "Connect"} ${from} to ${to}: arrows choose, Enter connects, Escape cancels.`
    },

    nextWire() {
      const [key] = view().selected.size ? view().selected : [edge(view().wire)?.target]
      if (!key) return
      const own = view().edges.filter((edge) => edge.target === key || edge.source === key)
      own.sort((a, b) => (b.target === key) - (a.target === key))
      const index = own.findIndex((edge) => edge.id === view().wire)
      if (own.length) session.selectWire(own[(index + 1) % own.length].id)
    },
  }
  return { actions, disconnect, insertInto }
}

// Drawing wires, taking their ends elsewhere and cutting them, by mouse and by key.
import { spoken } from "./graph.js"
import { givers, readable } from "./keyboard_navigation.js"

const MOVED = 24
const CIRCLE = "That wire would make a circle, so it was not drawn."

const handle = (id) => Number(id?.slice(1) ?? 0)
const point = (event) => event.changedTouches?.[0] ?? event

// The reading end of a wire: a node, or an output, which is named by what it gives.
const end = (key) => (key.startsWith("o:") ? { to: key.slice(2), output: true } : { to: key.slice(2) })

export function wiring({ session, flow, root, inside, under, bring, ask, complain }) {
  const view = () => session.view
  const entry = (key) => view().entries.get(key)
  let rewiring = null

  const edge = (id) => view().edges.find((one) => one.id === id)
  const cut = (id) => {
    const { data, target } = edge(id)
    return { from: data.from, port: data.port, ...end(target), slot: data.slot }
  }
  const free = (key, slot) => (slot < (entry(key).reads?.length ?? 0) ? slot : null)
  const connect = (from, port, key, slot) =>
    session.act({ do: "connect", from: from.slice(2), port, ...end(key), slot: free(key, slot) })

  const rewire = (id, source, port, key, slot) => {
    const old = edge(id)
    const same = old.target === key
    if (same && old.source === source && old.data.port === port && old.data.slot === slot) return
    const place = same ? (slot === Infinity ? old.data.slot : slot) : free(key, slot)
    session.act({ do: "reconnect", ...cut(id), new: { from: source.slice(2), port, ...end(key), slot: place } })
  }

  const found = (event) => {
    const { clientX, clientY } = point(event)
    if (!inside(clientX, clientY)) return null
    return { x: clientX, y: clientY, key: under(clientX, clientY, ".react-flow__node")?.dataset.id ?? null }
  }

  const does = {
    connected({ source, sourceHandle, target, targetHandle }) {
      connect(source, handle(sourceHandle), target, handle(targetHandle))
    },
    // A wire that ends on a block itself goes to its first free place; in the open it asks for the next block.
    connectEnded(event, state) {
      if (rewiring || state.isValid || !state.fromHandle) return
      const here = found(event)
      if (!here) return
      const from = state.fromNode.id
      const port = handle(state.fromHandle.id)
      if (state.fromHandle.type === "target") {
        if (!here.key || here.key === from) return
        if (givers(view(), from).includes(here.key)) connect(here.key, 0, from, port)
        else complain(CIRCLE)
      } else if (!here.key) {
        const { x, y } = flow.screenToFlowPosition({ x: here.x, y: here.y })
        ask({ from: from.slice(2), port, at: [Math.round(x), Math.round(y)] })
      } else if (here.key !== from) {
        if (readable(view(), from).includes(here.key)) connect(from, port, here.key, Infinity)
        else complain(CIRCLE)
      }
    },

    reconnectStarted(event) {
      rewiring = point(event)
    },
    reconnected(old, { source, sourceHandle, target, targetHandle }) {
      rewire(old.id, source, handle(sourceHandle), target, handle(targetHandle))
    },
    // The end of a wire that is let go on a block goes to a free place there; in the open the wire is cut.
    reconnectEnded(event, old, fixed, state) {
      const { clientX, clientY } = rewiring ?? { clientX: 0, clientY: 0 }
      rewiring = null
      if (state.isValid || !edge(old.id)) return
      const here = found(event)
      if (!here) return
      const reads = fixed === "source"
      if (!here.key) {
        if (Math.hypot(here.x - clientX, here.y - clientY) > MOVED) session.act({ do: "disconnect", ...cut(old.id) })
      } else if (here.key === (reads ? old.target : old.source)) return
      else if (reads && readable(view(), old.source).includes(here.key)) {
        rewire(old.id, old.source, old.data.port, here.key, Infinity)
      } else if (!reads && givers(view(), old.target).includes(here.key)) {
        rewire(old.id, here.key, 0, old.target, old.data.slot)
      } else complain(CIRCLE)
    },

    canLink: () => Boolean(view().wire) || (view().selected.size === 1 && [...view().selected][0].startsWith("n:")),
    // From a block: a wire to another one, or with `back` from another one. From a wire: its reading or its giving end.
    link(back = false) {
      if (view().link) return does.unlink()
      if (!does.canLink()) return complain("Select one block first; the wire begins there. Or select a wire.")
      const wire = edge(view().wire)
      const fixed = wire ? (back ? wire.target : wire.source) : [...view().selected][0]
      const choice = back ? givers(view(), fixed) : readable(view(), fixed)
      if (!choice.length) return complain(`There is no block that could ${back ? "be read by" : "read"} this one.`)
      const near = wire ? (back ? wire.source : wire.target) : back ? null : (view().readers.get(fixed) ?? [])[0]
      session.update({ link: { back, fixed, wire: wire?.id ?? null, choice, at: near ?? null } })
      root.current.focus({ preventScroll: true })
      return does.aim(1)
    },
    aim(by) {
      const { choice, at } = view().link
      const place = choice.includes(at) ? choice.indexOf(at) + by : by > 0 ? 0 : -1
      const next = choice[(place + choice.length) % choice.length]
      session.update({ link: { ...view().link, at: next } })
      session.say(spoken(entry(next)))
      bring(next)
    },
    linkHere() {
      const { back, fixed, wire, at } = view().link
      does.unlink()
      if (!at) return
      if (!wire && back) connect(at, 0, fixed, Infinity)
      else if (!wire) connect(fixed, 0, at, Infinity)
      else if (!edge(wire)) return
      else if (back) rewire(wire, at, 0, fixed, edge(wire).data.slot)
      else rewire(wire, fixed, edge(wire).data.port, at, Infinity)
    },
    unlink: () => session.update({ link: null }),
    prompt() {
      const { back, fixed, wire, at } = view().link
      const [from, to] = (back ? [at, fixed] : [fixed, at]).map((key) => entry(key)?.id ?? "…")
      return `${wire ? "Take the wire" : "Wire"} from ${from} to ${to}: arrows choose, Enter connects, Escape cancels.`
    },

    nextWire() {
      const [key] = view().selected.size ? view().selected : [edge(view().wire)?.target]
      if (!key) return
      const own = view().edges.filter((one) => one.target === key || one.source === key)
      own.sort((one, other) => (other.target === key) - (one.target === key))
      const place = own.findIndex((one) => one.id === view().wire)
      if (own.length) session.selectWire(own[(place + 1) % own.length].id)
    },
  }
  return { does, cut }
}

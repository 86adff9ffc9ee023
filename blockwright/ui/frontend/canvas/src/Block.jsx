// What one block, one input or one output looks like. Text only: what people typed is never markup.
import { Fragment, memo, useContext } from "react"
import { Handle, Position } from "@xyflow/react"
import { badges, described, results, slots, spread, worst } from "./graph.js"
import { CanvasContext } from "./context.js"
import { Layers } from "./Layers.jsx"

const MEANINGS = { frozen: "Frozen: training leaves its weights as they are" }
const MARKS = { error: "error", warning: "warning", note: "info" }

export const Icon = ({ name }) => (
  <span className="icon" aria-hidden="true">
    {name}
  </span>
)

// A name that may go on in the next line behind each of its words, none of which is torn.
const Broken = ({ text }) =>
  text.split(/(?<=[_./-])/).map((word, index) => (
    <Fragment key={index}>
      {index > 0 && <wbr />}
      <span className="word">{word}</span>
    </Fragment>
  ))

function Ends({ entry, across }) {
  const ins = slots(entry)
  const outs = results(entry)
  const reads = entry.reads?.length ?? 0
  const style = (index, count) => (across ? { top: `${spread(index, count)}%` } : { left: `${spread(index, count)}%` })
  return (
    <>
      {Array.from({ length: ins }, (_, index) => (
        <Handle
          key={`i${index}`}
          id={`i${index}`}
          type="target"
          className={index < reads ? "taken" : "open"}
          position={across ? Position.Left : Position.Top}
          style={style(index, ins)}
        />
      ))}
      {Array.from({ length: outs }, (_, index) => (
        <Handle
          key={`o${index}`}
          id={`o${index}`}
          type="source"
          position={across ? Position.Right : Position.Bottom}
          style={style(index, outs)}
          title={outs > 1 ? `result ${index + 1}` : undefined}
        />
      ))}
    </>
  )
}

export function Findings({ entry, keyed, all }) {
  const { session } = useContext(CanvasContext)
  const shown = all ? entry.findings : [worst(entry)].filter(Boolean)
  const rest = all ? 0 : entry.findings.length - shown.length
  return shown.map((finding, index) => (
    <div key={index} className={`finding ${finding.severity}`}>
      <span className="message" title={finding.message}>
        {finding.message}
        {rest > 0 && index === 0 ? ` (and ${rest} more)` : ""}
      </span>
      {finding.fix && (
        <button
          type="button"
          className="fix nodrag"
          title={finding.fix}
          onClick={(event) => {
            event.stopPropagation()
            session.send({ do: "fix", node: keyed.slice(2), code: finding.code, label: finding.label })
          }}
        >
          {finding.fix}
        </button>
      )}
    </div>
  ))
}

export const Block = memo(function Block({ id, data, selected }) {
  const { entry, across } = data
  const { session } = useContext(CanvasContext)
  const shown = badges(entry)
  const error = worst(entry)
  const mild = !error && entry.severity
  const kinds = [entry.kind, entry.severity ?? "", entry.off ? "off" : "", entry.grey ? "grey" : "", selected ? "chosen" : ""]
  return (
    <div className={`card ${kinds.join(" ")}`} data-id={entry.id} style={{ "--colour": entry.colour }}>
      <div className="plain">
        <div className="top">
          {entry.unfolds && (
            <button
              type="button"
              className="unfold nodrag"
              tabIndex={-1}
              title={entry.layers ? "Hide the layers inside (U)" : "Show the layers inside (U)"}
              aria-label={`${entry.layers ? "Hide" : "Show"} the layers inside ${entry.id}`}
              aria-expanded={Boolean(entry.layers)}
              onClick={(event) => {
                event.stopPropagation()
                session.send({ do: "unfold", node: entry.id })
              }}
            >
              <Icon name={entry.layers ? "expand_more" : "chevron_right"} />
            </button>
          )}
          <span className="name" title={entry.id}>
            <Broken text={entry.id} />
          </span>
          <span className="block">{entry.block ?? entry.kind}</span>
          {mild && (
            <span className={`mark ${mild}`} title={entry.findings.map((finding) => finding.message).join("\n")}>
              <Icon name={MARKS[mild]} />
            </span>
          )}
        </div>
        {entry.kind === "node" && (
          <div className="params" title={described(entry)}>
            {described(entry)}
          </div>
        )}
        <div className="figures">
          <span className="shape">{entry.shape ?? "–"}</span>
          <span className="cost">{entry.kind === "input" ? entry.words : entry.cost}</span>
        </div>
        {shown.length > 0 && (
          <div className="badges">
            {shown.map((badge) =>
              badge === "opens" ? (
                <button
                  key={badge}
                  type="button"
                  className="badge nodrag"
                  onClick={() => session.send({ do: "open", node: entry.id })}
                >
                  open
                </button>
              ) : (
                <span key={badge} className="badge" title={MEANINGS[badge] ?? badge}>
                  {badge === "frozen" && <Icon name="ac_unit" />}
                  {badge}
                </span>
              ),
            )}
          </div>
        )}
      </div>
      {entry.layers && <Layers inside={entry.layers} across={across} />}
      {error && <Findings entry={entry} keyed={id} />}
      {mild && selected && (
        <div className="hanging">
          <Findings entry={entry} keyed={id} all />
        </div>
      )}
      <Ends entry={entry} across={across} />
    </div>
  )
})

export const Output = memo(function Output({ data, selected }) {
  const { entry, across } = data
  const kinds = [entry.grey ? "grey" : "", selected ? "chosen" : ""]
  return (
    <div className={`card output ${kinds.join(" ")}`} data-output={entry.id} style={{ "--colour": entry.colour }}>
      <div className="plain">
        <div className="top">
          <span className="name" title={entry.id}>
            <Broken text={entry.id} />
          </span>
          <span className="block">output</span>
        </div>
        <div className="figures">
          <span className="shape">{entry.shape ?? "–"}</span>
        </div>
      </div>
      <Ends entry={entry} across={across} />
    </div>
  )
})

// What a component sends to Python. One message is on its way at a time: actions that come meanwhile follow with the
// next one, in order. A message is sent again until Python acknowledges its number, so none is lost.

const RETRY_AFTER = 4000

export class Outbox {
  constructor() {
    this.queue = []
    this.sent = null
    this.number = 0
  }

  // Whether anything is not yet acknowledged.
  get isWaiting() {
    return Boolean(this.sent) || this.queue.length > 0
  }

  // Sends an action: an edit, a list of edits that are one step, or a command. Of several selections in a row the last counts.
  add(action) {
    if (action.do === "select" && this.queue.at(-1)?.do === "select") this.queue.pop()
    this.queue.push(action)
    this.flush()
  }

  // Asks for everything, once.
  requestAll() {
    if (!this.queue.some((action) => action.do === "resend")) this.add({ do: "resend" })
  }

  // Takes the number of the last message that Python carried out.
  acknowledge(number) {
    if (!this.sent || number < this.sent.number) return
    this.sent = null
    clearTimeout(this.retry)
  }

  flush() {
    if (this.sent || this.queue.length === 0) return
    this.number = Math.max(Date.now(), this.number + 1)
    this.sent = { number: this.number, actions: this.queue.splice(0) }
    this.post()
  }

  post() {
    this.deliver(this.sent)
    clearTimeout(this.retry)
    this.retry = setTimeout(() => this.sent && this.post(), RETRY_AFTER)
  }

  close() {
    clearTimeout(this.retry)
  }
}

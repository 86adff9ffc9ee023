// What every part of the canvas may need: the session, and what can be done in it.
import { createContext } from "react"

export const Here = createContext(null)

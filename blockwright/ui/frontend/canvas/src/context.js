// What every part of the canvas may need: the session, and its actions.
import { createContext } from "react"

export const CanvasContext = createContext(null)

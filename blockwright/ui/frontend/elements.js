// Stands before the scripts of the components that build their content by hand. Text is only ever set as text.

export function make(tag, className, text) {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

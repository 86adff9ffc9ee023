// Which blocks of a palette fit what is searched for: every searched word occurs in the name, the title or the summary,
// the nearest names first. A word may also stand in the name of the category, as long as no block is called so.
const [EXACT, BEGINNING, NAME, SUMMARY, CATEGORY] = [0, 1, 2, 3, 4]

export const COMPOSITES = "Composite blocks"

// palette: [{category, colour, blocks: [{name, title, summary}]}]; gives the same with the blocks that fit.
export function matching(palette, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const rated = palette
    .map((group) => ({ group, blocks: fitting(group, words) }))
    .filter(({ blocks }) => blocks.length)
  const nearest = Math.min(CATEGORY, ...rated.map(({ blocks }) => blocks[0].distance))
  const farthest = nearest > NAME ? CATEGORY : SUMMARY
  const apart = ({ group, blocks }) => (group.category === COMPOSITES ? -1 : blocks[0].distance)
  return rated
    .sort((one, other) => apart(one) - apart(other))
    .map(({ group, blocks }) => ({
      ...group,
      blocks: blocks.filter(({ distance }) => distance <= farthest).map(({ block }) => block),
    }))
    .filter((group) => group.blocks.length)
}

function fitting({ category, blocks }, words) {
  return blocks
    .map((block) => ({ block, distance: far(block, category, words) }))
    .filter(({ distance }) => distance !== null)
    .sort((one, other) => one.distance - other.distance)
}

// How far a block is from the searched words; null where they do not all occur.
function far(block, category, words) {
  const name = block.name.toLowerCase()
  const about = `${block.name} ${block.title} ${block.summary}`.toLowerCase()
  const all = (text) => words.every((word) => text.includes(word))
  if (!words.length || name === words.join("")) return EXACT
  if (all(name)) return name.startsWith(words[0]) ? BEGINNING : NAME
  if (all(about)) return SUMMARY
  return all(`${about} ${category.toLowerCase()}`) ? CATEGORY : null
}

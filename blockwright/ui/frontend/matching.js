// What a palette shows. Without a search: the blocks of the design, the common ones, and the others by category.
// Searched for: every word occurs in the name, a synonym, the title or the summary, the nearest names first. A word may
// also stand in the name of the category, as long as no block is called so.
const [EXACT, BEGINNING, NAME, SYNONYM, SUMMARY, CATEGORY] = [0, 1, 2, 3, 4, 5]

export const COMPOSITES = "Composite blocks"
export const COMMON = "Common"

// palette: [{category, colour, blocks: [{name, title, summary, synonyms, common}]}]; gives the groups that are shown.
export function matching(palette, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.length) return browsed(palette)
  const rated = palette
    .map((group) => ({ group, blocks: fitting(group, words) }))
    .filter(({ blocks }) => blocks.length)
  const nearest = Math.min(CATEGORY, ...rated.map(({ blocks }) => blocks[0].distance))
  const farthest = nearest > SYNONYM ? CATEGORY : SUMMARY
  const apart = ({ group, blocks }) => (group.category === COMPOSITES ? -1 : blocks[0].distance)
  return rated
    .sort((one, other) => apart(one) - apart(other))
    .map(({ group, blocks }) => ({
      ...group,
      blocks: blocks.filter(({ distance }) => distance <= farthest).map(({ block }) => block),
    }))
    .filter((group) => group.blocks.length)
}

// Every block once; a common one carries the colour of its category.
function browsed(palette) {
  const isCommon = (block) => block.common !== undefined
  const common = palette
    .flatMap(({ colour, blocks }) => blocks.filter(isCommon).map((block) => ({ ...block, colour })))
    .sort((one, other) => one.common - other.common)
  const others = palette.map((group) => ({ ...group, blocks: group.blocks.filter((block) => !isCommon(block)) }))
  const own = others.filter((group) => group.category === COMPOSITES)
  const rest = others.filter((group) => group.category !== COMPOSITES)
  return [...own, { category: COMMON, blocks: common }, ...rest].filter((group) => group.blocks.length)
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
  const synonyms = block.synonyms ?? []
  const about = `${block.name} ${block.title} ${block.summary}`.toLowerCase()
  const all = (text) => words.every((word) => text.includes(word))
  const begins = (text) => words.every((word) => text.split(/[\s-]/).some((part) => part.startsWith(word)))
  if (name === words.join("") || synonyms.includes(words.join(" "))) return EXACT
  if (all(name)) return name.startsWith(words[0]) ? BEGINNING : NAME
  if (synonyms.some((synonym) => begins(synonym) || synonym.startsWith(words.join(" ")))) return SYNONYM
  if (all(about)) return SUMMARY
  return all(`${about} ${category.toLowerCase()}`) ? CATEGORY : null
}

// Builds the canvas: node build.mjs [folder]. Without a folder it writes what the app uses, and the licences beside this.
import { createHash } from "node:crypto"
import { readFileSync, readdirSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"

const here = dirname(fileURLToPath(import.meta.url))
const goal = resolve(process.argv[2] ?? join(here, ".."))
const beside = process.argv[2] ? goal : here

// The digest of everything that the bundle is made from; the same is computed in tests/ui/frontend/test_canvas_bundle.py.
function digest() {
  const sources = readdirSync(join(here, "src")).filter((name) => !name.endsWith(".test.js"))
  const shared = ["../matching.js", "../outbox.js", "../patch.js"]
  const names = ["build.mjs", "package-lock.json", "package.json", ...shared, ...sources.map((name) => `src/${name}`)]
  const hash = createHash("sha256")
  for (const name of names.sort()) hash.update(`${name}\n`).update(readFileSync(join(here, name)))
  return hash.digest("hex")
}

// The packages whose files went into the bundle, each with its version and its licence; with what they depend on, as some
// packages contain theirs in the very file that they publish. Packages of types contain no code.
function packages(metafile) {
  const names = new Set()
  for (const input of Object.keys(metafile.inputs)) {
    const found = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(input)
    if (found) names.add(found[1])
  }
  for (const name of names) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"), "utf8"))
    for (const other of Object.keys(dependencies)) if (!other.startsWith("@types/")) names.add(other)
  }
  return [...names].sort().map((name) => {
    const folder = join(here, "node_modules", name)
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    const file = readdirSync(folder).find((one) => /^licen[sc]e/i.test(one))
    return { name, version, license, text: file ? readFileSync(join(folder, file), "utf8").trim() : "" }
  })
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.jsx"],
  bundle: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  minify: true,
  charset: "utf8",
  legalComments: "none",
  loader: { ".css": "text" },
  define: { "process.env.NODE_ENV": '"production"' },
  metafile: true,
  write: false,
  logLevel: "warning",
})
const used = packages(result.metafile)
const missing = used.filter((one) => !one.text).map((one) => one.name)
if (missing.length) throw new Error(`There is no licence text for ${missing.join(", ")}.`)
const listed = used.map((one) => ` * ${one.name} ${one.version} (${one.license})`).join("\n")
const banner = `// sources sha256 ${digest()}\n/*! Built by blockwright/ui/frontend/canvas/build.mjs; contains, under their licences (texts in blockwright/ui/frontend/canvas/LICENSES):\n${listed}\n */\n`
writeFileSync(join(goal, "canvas_library.js"), banner + result.outputFiles[0].text)
const line = "=".repeat(80)
const texts = used.map((one) => `${one.name} ${one.version} (${one.license})\n\n${one.text}\n`)
writeFileSync(join(beside, "LICENSES"), texts.join(`\n${line}\n\n`))

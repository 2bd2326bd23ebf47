// Writes NOTICES.txt: the licence of every Go module in the built program, of every
// npm package in its user interface, and of the browser library it serves.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join, dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const run = (cmd, args, cwd = root) => execFileSync(cmd, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 })

/** The licence texts at the top of a folder; NOTICE files belong to them. */
function texts(dir) {
  return readdirSync(dir)
    .filter(name => /^(licen[cs]e|copying|notice|unlicense)/i.test(name) && statSync(join(dir, name)).isFile())
    .sort()
    .map(name => readFileSync(join(dir, name), 'utf8').replaceAll('\r\n', '\n').trim())
}

function goModules() {
  const entries = [{ name: 'Go standard library', version: '', texts: texts(run('go', ['env', 'GOROOT']).trim()) }]
  // "dep path version hash"; a "=>" line after one names what stood in for it.
  const modules = []
  for (const line of run('go', ['version', '-m', 'build/bin/sidetrack']).split('\n')) {
    const [, kind, path, version] = line.split('\t')
    if (kind === 'dep') modules.push({ path, version })
    if (kind === '=>') modules[modules.length - 1] = { path, version }
  }
  for (const { path, version } of modules) {
    const { Dir } = JSON.parse(run('go', ['mod', 'download', '-json', `${path}@${version}`]))
    entries.push({ name: path, version, texts: texts(Dir) })
  }
  return entries
}

function npmPackages() {
  const lock = JSON.parse(readFileSync(join(root, 'frontend/package-lock.json'), 'utf8'))
  const entries = []
  for (const [path, info] of Object.entries(lock.packages)) {
    const dir = join(root, 'frontend', path)
    // Types and optional packages for other systems are in the lock but not in the page.
    if (!path || info.dev || info.devOptional || info.link || !existsSync(dir)) continue
    const found = texts(dir)
    const { license = 'no licence named' } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'))
    entries.push({ name: path.split('node_modules/').pop(), version: info.version, texts: found.length ? found : [`${license} (the package carries no licence text)`] })
  }
  return entries
}

function browserLibrary() {
  const dir = join(root, 'backend/app/sdkbundle')
  const [, version] = readFileSync(join(dir, 'README.md'), 'utf8').match(/analytics-next` (\S+)/)
  return [{ name: '@segment/analytics-next', version, texts: texts(dir) }]
}

// One licence text is printed once, under the names of all that use it.
const byText = new Map()
const silent = []
for (const { name, version, texts } of [...goModules(), ...npmPackages(), ...browserLibrary()]) {
  if (!texts.length) silent.push(name)
  const text = texts.join('\n\n')
  byText.set(text, (byText.get(text) ?? new Set()).add(`${name} ${version}`.trim()))
}
if (silent.length) {
  console.error(`sidetrack: no licence text found for ${silent.join(', ')}`)
  process.exit(1)
}

const rule = '='.repeat(78)
const sections = [...byText].map(([text, names]) => [[...names].sort().join('\n'), text]).sort(([a], [b]) => (a < b ? -1 : 1))
writeFileSync(join(root, 'NOTICES.txt'),
  'Sidetrack contains the following software. Written by `make notices`; do not edit.\n' +
  sections.map(([names, text]) => `\n${rule}\n${names}\n\n${text}\n`).join(''))
console.log(`wrote NOTICES.txt: ${sections.length} licence texts`)

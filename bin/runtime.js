// Finds the Node that certkeep runs on. Plain JavaScript without dependencies: this runs on the machine's own Node,
// before anything is known to be installed.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const oldestMajor = 26

/** The path of a Node that is new enough: this process's own, or the one that the npm package `node` brought. */
export function findNode(packageRoot) {
  if (Number(process.versions.node.split('.')[0]) >= oldestMajor) return process.execPath
  const executable = process.platform === 'win32' ? 'node.exe' : 'node'
  const folder = folderOfNodePackage(packageRoot)
  const path = folder && join(folder, 'bin', executable)
  return path && existsSync(path) ? path : undefined
}

/**
 * Compiled code kept between starts: spares half of the start and a fifth of the memory. It lies inside the package, where
 * only its owner writes; where that is nobody, nothing is kept.
 */
export function keepCompiledCode(packageRoot) {
  const folder = join(packageRoot, 'node_modules', '.cache', 'certkeep')
  process.env.NODE_COMPILE_CACHE ??= folder
  // The variable is for child processes; this one has started already.
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE)
}

/** Where the npm package `node` is installed, which may be above the package when npm hoisted it. */
export function folderOfNodePackage(packageRoot) {
  try {
    return dirname(createRequire(join(packageRoot, 'package.json')).resolve('node/package.json'))
  } catch {
    return undefined
  }
}

/** Runs `node` in place of this process: same streams, signals passed on, same exit code. */
export function become(node, args, options = {}) {
  const child = spawn(node, args, { stdio: 'inherit', ...options })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`certkeep: ${node} cannot be started: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code ?? 1)
  })
}

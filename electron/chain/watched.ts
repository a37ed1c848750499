import { fileURLToPath } from 'node:url';

const WATCHDOG = fileURLToPath(new URL('./anvil-watchdog.ts', import.meta.url));

/**
 * The same watchdog in the shell that every POSIX system has: runs a program, ends it with SIGTERM when standard input
 * closes, and with SIGKILL 5 s later. `exec 3<&0` because a shell gives what it runs in the background /dev/null; 4 is the
 * program's stderr, for the shell's own would have remarks on how it ended.
 */
const POSIX = `exec 3<&0 4>&2 2>/dev/null
"$0" "$@" </dev/null 2>&4 3<&- 4>&- & child=$!
trap 'kill -TERM "$child"' TERM INT
exec 4>&-
{ cat <&3 >/dev/null; kill -TERM "$child"; for i in 1 2 3 4 5; do kill -0 "$child" || exit; sleep 1; done; kill -KILL "$child"; } >/dev/null & guard=$!
exec 3<&-
wait "$child"; code=$?
while kill -0 "$child"; do wait "$child"; code=$?; done
kill "$guard"
exit "$code"`;

/** And in the one that every Windows has; there is no SIGTERM there. */
function windows(binary: string, args: readonly string[]): string {
  const quoted = (word: string) => `'${word.replaceAll("'", "''")}'`;
  // ProcessStartInfo takes one line: each argument in quotes, as CommandLineToArgvW reads them.
  const line = args.map((a) => `"${a.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`).join(' ');
  const script = `$i = New-Object System.Diagnostics.ProcessStartInfo; $i.FileName = ${quoted(binary)}; $i.Arguments = ${quoted(line)}; $i.UseShellExecute = $false; $i.CreateNoWindow = $true
$p = [System.Diagnostics.Process]::Start($i)
$in = [Console]::OpenStandardInput(); $buffer = New-Object byte[] 64
$read = $in.ReadAsync($buffer, 0, 64)
while (-not $p.HasExited) { if ($read.IsCompleted) { if ($read.Status -ne 'RanToCompletion' -or $read.Result -eq 0) { $p.Kill(); break }; $read = $in.ReadAsync($buffer, 0, 64) }; Start-Sleep -Milliseconds 200 }
$p.WaitForExit(); exit $p.ExitCode`;
  return Buffer.from(script, 'utf16le').toString('base64');
}

/**
 * The command that runs a program which ends when our end of its standard input closes, however we end. In Node another
 * Node watches; a packaged app cannot run as Node (the fuse is off, or every program could borrow its rights), so there
 * the system's shell does.
 */
export function watched(binary: string, args: readonly string[], { electron = process.versions.electron !== undefined, platform = process.platform as NodeJS.Platform } = {}): { command: string; args: string[] } {
  if (!electron) return { command: process.execPath, args: [WATCHDOG, binary, ...args] };
  if (platform === 'win32') return { command: 'powershell.exe', args: ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', windows(binary, args)] };
  return { command: '/bin/sh', args: ['-c', POSIX, binary, ...args] };
}

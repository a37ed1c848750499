import type { Command } from 'commander';
import { SCOPES } from '../../../shared/api/rest.ts';
import { openTokens } from '../../app/rest/open-tokens.ts';
import { wholeNumber, type CommandContext } from '../options.ts';

type TokenOptions = { profile: string };

/** Tokens of the REST layer. They need no passphrase: none of them opens anything by itself. */
export function addTokenCommands(program: Command, { output }: CommandContext): void {
  const token = program.command('token').description('tokens by which other programs use `phdex serve --rest`');
  const common = (command: Command) => command.option('--profile <name or folder>', 'whose service it is', 'default').option('--json', 'prints JSON lines; the last one is the result', false);
  const work = (options: TokenOptions, does: (tokens: ReturnType<typeof openTokens>['tokens']) => void) => { const { tokens, close } = openTokens(options.profile); try { does(tokens); } finally { close(); } };
  const date = (at: number) => new Date(at).toISOString().slice(0, 10);

  common(token.command('create <client> <scopes...>').description(`makes a token for a client, and shows it this once; scopes: ${SCOPES.join(', ')}`))
    .option('--days <n>', 'how long it is good for, 366 at most', wholeNumber('--days', 1, 366), 90)
    .action((client: string, scopes: string[], options: TokenOptions & { days: number }) => work(options, (tokens) => {
      const { token: text, view } = tokens.create({ name: client, scopes, days: options.days });
      output.result({ token: text, ...view }, [text, `For ${view.name}, until ${date(view.expiresAt)}. It is not shown again: this profile keeps only its hash.`]);
    }));
  common(token.command('list').description('shows the tokens of a profile, never the tokens themselves'))
    .action((options: TokenOptions) => work(options, (tokens) => {
      const list = tokens.list();
      output.result({ tokens: list }, list.length === 0 ? ['There are none.'] : list.map((t) => `${t.id}  ${t.name}  ${t.scopes.join(' ')}  ${t.revokedAt !== null ? 'revoked' : t.expiresAt <= Date.now() ? 'expired' : `until ${date(t.expiresAt)}`}${t.usedAt === null ? ', never used' : `, last used ${date(t.usedAt)}`}`));
    }));
  common(token.command('revoke <id>').description('ends a token at once, also for a service that runs'))
    .action((id: string, options: TokenOptions) => work(options, (tokens) => { tokens.revoke(id); output.result({ revoked: id }, [`Revoked ${id}`]); }));
  common(token.command('trace').description('shows what was asked with tokens, the newest first: when, which token, what, and what came of it'))
    .option('--limit <n>', 'how many lines', wholeNumber('--limit', 1, 10_000), 50)
    .action((options: TokenOptions & { limit: number }) => work(options, (tokens) => {
      const calls = tokens.calls(options.limit);
      output.result({ calls }, calls.map((c) => `${new Date(c.at).toISOString()}  ${c.tokenId ?? '-'}  ${c.method} ${c.route}  ${c.status}${c.code === null ? '' : ` ${c.code}`}  ${c.ms} ms`));
    }));
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { HealthLinkIn, type HealthLinkView } from '../../../shared/api/consent.ts';
import { CANNOT_BE_ERASED } from '../../../shared/domain/erasure.ts';
import { AppError } from '../../../shared/errors.ts';
import { readConsentFile, verifyReceiptFile } from '../../app/consent/clinical-service.ts';
import { list, wholeNumber, withCommon, type CommandContext, type CommonOptions } from '../options.ts';
import { withNode, type Node } from '../with-node.ts';

const number = wholeNumber('The number', 1);
type MakeOptions = CommonOptions & { label: string; recordings: string[]; entries: boolean; records: number[]; passcode?: string; expires: number; direct: boolean };

/** Receipts, the export of everything, and health links. */
export function addClinicalCommands(program: Command, { output, signal }: CommandContext): void {
  type Clinical = ReturnType<Node['clinical']>;
  async function run(options: CommonOptions, work: (clinical: Clinical) => Promise<void>): Promise<void> {
    await withNode(options, signal, async (node) => { await work(node.clinical()); });
  }
  const save = (text: string, out: string | undefined, what: string): string[] => {
    if (out === undefined) return [text];
    try { writeFileSync(resolve(out), `${text}\n`, { mode: 0o600, flag: 'wx' }); } catch (cause) { throw new AppError('invalid-argument', `${out} cannot be written.`, { hint: 'Choose a file that is not there yet.', cause }); }
    return [`${what} is in ${out}`];
  };

  program.command('verify-receipt <file>').description('checks the receipt of a right: its form, its hash and its signature; needs nothing but the file')
    .option('--json', 'prints JSON', false)
    .action(async (file: string) => {
      const { receipt, signature } = await verifyReceiptFile(resolve(file));
      const { pii_processing: p, phdex } = receipt;
      output.result({ verified: true, rightId: phdex.right_id, signer: signature.signer, chainId: phdex.chain_id, events: receipt.events }, [
        `✓ Signed by ${signature.signer}, who gave right ${phdex.right_id} on chain ${phdex.chain_id}`, ...p.privacy_notice.text.split('\n').map((l) => `  ${l}`),
        ...receipt.events.map((e) => `  ${e.time}  ${e.state.split('#').at(-1)}`), '  Whether the right holds now is the chain’s to say.',
      ]);
    });
  withCommon(program.command('receipt <right>').description('makes the signed receipt of a right that you gave (ISO/IEC TS 27560), or the right as a FHIR Bundle'))
    .option('--fhir', 'as FHIR R4: Consent, Provenance and AuditEvents', false).option('--out <file>', 'where to save it')
    .action((right: string, options: CommonOptions & { fhir: boolean; out?: string }) => run(options, async (clinical) => {
      const id = number(right);
      if (options.fhir) { const bundle = await clinical.consent(id); return output.result({ bundle }, save(JSON.stringify(bundle, null, 2), options.out, 'The right')); }
      const it = await clinical.receipt(id);
      // Byte for byte: the signature is over the canonical form.
      output.result({ ...it }, save(it.json, options.out, 'The receipt'));
    }));
  program.command('read-consent <file>').description('shows what a FHIR Consent asks for; gives nothing')
    .option('--json', 'prints JSON', false)
    .action(async (file: string) => {
      const draft = await readConsentFile(resolve(file));
      output.result({ draft }, [
        `To ${draft.granteeName ?? draft.grantee ?? 'nobody named'}: ${draft.operations} ${draft.category}, ${draft.scope.channels.join(', ') || 'all channels'}, ${draft.scope.days ? `${draft.scope.days.from} to ${draft.scope.days.to}` : 'all days'}, ${draft.seconds === null ? 'no end named' : `for ${Math.floor(draft.seconds / 86_400)} days`}`,
        ...draft.open.map((o) => `  ${o}`),
      ]);
    });
  withCommon(program.command('export-all').description('writes everything that this profile and the chain hold about you into one folder, unencrypted'))
    .option('--folder <folder>', 'where; your documents when left out')
    .action((options: CommonOptions & { folder?: string }) => run(options, async (clinical) => {
      const made = await clinical.exportAll(options.folder === undefined ? undefined : resolve(options.folder), { signal, onProgress: (done, total) => output.progress('Writing', done, total) });
      output.result(made, [`Everything is in ${made.path}: ${made.files} files, ${(made.bytes / 1e6).toFixed(1)} MB. It is not encrypted.`, `  ${CANNOT_BE_ERASED}`]);
    }));

  const link = program.command('health-link').description('summaries for a doctor without the app (SMART Health Links)');
  const line = (l: HealthLinkView) => `${l.id}  ${l.label}${l.passcode ? ' (passcode)' : ''}, until ${new Date(l.expiresAt).toISOString()}, opened ${l.times} times${l.problem ? `\n  ${l.problem}` : ''}${l.opened.slice(0, 5).map((o) => `\n  ${new Date(o.at).toISOString()} ${o.recipient}${o.times > 1 ? ` (${o.times} times that day)` : ''}`).join('')}`;
  withCommon(link.command('make').description('makes a link; it opens while the app or phdex serve runs'))
    .requiredOption('--label <words>', 'what the reader sees, at most 80 characters')
    .option('--recordings <ids>', 'recordings to summarise, with commas between', list, [])
    .option('--entries', 'what you wrote down', false)
    .option('--records <numbers>', 'stored records, with commas between', (t: string) => list(t).map(number), [])
    .option('--passcode <text>', 'asked of the reader; tell it by another way than the link')
    .option('--hours <n>', 'how long it lives', (t: string) => Date.now() + wholeNumber('--hours', 1, 8784)(t) * 3_600_000)
    .option('--direct', 'leads to the summary itself, without a manifest', false)
    .action((options: MakeOptions & { hours?: number }) => run(options, async (clinical) => {
      const parsed = HealthLinkIn.safeParse({ label: options.label, passcode: options.passcode, expiresAt: options.hours ?? Date.now() + 7 * 86_400_000, recordings: options.recordings, entries: options.entries, records: options.records, direct: options.direct });
      if (!parsed.success) { const issue = parsed.error.issues[0]!; throw new AppError('invalid-argument', `${issue.path.join('.') || 'The link'}: ${issue.message}.`, { hint: 'See --help.' }); }
      const made = await clinical.healthLinks().make(parsed.data);
      output.result({ link: made }, [made.link, `  ${made.id}, until ${new Date(made.expiresAt).toISOString()}. Whoever has the link can read it${made.passcode ? ' with the passcode' : ''}.`, ...(made.problem ? [`  ${made.problem}`] : [])]);
    }));
  withCommon(link.command('list').description('shows your links and who opened them'))
    .action((options: CommonOptions) => run(options, async (clinical) => { const links = clinical.healthLinks().list(); output.result({ links }, links.length === 0 ? ['There is no health link.'] : links.map(line)); }));
  withCommon(link.command('revoke <link>').description('takes a link back, at once'))
    .action((id: string, options: CommonOptions) => run(options, async (clinical) => { clinical.healthLinks().revoke(id); output.result({ revoked: id }, [`Taken back ${id}`]); }));
  withCommon(link.command('address').description('shows or sets where links are served; this machine only until you set it'))
    .option('--listen <host:port>', 'such as 0.0.0.0:48137').option('--url <url>', 'what links begin with where a proxy with TLS stands before the app; «none» takes it away')
    .action((options: CommonOptions & { listen?: string; url?: string }) => run(options, async (clinical) => {
      const m = options.listen === undefined ? null : /^(.+):(\d{1,5})$/.exec(options.listen);
      if (options.listen !== undefined && !m) throw new AppError('invalid-argument', `«${options.listen}» is no HOST:PORT.`, { hint: 'Such as 127.0.0.1:48137.' });
      const links = clinical.healthLinks();
      const address = m || options.url !== undefined ? links.setAddress({ ...(m ? { host: m[1]!.replace(/^\[|\]$/g, ''), port: Number(m[2]) } : {}), ...(options.url === undefined ? {} : { publicUrl: options.url === 'none' ? null : options.url }) }) : links.address();
      output.result({ address }, [`Listens on ${address.host}, port ${address.port}; links begin with ${address.publicUrl ?? `http://${address.host}:${address.port}`}`]);
    }));
}

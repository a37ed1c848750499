import { IssueIn } from '../../../../../shared/api/records.ts';
import { CATEGORIES, Operation, type Category } from '../../../../../shared/domain/consent.ts';
import { Role, type RoleName } from '../../../../../shared/domain/chain.ts';
import { allowed } from '../../../../../shared/permissions.ts';
import { isInvitation } from './ask-draft.ts';

/** A record that is being written. The file travels beside it. */
export type IssueDraft = { to: 'invitation' | 'right'; invitation: string; address: string; category: Category | null; title: string; content: 'text' | 'file'; text: string; corrects: number | null };
export const NEW_ISSUE: IssueDraft = { to: 'invitation', invitation: '', address: '', category: null, title: '', content: 'text', text: '', corrects: null };

/** Categories in which the chain lets these roles issue records. */
export const issuable = (roles: readonly RoleName[]): Category[] => CATEGORIES.filter((_, i) => allowed(roles.reduce((sum: number, role) => sum | Role[role], 0), Operation.issue, i));

type Content = IssueIn['content'];
/** As the API takes it; null while something is missing. @param file where the chosen file is, and its kind */
export function issueInput(d: IssueDraft, category: Category | null, file: { source: Exclude<Content, { text: string }>; mediaType: string } | null): IssueIn | null {
  if (category === null || (d.to === 'invitation' && !isInvitation(d.invitation))) return null;
  const content: Content | null = d.content === 'text' ? (d.text.trim() ? { text: d.text } : null) : (file?.source ?? null);
  if (!content) return null;
  const parsed = IssueIn.safeParse({
    to: d.to === 'invitation' ? { invitation: d.invitation.trim() } : { address: d.address }, category, title: d.title.trim(), mediaType: d.content === 'text' ? 'text/plain' : file!.mediaType || 'application/octet-stream',
    ...(d.corrects === null ? {} : { corrects: d.corrects }), content,
  });
  return parsed.success ? parsed.data : null;
}

import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRecords } from '../../electron/app/consent/records.ts';
import { Role } from '../../shared/domain/chain.ts';
import { refusal, until, type World } from '../market/world.ts';
import { answer, createSides, keep, requested, type Side } from './sides.ts';

let world: World;
let [patient, clinic] = [] as unknown as [Side, Side];
beforeAll(async () => { ({ world, owner: patient, clinic } = await createSides({ clinic: Role.provider })); });
afterAll(async () => { await clinic?.stop(); await patient?.stop(); await world?.stop(); });

it('a record goes to the account that gave a right, without another invitation, and is its patient’s to open', async () => {
  const info = await keep(patient);
  const request = await requested(patient, clinic);
  const to = { address: patient.owner.base.right(request.rightId).owner };
  const [theirs, hers] = [createRecords(clinic.b), createRecords(patient.b)];
  const letter = { to, category: 'history' as const, title: 'Letter', mediaType: 'text/plain', content: { text: 'Come again in spring.' } };
  await patient.done(patient.consent.approve(answer(request, [info.id])));
  await until(() => clinic.owner.base.reads.right(request.rightId)!.status === 'approved', 'the clinic sees the right');
  const { recordId } = (await clinic.done(theirs.issue(letter))) as { recordId: number };
  await until(() => patient.owner.base.reads.record(recordId) !== undefined, 'the patient sees the record');
  await patient.done(hers.accept(recordId));
  expect(await hers.content(recordId)).toMatchObject({ text: 'Come again in spring.' });
  // The account is the one of the relationship, never the person's own.
  expect(to.address).not.toBe(patient.address);
  expect((await refusal(clinic.done(theirs.issue({ ...letter, to: { address: patient.address } })))).code).toBe('not-yours');
});

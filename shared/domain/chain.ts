/** Rows of the event cache as the rest of the app reads them. Coins and wei are bigint; times are seconds. */
export type Hex = `0x${string}`;

export type DatasetStatus = 'published' | 'certified' | 'rejected' | 'withdrawn';
export type AccessKind = 'purchase' | 'validation' | 'grant' | 'emergency';
export type AccessStatus = 'open' | 'settled' | 'refunded' | 'closed';

export type ParticipantRow = { address: Hex; id: number; roles: number; encryptionKey: Hex; endpoint: string; stake: bigint; earnings: bigint; compensation: bigint };
export type SeatRow = { datasetId: number; index: number; keeper: Hex; commitment: Hex; status: 'named' | 'accepted' | 'resigned' | 'destroyed' };
export type DatasetRow = {
  id: number; owner: Hex; contentHash: Hex; recordRoot: Hex; nonce: Hex; cid: string; price: bigint; version: number;
  keepersBps: number; validatorBps: number; threshold: number; status: DatasetStatus; acceptedSeats: number; seats: number;
  validator: Hex | null; score: number | null; reportHash: Hex | null; publishedBlock: number; publishedAt: number;
};
export type AccessRow = {
  id: number; datasetId: number; grantee: Hex; kind: AccessKind; status: AccessStatus; px: Hex; py: Hex; version: number; price: bigint;
  deadline: number; challengeEnd: number | null; /** bit i: seat i was taken when the access opened */ seatedBits: number; purpose: Hex; openedBlock: number; openedAt: number;
};
export type ReleaseRow = { accessId: number; index: number; keeper: Hex; ex: Hex; ey: Hex; ct: Hex; status: 'standing' | 'disputed'; block: number };
/** One line of the trace that an account can read: what happened, who did it, to which dataset or access. */
export type HistoryRow = { block: number; logIndex: number; at: number; tx: Hex; event: string; datasetId: number | null; accessId: number | null; actor: Hex | null; subject: Hex | null; amount: bigint | null; details: Record<string, string | number> };

export const Role = { owner: 1, keeper: 2, customer: 4, validator: 8, provider: 16, insurer: 32, researcher: 64, agency: 128, institution: 256 } as const;
export type RoleName = keyof typeof Role;

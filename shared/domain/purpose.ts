import { z } from 'zod';

/** Purposes of W3C DPV 2.3 and its health extension that a request may name, by term. */
export const PURPOSES = [
  'PatientMonitoring', 'PatientRemoteMonitoring', 'MedicalConditionDiagnosis', 'SecondMedicalOpinion', 'PersonalisedHealthcare', 'EmergencyCareManagement',
  'HealthInsuranceManagement', 'HealthcareScientificResearch', 'AcademicResearch', 'CommercialResearch', 'NonCommercialResearch', 'PublicHealthMonitoring',
  'TrainTestAndEvaluateHealthAlgorithms', 'RequestedServiceProvision',
] as const;
export const PurposeTerm = z.enum(PURPOSES);
export type PurposeTerm = z.infer<typeof PurposeTerm>;

/** What data is wanted for: a DPV term, the GA4GH Data Use Ontology codes that go with it, and a sentence for a person. */
export const Purpose = z.object({
  v: z.literal(1),
  term: PurposeTerm,
  /** `DUO:0000042`: one permission and any number of modifiers; none where the purpose is no research. */
  duo: z.array(z.string().regex(/^DUO:\d{7}$/)).max(12),
  words: z.string().max(280),
});
export type Purpose = z.infer<typeof Purpose>;

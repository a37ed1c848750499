/** Words of consent that owner and grantee share, and the owner's pages. */
export default {
  // the sentence
  'consent.sentence.asks': '{who} asks to {does}, {why}, until {until}.',
  'consent.sentence.asks.noPurpose': '{who} asks to {does}, without a purpose that could be read, until {until}.',
  'consent.sentence.may': '{who} may {does}, {why}, until {until}.',
  'consent.sentence.may.noPurpose': '{who} may {does}, until {until}.',
  'consent.sentence.could': '{who} could {does}, {why}, until {until}.',
  'consent.sentence.could.noPurpose': '{who} could {does}, until {until}.',
  'consent.sentence.asked': '{who} asked to {does}, {why}.',
  'consent.sentence.asked.noPurpose': '{who} asked to {does}.',
  'consent.sentence.might': '{who} will be able to {does}, {why}, until {until}.',
  'consent.sentence.might.noPurpose': '{who} will be able to {does}, until {until}.',
  'consent.sentence.you': 'You may {does} until {until}. Purpose: {why}.',
  'consent.sentence.you.noPurpose': 'You may {does} until {until}.',
  'consent.sentence.youCould': 'You could {does} until {until}. Purpose: {why}.',
  'consent.sentence.youCould.noPurpose': 'You could {does} until {until}.',
  'consent.sentence.youAsked': 'You asked to {does}. Purpose: {why}.',
  'consent.sentence.youAsked.noPurpose': 'You asked to {does}.',
  'consent.does.read': 'read {what}{days}{live}',
  'consent.does.append': 'add to {what}',
  'consent.does.read-append': 'read and add to {what}{days}{live}',
  'consent.does.dataset': 'your dataset «{title}»: {what}',
  'consent.does.theirDataset': 'dataset «{title}»: {what}',
  'consent.what.unknown': 'a part of {whose} {category} that could not be read',
  'consent.what.all': 'all of {whose} {category}',
  'consent.what.some': '{whose} {list}',
  'consent.whose.your': 'your',
  'consent.whose.their': 'the owner’s',
  'consent.days.all': ' of all days',
  'consent.days.single': ' of {day}',
  'consent.days.last.one': ' of the last day',
  'consent.days.last.other': ' of the last {count} days',
  'consent.days.span': ' from {from} to {to}',
  'consent.live': ' and what is recorded from now on',
  'consent.who.unnamed': 'Somebody unnamed ({address})',
  'consent.who.named': '{name}',

  // categories, operations, roles
  'consent.category.health': 'health data',
  'consent.category.history': 'medical history',
  'consent.category.insurance': 'insurance information',
  'consent.category.title.health': 'Health data', 'consent.category.title.history': 'Medical history', 'consent.category.title.insurance': 'Insurance information',
  'consent.operations.read': 'Read', 'consent.operations.append': 'Add to it', 'consent.operations.read-append': 'Read and add to it',
  'consent.role.owner': 'owner', 'consent.role.keeper': 'keeper', 'consent.role.customer': 'buyer', 'consent.role.validator': 'validator', 'consent.role.provider': 'provider', 'consent.role.insurer': 'insurer', 'consent.role.researcher': 'researcher', 'consent.role.agency': 'agency', 'consent.role.institution': 'medical institution',

  // channels, in the middle of a sentence
  'consent.channel.acceleration': 'movement', 'consent.channel.heart-rate': 'heart rate', 'consent.channel.rr-interval': 'heartbeat intervals', 'consent.channel.spo2': 'oxygen saturation', 'consent.channel.temperature': 'temperature', 'consent.channel.ecg': 'ECG', 'consent.channel.ppg': 'pulse wave', 'consent.channel.gyroscope': 'rotation', 'consent.channel.steps': 'steps', 'consent.channel.respiration': 'breathing', 'consent.channel.sleep': 'sleep', 'consent.channel.weight': 'weight', 'consent.channel.blood-pressure': 'blood pressure', 'consent.channel.glucose': 'blood glucose', 'consent.channel.medicine': 'medicine', 'consent.channel.symptom': 'symptoms', 'consent.channel.training': 'training', 'consent.channel.other': 'other values',
  'consent.channel.blood-pressure-systolic': 'systolic blood pressure', 'consent.channel.blood-pressure-diastolic': 'diastolic blood pressure', 'consent.channel.blood-glucose': 'blood glucose', 'consent.channel.body-weight': 'weight', 'consent.channel.medicine-dose': 'doses of medicine', 'consent.channel.symptom-severity': 'severity of symptoms', 'consent.channel.exercise-duration': 'length of training', 'consent.channel.perceived-exertion': 'effort of training', 'consent.channel.duration': 'duration',

  // purposes: what it is for, in the middle of a sentence, and by name
  'consent.why.PatientMonitoring': 'to keep an eye on your health', 'consent.why.PatientRemoteMonitoring': 'to keep an eye on your health from afar', 'consent.why.MedicalConditionDiagnosis': 'to find out what you have', 'consent.why.SecondMedicalOpinion': 'to give a second opinion', 'consent.why.PersonalisedHealthcare': 'to treat you', 'consent.why.EmergencyCareManagement': 'to care for you in an emergency', 'consent.why.HealthInsuranceManagement': 'to make an insurance offer or settle a claim', 'consent.why.HealthcareScientificResearch': 'for research into health', 'consent.why.AcademicResearch': 'for research at a university', 'consent.why.CommercialResearch': 'for research that earns money', 'consent.why.NonCommercialResearch': 'for research that earns no money', 'consent.why.PublicHealthMonitoring': 'to watch over public health', 'consent.why.TrainTestAndEvaluateHealthAlgorithms': 'to train and test algorithms', 'consent.why.RequestedServiceProvision': 'for a service that you asked for',
  'consent.purpose.PatientMonitoring': 'Monitoring', 'consent.purpose.PatientRemoteMonitoring': 'Monitoring from afar', 'consent.purpose.MedicalConditionDiagnosis': 'Diagnosis', 'consent.purpose.SecondMedicalOpinion': 'Second opinion', 'consent.purpose.PersonalisedHealthcare': 'Treatment', 'consent.purpose.EmergencyCareManagement': 'Emergency care', 'consent.purpose.HealthInsuranceManagement': 'Insurance', 'consent.purpose.HealthcareScientificResearch': 'Health research', 'consent.purpose.AcademicResearch': 'Academic research', 'consent.purpose.CommercialResearch': 'Commercial research', 'consent.purpose.NonCommercialResearch': 'Research without profit', 'consent.purpose.PublicHealthMonitoring': 'Public health', 'consent.purpose.TrainTestAndEvaluateHealthAlgorithms': 'Training algorithms', 'consent.purpose.RequestedServiceProvision': 'A service asked for',

  // warnings
  'consent.warn.unaccredited': 'Nobody has checked who this is. The name is what they call themselves.',
  'consent.warn.suspended': 'Their accreditation is suspended. Nothing that you give can be read until it is given back.',
  'consent.warn.details': 'The details of this request could not be opened: {problem}',
  'consent.warn.noDetails': 'The details of this request could not be opened, so that nobody can say here what exactly is wanted.',
  'consent.warn.long': 'This lasts longer than a year.',
  'consent.warn.live': 'It goes on: what you record from now on is delivered too, until it ends or you take it back.',

  // where a right stands
  'consent.status.pending': 'Waits for an answer', 'consent.status.approved': 'Live', 'consent.status.rejected': 'Refused', 'consent.status.withdrawn': 'Request withdrawn', 'consent.status.revoked': 'Taken back', 'consent.status.handed-back': 'Handed back', 'consent.status.expired': 'Expired', 'consent.status.ended': 'All taken back', 'consent.status.suspended': 'Suspended',

  // parties
  'consent.party.accredited': 'Accredited {roles}', 'consent.party.unaccredited': 'Not accredited', 'consent.party.suspended': 'Suspended', 'consent.party.you': 'You',

  // the parts of a request as fields
  'consent.field.category': 'What kind of data', 'consent.field.operations': 'What may be done with it',
  'consent.field.channels': 'Channels', 'consent.field.channels.text': 'Left empty: all of them.', 'consent.field.channels.placeholder': 'All',
  'consent.field.days': 'Days', 'consent.field.days.all': 'All days', 'consent.field.days.some': 'Some days', 'consent.field.days.from': 'First day', 'consent.field.days.to': 'Last day', 'consent.field.days.wrong': 'The last day comes before the first.',
  'consent.field.live': 'What is recorded from now on as well', 'consent.field.live.text': 'Each new part is delivered as it is made.',
  'consent.field.time': 'How long', 'consent.time.hour': '1 hour', 'consent.time.day': '1 day', 'consent.time.week': '1 week', 'consent.time.month': '30 days', 'consent.time.quarter': '90 days', 'consent.time.half': '180 days', 'consent.time.year': '1 year', 'consent.time.asked': 'As asked: {time}',
  'consent.field.purpose': 'What for', 'consent.field.purpose.words': 'More about what for (optional)', 'consent.field.duo.text': 'By the codes of the Data Use Ontology, which machines can compare.',
  'consent.duo.permission': 'Which research', 'consent.duo.modifiers': 'Conditions that you accept',
  'consent.duo.0000042': 'Any research', 'consent.duo.0000006': 'Research into health only', 'consent.duo.0000004': 'No restriction',
  'consent.duo.0000018': 'Not for profit and not commercial', 'consent.duo.0000045': 'By a non-profit organisation only', 'consent.duo.0000046': 'No commercial use', 'consent.duo.0000021': 'With the approval of an ethics board', 'consent.duo.0000029': 'Results are given back', 'consent.duo.0000019': 'Results are published', 'consent.duo.0000020': 'Together with the first researchers', 'consent.duo.0000015': 'Not to develop methods', 'consent.duo.0000043': 'Clinical care as well',

  // the frame
  'consent.tabs': 'Parts of consent',
  'consent.tab.inbox': 'Requests', 'consent.tab.rights': 'Who can read', 'consent.tab.history': 'History', 'consent.tab.records': 'Records', 'consent.tab.emergencies': 'Emergencies', 'consent.tab.links': 'Health links', 'consent.tab.studies': 'Studies', 'consent.tab.match': 'Find care',

  // inbox
  'consent.inbox.title': 'Requests', 'consent.inbox.subtitle': 'Who asks for your data, for what and for how long. Nothing is shared until you say so, and you can take it back at any time.',
  'consent.inbox.table': 'Requests, newest first', 'consent.inbox.col.request': 'Request', 'consent.inbox.col.who': 'Who asks', 'consent.inbox.col.when': 'Asked', 'consent.inbox.col.act': 'Your answer',
  'consent.inbox.look': 'Look at it', 'consent.inbox.look.label': 'Look at it: request of {who}', 'consent.inbox.refuse': 'Refuse', 'consent.inbox.refuse.label': 'Refuse the request of {who}',
  'consent.inbox.empty.title': 'Nobody asks for anything', 'consent.inbox.empty.text': 'To let a doctor ask you, make an invitation and hand it over. Whoever reads one of your listings may ask as well.',
  'consent.inbox.invite': 'Invite somebody', 'consent.inbox.give': 'Give without a request',
  'consent.stat.pending': 'Requests waiting', 'consent.stat.live': 'Can read right now', 'consent.stat.records': 'Records for you', 'consent.stat.emergencies': 'Emergencies',

  // one request
  'consent.request.title': 'Request of {who}', 'consent.request.missing.title': 'This request is not there any more', 'consent.request.missing.text': 'It was answered, or they withdrew it.', 'consent.request.back': 'Requests',
  'consent.request.words': 'In their own words', 'consent.request.at': 'Asked {when}',
  'consent.request.choose': 'What you give', 'consent.request.choose.text': 'Nothing is ticked for you. What you leave out stays yours; what you give can be less than what was asked for.',
  'consent.request.candidates': 'Which of yours', 'consent.request.candidates.text': 'These fit the request. Only what you tick is shared.', 'consent.request.candidates.none': 'None of your recordings or datasets fits this request now.',
  'consent.request.candidate.recording': 'Recording', 'consent.request.candidate.dataset': 'Listed dataset', 'consent.request.candidate.record': 'Record', 'consent.request.days.one': '{count} day', 'consent.request.days.other': '{count} days',
  'consent.request.may': 'What they may do', 'consent.request.may.read': 'Read it', 'consent.request.may.append': 'Add to it', 'consent.request.may.live': 'Receive what is recorded from now on',
  'consent.request.all': 'Tick all that was asked for', 'consent.request.none': 'Tick nothing',
  'consent.request.approve': 'Give what is ticked', 'consent.request.refuse': 'Refuse all of it',
  'consent.request.result': 'If you agree', 'consent.request.result.none': 'Tick something to give.',
  'consent.request.problem.nothing': 'Tick at least one recording or dataset, or that new recordings go on being delivered, or that they may add.', 'consent.request.problem.operation': 'Tick what they may do with it.', 'consent.request.problem.channels': 'Tick at least one channel.', 'consent.request.problem.days': 'The days must lie within those that were asked for.', 'consent.request.problem.details': 'Without its details this request can only be refused.',
  'consent.approve.title': 'Give this?', 'consent.approve.confirm': 'Give it', 'consent.approve.does.seal': 'What you ticked is sealed so that only they can open it.',
  'consent.before.back': 'You can take it back at any time with one press, for any reason or none.',
  'consent.approve.sent': 'It is being sealed and handed over', 'consent.approve.sent.failed': 'This could not be finished', 'consent.approve.sent.done': 'Given.', 'consent.approve.toRights': 'See who can read what',
  'consent.refuse.title': 'Refuse this request?', 'consent.refuse.text': '{who} gets nothing, and sees that you refused.', 'consent.refuse.again': 'They can ask again.', 'consent.refuse.confirm': 'Refuse it',
  'consent.cost.gas': 'Network fee, about',

  // who can read what
  'consent.rights.title': 'Who can read what right now', 'consent.rights.subtitle': 'Each right that you gave and that holds at this moment. Take back one or all; it takes effect at once.',
  'consent.rights.table': 'Rights that hold now', 'consent.rights.table.ended': 'Rights that have ended',
  'consent.rights.ended': 'Ended', 'consent.rights.col.who': 'Who', 'consent.rights.col.what': 'What', 'consent.rights.col.until': 'Until', 'consent.rights.col.use': 'Used', 'consent.rights.col.act': 'Take back', 'consent.rights.col.status': 'How it ended', 'consent.rights.col.endedAt': 'Ended',
  'consent.rights.uses.none': 'Not used yet', 'consent.rights.uses.one': 'Once', 'consent.rights.uses.other': '{count} times', 'consent.rights.lastUse': 'last {ago}',
  'consent.rights.deliveries.none': 'Continuous: nothing delivered yet', 'consent.rights.deliveries.one': 'Continuous: {count} delivery, {ago}', 'consent.rights.deliveries.other': 'Continuous: {count} deliveries, last {ago}', 'consent.rights.next.yes': 'The next part will be delivered.', 'consent.rights.next.no': 'No further part will be delivered.',
  'consent.rights.takingBack': 'You took it back. The chain is told as soon as it can be; nothing more is sent.', 'consent.rights.undelivered': 'On its way: it is handed over as soon as they can be reached.',
  'consent.rights.back': 'Take back', 'consent.rights.back.label': 'Take back what {who} may do', 'consent.rights.all': 'Take everything back',
  'consent.rights.empty.title': 'Nobody can read anything', 'consent.rights.empty.text': 'You gave no right that holds at this moment.',
  'consent.back.title': 'Take this back?', 'consent.back.does': 'From this moment {who} can open nothing more, and no further part is delivered.', 'consent.back.copies': 'What they have read before they may have kept.', 'consent.back.confirm': 'Take it back',
  'consent.backAll.title': 'Take everything back?', 'consent.backAll.does.one': 'The right that you gave ends at once.', 'consent.backAll.does.other': 'All {count} rights that you gave end at once.', 'consent.backAll.accounts': 'One transaction for each account that gave something; all are sent at the same time.', 'consent.backAll.requests': 'Requests that wait for your answer end with it.', 'consent.backAll.confirm': 'Take everything back',
  'consent.backAll.done.one': 'Taken back: {count} right.', 'consent.backAll.done.other': 'Taken back: {count} rights.', 'consent.backAll.failed': 'The chain could not be told yet of the rest. It is kept, and taken back as soon as it can be; nothing more is sent meanwhile. You need not press again:', 'consent.backAll.failed.account': 'Account {account}: {message}', 'consent.backAll.failed.own': 'Your own account: {message}',

  // one right
  'consent.right.title': 'What {who} may do', 'consent.right.missing.title': 'There is no such right', 'consent.right.missing.text': 'None of yours has this number.', 'consent.right.what': 'What it opens now', 'consent.right.what.none': 'Nothing has been handed over.', 'consent.right.what.append': 'Nothing: they may only add.', 'consent.right.added': 'What they have added', 'consent.added.by': 'Added by {who}', 'consent.right.added.none': 'Nothing so far.', 'consent.right.segments.one': '{count} part', 'consent.right.segments.other': '{count} parts', 'consent.right.given': 'Given', 'consent.right.expires': 'Ends by itself', 'consent.right.ended': 'Ended', 'consent.right.number': 'Right', 'consent.right.purpose': 'What for', 'consent.right.facts': 'About this right',
  'consent.receipt.download': 'Download the receipt', 'consent.receipt.text': 'The receipt says by the fields of ISO/IEC TS 27560 who was given what, and is signed by your account. Keep it as proof; anybody can verify it with «phdex verify-receipt».',

  // history
  'consent.history.title': 'History of your consent', 'consent.history.subtitle': 'Each request, answer, access and record as the network has it, newest first. Nobody can take a line out.',
  'consent.history.who': 'Who', 'consent.history.who.all': 'Anybody', 'consent.history.kind': 'What happened', 'consent.history.kind.all': 'Everything', 'consent.history.purpose': 'What for', 'consent.history.purpose.all': 'Any purpose', 'consent.history.from': 'From day', 'consent.history.to': 'To day', 'consent.history.dataset': 'Dataset number', 'consent.history.clear': 'Clear the filters',
  'consent.history.count.one': '{count} line', 'consent.history.count.other': '{count} lines', 'consent.history.table': 'History of consent, newest first',
  'consent.history.col.when': 'When', 'consent.history.col.who': 'Who', 'consent.history.col.event': 'What happened', 'consent.history.col.what': 'To what', 'consent.history.col.why': 'What for', 'consent.history.col.receipt': 'Proof', 'consent.history.with': 'with {who}',
  'consent.history.until': 'until {day}', 'consent.history.right': 'right {id}', 'consent.history.record': 'record {id}', 'consent.history.access': 'access {id}', 'consent.history.call': 'study {id}', 'consent.history.data': 'dataset {id}',
  'consent.history.receipt': 'Receipt', 'consent.history.receipt.label': 'Download the receipt of right {id}',
  'consent.history.empty.title': 'Nothing has happened yet', 'consent.history.empty.text': 'As soon as somebody asks, or you give or take back, it is listed here.', 'consent.history.none.title': 'No line fits the filters', 'consent.history.none.text': 'Choose less, or clear them.',
  'consent.history.kind.requests': 'Requests', 'consent.history.kind.answers': 'Answers', 'consent.history.kind.reads': 'Accesses', 'consent.history.kind.ends': 'Taken back and ended', 'consent.history.kind.records': 'Records', 'consent.history.kind.emergencies': 'Emergencies', 'consent.history.kind.studies': 'Studies',
  'consent.export.open': 'Export all about me', 'consent.export.title': 'Export everything that is held about you?', 'consent.export.does': 'Recordings, entries, reports, rights, receipts, records and this history are written into one folder, in forms that other programs read (FHIR, Parquet, JSON), with an index in plain words.', 'consent.export.plain': 'The files are not encrypted. Whoever can open the folder can read them.', 'consent.export.stays': 'Nothing is deleted or sent by this.', 'consent.export.folder': 'Where to (optional)', 'consent.export.folder.text': 'A folder on the machine that runs the app. Left empty: your documents folder.', 'consent.export.done': 'It is at {path}', 'consent.export.confirm': 'Export everything',

  // invitations
  'consent.invite.title': 'Invite somebody to ask', 'consent.invite.text': 'An invitation is a text that you hand to one person or clinic. With it they can ask for your data; it gives them nothing yet. Make one for each: then nobody can see that two of them know the same person.',
  'consent.invite.label': 'For whom', 'consent.invite.label.text': 'Only you see this.', 'consent.invite.make': 'Make the invitation', 'consent.invite.copy': 'Copy the invitation', 'consent.invite.copied': 'Copied', 'consent.invite.of': 'Invitation for {label}', 'consent.invite.earlier': 'Earlier invitations', 'consent.invite.used': 'used', 'consent.invite.unused': 'not used yet', 'consent.invite.account': 'account {id}',

  // giving without a request
  'consent.give.title': 'Give without a request', 'consent.give.subtitle': 'To somebody whose address you have, before they ask.', 'consent.give.to': 'Their address', 'consent.give.to.text': '0x and 40 hexadecimal digits. Ask them for it; do not take it from a message of a stranger.', 'consent.give.to.wrong': 'An address is 0x and 40 hexadecimal digits.',
  'consent.give.key': 'Their key (optional)', 'consent.give.key.text': 'For sealing. Left empty, the one that they published in the registry.', 'consent.give.key.wrong': 'A key is 0x and 64 hexadecimal digits.',
  'consent.give.file': 'Fill in from a FHIR Consent', 'consent.give.file.text': 'A file of a clinic or a study. It fills in the form and gives nothing.', 'consent.give.file.large': 'The file is larger than 200 kB.', 'consent.give.file.large.hint': 'Choose a FHIR Consent in JSON.',
  'consent.give.file.read': 'Filled in from {name}: look at every field', 'consent.give.file.named': 'The file calls them {name}. Anybody can write that: ask them for their address yourself.', 'consent.give.file.unnamed': 'The file does not say who they are.', 'consent.give.file.duo': 'Conditions that this form cannot hold and that would not be kept: {codes}.',
  'consent.give.which': 'Which of yours', 'consent.give.records': 'Records to give', 'consent.give.review': 'Review', 'consent.give.nobody': 'They', 'consent.give.missing': 'Type an address and tick something to give.', 'consent.give.mayonly': 'A right reaches as far as the roles of their account allow; the chain refuses the rest.',
} as const;

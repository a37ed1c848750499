/** Anchors: that something was there before a block, and the receipts by which anybody verifies it. */
export default {
  'anchors.tabs': 'Parts of anchors', 'anchors.tab.batches': 'Batches', 'anchors.tab.verify': 'Verify a receipt',
  'anchors.title': 'Anchors', 'anchors.subtitle': 'Show later that a recording was there before a certain time and was not changed since. The chain gets one number for a whole batch, its root, and never any content.',
  'anchors.cost': 'Cost of the transaction, about',

  // what waits, and anchoring it
  'anchors.stat.new': 'Not anchored yet', 'anchors.stat.waiting': 'Wait for the next batch', 'anchors.stat.waiting.since': 'the oldest {ago}', 'anchors.stat.batches': 'Batches', 'anchors.stat.automatic': 'Once a day by itself', 'anchors.stat.automatic.on': 'On', 'anchors.stat.automatic.off': 'Off', 'anchors.stat.automatic.change': 'Change it in the settings',
  'anchors.count.recordings.one': '{count} recording', 'anchors.count.recordings.other': '{count} recordings', 'anchors.count.entries.one': '{count} diary entry', 'anchors.count.entries.other': '{count} diary entries', 'anchors.count.waiting.one': '{count} that waits already', 'anchors.count.waiting.other': '{count} that wait already',
  'anchors.nothing': 'Nothing new', 'anchors.now': 'Anchor now', 'anchors.now.title': 'Anchor what is new?',
  'anchors.now.what': 'In the batch: {what}.', 'anchors.now.finish': 'Nothing is new; a batch whose transaction did not get through is sent again.',
  'anchors.now.chain': 'On the chain, for good and for everybody to see: the root, how many records it is of, your account and the time. No content, and nothing from which it could be guessed.',
  'anchors.now.receipt': 'Of each record you can then save a receipt, which anybody verifies without this app’s word.', 'anchors.now.confirm': 'Anchor it',

  // batches
  'anchors.table': 'Batches, newest first', 'anchors.col.batch': 'Batch', 'anchors.col.count': 'Records', 'anchors.col.when': 'When', 'anchors.col.state': 'State', 'anchors.col.tx': 'Transaction', 'anchors.col.previous': 'Chained to',
  'anchors.batch.number': 'No. {id}', 'anchors.state.made': 'Under way', 'anchors.state.anchored': 'Anchored', 'anchors.previous.first': 'The first one',
  'anchors.empty.title': 'Nothing is anchored yet', 'anchors.empty.text': 'Record, import or write something down, and anchor it: from then on nobody can say that it was made up or changed later.',
  'anchors.batch.title': 'Batch {id}', 'anchors.batch.documentTitle': 'Batch of anchors', 'anchors.batch.facts': 'On the chain', 'anchors.batch.root': 'Root', 'anchors.batch.account': 'Account', 'anchors.batch.sequence': 'Of this account', 'anchors.batch.made': 'Made', 'anchors.batch.anchored': 'Anchored', 'anchors.batch.block': 'Block', 'anchors.batch.gas': 'Gas', 'anchors.batch.none': 'not yet',
  'anchors.batch.chained': 'The contract takes a root only together with the one before it of the same account, and logs both: a batch that is left out shows.',
  'anchors.leaves': 'What is in it', 'anchors.leaves.table': 'Records of the batch', 'anchors.leaves.col.index': 'Leaf', 'anchors.leaves.col.what': 'Record', 'anchors.leaves.col.receipt': 'Receipt',
  'anchors.kind.recording': 'Recording', 'anchors.kind.entry': 'Diary entry', 'anchors.kind.access': 'Access over the REST layer', 'anchors.kind.file': 'File of a client', 'anchors.leaf.gone': 'Not in this profile any more', 'anchors.leaf.entry': 'Entry {id}', 'anchors.leaf.access': 'Access {id}',

  // receipts
  'anchors.receipt': 'Receipt', 'anchors.receipt.label': 'Receipt of {what}', 'anchors.receipt.download': 'Download the receipt', 'anchors.receipt.file': 'Its file', 'anchors.receipt.file.label': 'Its file: {what}', 'anchors.receipt.file.download': 'Download its file',
  'anchors.receipt.how': 'Keep both: the receipt proves, the file is what it is of. The file names the channels and, of each segment, the Merkle root of its records; show it only to whom you want to show that.',
  'anchors.receipt.nofile': 'The file lies with whoever posted its digest.',
  'anchors.panel': 'Anchor', 'anchors.panel.none': 'It is not anchored. Anchored, you can show anybody that it was there before that day and was not changed since.', 'anchors.panel.waiting': 'It waits for the next batch.', 'anchors.panel.sent': 'Its batch is on its way to the chain.', 'anchors.panel.anchored': 'Anchored {when}, in batch {id}, of {records} records.', 'anchors.panel.alone': 'Anchored {when}, in batch {id} alone.', 'anchors.panel.batch': 'Show the batch', 'anchors.panel.now.title': 'Anchor this recording?', 'anchors.panel.now': 'Anchor this recording', 'anchors.panel.what': '«{title}» is read once, here, and a salted fingerprint of it becomes the batch.',

  // verifying
  'anchors.verify.title': 'Verify a receipt', 'anchors.verify.subtitle': 'Whoever gave you a file with its receipt: see whether it was there when the receipt says, and was not changed since.',
  'anchors.verify.receipt': 'Receipt', 'anchors.verify.receipt.text': 'The text file of the kind phdex/anchor/v1.', 'anchors.verify.receipt.choose': 'Choose the receipt', 'anchors.verify.file': 'File', 'anchors.verify.file.text': 'It is hashed here, in this window, however large it is; it goes nowhere.', 'anchors.verify.file.choose': 'Choose the file', 'anchors.verify.chosen': '{name}, {size}', 'anchors.verify.none': 'None chosen yet',
  'anchors.verify.block': 'Hash of the block (if you know it)', 'anchors.verify.block.text': 'From an explorer or a node that you trust. Without it your network’s node is asked.', 'anchors.verify.block.wrong': 'It is 0x and 64 hexadecimal digits.',
  'anchors.verify.do': 'Verify', 'anchors.verify.hashing': 'Hashing the file', 'anchors.verify.toolarge': '{name} is too large for a receipt.', 'anchors.verify.toolarge.hint': 'Choose the receipt; the file that it is of has its own button.', 'anchors.verify.unreadable': '{name} could not be read to its end.', 'anchors.verify.unreadable.hint': 'It may have been moved or changed meanwhile. Choose it again.',
  'anchors.verdict': 'Verdict', 'anchors.verdict.holds': 'It holds', 'anchors.verdict.holds.text': 'This very file was there on {when}, before block {block} was made, and not one bit of it was changed since.', 'anchors.verdict.open': 'It holds but for the block', 'anchors.verdict.open.text': 'File and receipt fit together, down to block {block} of {when}. Whether that block is the chain’s is not known here: compare its hash with a node or an explorer that you trust.', 'anchors.verdict.not': 'It does not hold', 'anchors.verdict.not.text': 'Refused at step {n} of {total}. Not shown: «{step}».',
  'anchors.verdict.hash': 'Hash of the block', 'anchors.steps': 'Steps of the verification', 'anchors.step.ok': 'holds', 'anchors.step.fails': 'does not hold', 'anchors.step.open': 'open', 'anchors.step.skipped': 'not reached',
  'anchors.step.form': 'The receipt can be read', 'anchors.step.file': 'The file is the one that the receipt is of', 'anchors.step.leaf': 'The file is a record of the batch', 'anchors.step.slot': 'The batch is looked for in its place in the contract', 'anchors.step.header': 'The block is the one that its header says', 'anchors.step.account': 'The contract is in the state of that block', 'anchors.step.storage': 'The contract keeps the batch there, with its time', 'anchors.step.block': 'The block is one of the chain',
} as const;

import Database from 'better-sqlite3';
import { FitBaseType, FitEncoder } from 'fit-file-parser';
import { zip, type ZipFile } from './fixtures.ts';

/** Seconds of FIT's clock. */
const fitTime = (text: string) => Date.parse(text) / 1000 - 631_065_600;

export function fitFile(): Buffer {
  const e = new FitEncoder({ protocolVersion: 0x20 });
  const T = FitBaseType;
  const t = fitTime('2024-01-01T10:00:00Z');
  const field = (number: number, size: number, baseType: number, value: number | Uint8Array) => ({ number, size, baseType, value });
  e.writeMessage(0, [field(0, 1, T.Enum, 4), field(1, 2, T.Uint16, 1), field(2, 2, T.Uint16, 3000), field(3, 4, T.Uint32z, 12345)]);
  e.writeMessage(20, [field(253, 4, T.Uint32, t), field(3, 1, T.Uint8, 100), field(0, 4, T.Sint32, 626_349_397)]);
  e.writeMessage(20, [field(253, 4, T.Uint32, t + 1), field(3, 1, T.Uint8, 101), field(0, 4, T.Sint32, 626_349_397)]);
  e.writeMessage(20, [field(253, 4, T.Uint32, t + 2), field(3, 1, T.Uint8, 255), field(0, 4, T.Sint32, 0x7fffffff)]);
  const rr = new Uint8Array(10).fill(255);
  new DataView(rr.buffer).setUint16(0, 600, true);
  new DataView(rr.buffer).setUint16(2, 590, true);
  e.writeMessage(78, [field(0, 10, T.Uint16, rr)]);
  e.writeMessage(55, [field(26, 2, T.Uint16, (t + 60) & 0xffff), field(27, 1, T.Uint8, 70)]);
  return Buffer.from(e.close());
}

export const gpxFile = (): string => `<?xml version="1.0"?><gpx version="1.1" creator="Suunto" xmlns:ns3="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"><trk><trkseg>
<trkpt lat="52.5" lon="13.4"><ele>40</ele><time>2024-01-01T10:00:00Z</time><extensions><ns3:TrackPointExtension><ns3:hr>120</ns3:hr></ns3:TrackPointExtension></extensions></trkpt>
<trkpt lat="52.5" lon="13.4"><time>2024-01-01T11:00:01.5+01:00</time><extensions><ns3:TrackPointExtension><ns3:hr>121</ns3:hr></ns3:TrackPointExtension></extensions></trkpt>
<trkpt lat="52.5" lon="13.4"><time>2024-01-01T10:00:03Z</time></trkpt></trkseg></trk></gpx>`;

export const tcxFile = (): string => `<?xml version="1.0"?><TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2"><Activities><Activity Sport="Running"><Lap StartTime="2024-01-01T10:00:00Z"><AverageHeartRateBpm><Value>99</Value></AverageHeartRateBpm><Track>
<Trackpoint><Time>2024-01-01T10:00:00Z</Time><Position><LatitudeDegrees>52.5</LatitudeDegrees></Position><HeartRateBpm><Value>120</Value></HeartRateBpm></Trackpoint>
<Trackpoint><Time>2024-01-01T10:00:01.5Z</Time><HeartRateBpm><Value>121</Value></HeartRateBpm></Trackpoint></Track></Lap><Creator><Name>Polar Vantage</Name></Creator></Activity></Activities></TrainingCenterDatabase>`;

export function gadgetbridgeDb(rows = 0): Buffer {
  const db = new Database(':memory:');
  db.exec(`CREATE TABLE DEVICE (_id INTEGER PRIMARY KEY, NAME TEXT, MANUFACTURER TEXT, IDENTIFIER TEXT, ALIAS TEXT);
    INSERT INTO DEVICE VALUES (1, 'Mi Band 5', 'Huami', 'AA:BB:CC:DD:EE:FF', 'Anna');
    CREATE TABLE MI_BAND_ACTIVITY_SAMPLE (TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL, RAW_INTENSITY INTEGER NOT NULL, STEPS INTEGER NOT NULL, RAW_KIND INTEGER NOT NULL, HEART_RATE INTEGER NOT NULL);
    INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES (1700000060, 1, 1, 20, 5, 1, 62), (1700000000, 1, 1, 10, 0, 1, 61), (1700000120, 1, 1, 255, 0, 1, 255);
    CREATE TABLE HUAMI_SPO2_SAMPLE (TIMESTAMP INTEGER NOT NULL, DEVICE_ID INTEGER NOT NULL, USER_ID INTEGER NOT NULL, TYPE_NUM INTEGER, SPO2 INTEGER);
    INSERT INTO HUAMI_SPO2_SAMPLE VALUES (1700000000123, 1, 1, 0, 97);`);
  const insert = db.prepare('INSERT INTO MI_BAND_ACTIVITY_SAMPLE VALUES (?, 1, 1, 3, 2, 1, ?)');
  for (let i = 0; i < rows; i++) insert.run(1_700_100_000 + i * 60, 50 + (i % 100));
  const bytes = db.serialize();
  db.close();
  return bytes;
}

export const e4Files = (): ZipFile[] => [
  { name: 'ACC.csv', content: '1560279825.000000, 1560279825.000000, 1560279825.000000\n32.000000, 32.000000, 32.000000\n-61,25,6\n-60,25,6\n-60,24,7\n' },
  { name: 'BVP.csv', content: '1560279825.000000\n64.000000\n-0.00\n1.25\n2.50\n' },
  { name: 'EDA.csv', content: '1560279825.000000\n4.000000\n0.000000\n0.212345\n' },
  { name: 'TEMP.csv', content: '1560279825.000000\n4.000000\n33.11\n33.13\n' },
  { name: 'HR.csv', content: '1560279835.000000\n1.000000\n85.00\n84.50\n' },
  { name: 'IBI.csv', content: '1560279825.000000, IBI\n10.5,0.703125\n11.21875,0.718750\n' },
  { name: 'tags.csv', content: '1560279826.50\n' },
  { name: 'info.txt', content: '.csv files in this archive are in the following format:\n' },
];

export function actigraphCsv(order: string, timed: boolean): string {
  const rows = ['0.004,-0.5,1', '0.004,-0.5,1', 'x,1,1', '0.012,-0.5,1'];
  const stamp = (i: number) => `3/1/2024 10:00:00.${String(i * 33).padStart(3, '0')},`;
  return `${[`------------ Data File Created By ActiGraph GT3X+ ActiLife v6.13.4 Firmware v3.2.1 date format ${order} at 30 Hz  Filter Normal -----------`, 'Serial Number: NEO1F0123', 'Start Time 10:00:00', 'Start Date 3/1/2024',
    'Epoch Period (hh:mm:ss) 00:00:00', 'Download Time 12:00:00', 'Download Date 3/9/2024', 'Current Memory Address: 0', 'Current Battery Voltage: 4.12     Mode = 12', '--------------------------------------------------',
    `${timed ? 'Timestamp,' : ''}Accelerometer X,Accelerometer Y,Accelerometer Z`, ...rows.map((r, i) => (timed ? stamp(i) : '') + r)].join('\r\n')}\r\n`;
}

const record = (type: number, second: number, payload: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head[0] = 0x1e;
  head[1] = type;
  head.writeUInt32LE(second, 2);
  head.writeUInt16LE(payload.length, 6);
  const all = Buffer.concat([head, payload]);
  return Buffer.concat([all, Buffer.of(~all.reduce((x, b) => x ^ b, 0) & 0xff)]);
};

export function gt3xFile(broken = false): Buffer {
  const second = Date.parse('2011-10-31T10:21:00Z') / 1000;
  const packed = Buffer.alloc(135);
  const put = (n: number, v: number) => { const at = (n * 12) >> 3; const w = v & 0xfff; if (n % 2 === 0) { packed[at] = w >> 4; packed[at + 1]! |= (w & 15) << 4; } else { packed[at]! |= w >> 8; packed[at + 1] = w & 255; } };
  for (let i = 0; i < 30; i++) { put(i * 3, -341); put(i * 3 + 1, 341); put(i * 3 + 2, 170); }
  const signed = Buffer.alloc(180);
  for (let i = 0; i < 30; i++) { signed.writeInt16LE(341, i * 6); signed.writeInt16LE(-341, i * 6 + 2); signed.writeInt16LE(170, i * 6 + 4); }
  const log = Buffer.concat([record(0, second, packed), record(0, second + 1, Buffer.of(1)), record(3, second + 1, Buffer.of(0x08)), record(26, second + 2, signed)]);
  if (broken) log[20]! ^= 1;
  return zip([{ name: 'info.txt', content: 'Serial Number: CLE2B00000000\r\nDevice Type: wGT3XBT\r\nFirmware: 1.9.2\r\nSample Rate: 30\r\nStart Date: 634556532600000000\r\n' }, { name: 'log.bin', content: log }]);
}

export function axivityCsv(): string {
  const at = (ms: number) => new Date(Date.parse('2024-03-31T01:59:59Z') + ms).toISOString().replace('T', ' ').replace('Z', '');
  return `${Array.from({ length: 200 }, (_, i) => `${at(i * 10)},0.015625,-0.250000,0.968750,123,456`).join('\n')}\n${at(3600e3)},0.015625,-0.250000,0.968750,123,456\n`;
}

export function edfFile(): Buffer {
  const pad = (text: string | number, n: number) => String(text).padEnd(n).slice(0, n);
  const signals = [['ECG I', 'mV', -10, 10, -2, 2, 4], ['SpO2', '%', 0, 100, 0, 100, 1], ['EDF Annotations', '', -1, 1, -32768, 32767, 30]] as const;
  const each = (pick: (s: (typeof signals)[number]) => string | number, n: number) => signals.map((s) => pad(pick(s), n)).join('');
  const header = pad('0', 8) + pad('MCH-0234567 F 02-MAY-1951 Haagse_Harry', 80) + pad('Startdate 31-OCT-2011', 80) + '31.10.1110.21.00' + pad(256 * 4, 8) + pad('EDF+D', 44) + pad(2, 8) + pad(1, 8) + pad(3, 4)
    + each((s) => s[0], 16) + each(() => 'AgAgCl', 80) + each((s) => s[1], 8) + each((s) => s[2], 8) + each((s) => s[3], 8) + each((s) => s[4], 8) + each((s) => s[5], 8) + each(() => '', 80) + each((s) => s[6], 8) + each(() => '', 32);
  const data = (onset: string) => {
    const b = Buffer.alloc(70);
    [-1, 1, 2, -2, 97].forEach((v, i) => b.writeInt16LE(v, i * 2));
    b.write(`+${onset}\x14\x14\0${onset === '0' ? '+0.5\x152\x14Apnea\x14\0' : ''}`, 10, 'latin1');
    return b;
  };
  return Buffer.concat([Buffer.from(header, 'latin1'), data('0'), data('10')]);
}

export function samsungZip(meaning: 'utc' | 'local'): Buffer {
  const [a, b, c] = meaning === 'utc' ? ['10:00:00.000', '10:02:00.000', '11:00:00.000'] : ['11:00:00.000', '11:02:00.000', '12:00:00.000'];
  const table = 'com.samsung.shealth.tracker.heart_rate';
  const p = 'com.samsung.health.heart_rate.';
  return zip([
    { name: `${table}.20240105.csv`, content: `\uFEFF${table},6310001,6\r\n${p}start_time,${p}end_time,${p}time_offset,${p}heart_rate,${p}binning_data,${p}deviceuuid\r\n2024-01-01 ${a},2024-01-01 ${b},UTC+0100,71.0,abc.binning_data.json,dev1,\r\n2024-01-01 ${c},2024-01-01 ${c},UTC+0100,80.0,,dev1,\r\n` },
    { name: `jsons/${table}/a/abc.binning_data.json`, content: JSON.stringify([{ heart_rate: 70, start_time: Date.parse('2024-01-01T10:00:00Z'), end_time: 0 }, { heart_rate: 72, start_time: Date.parse('2024-01-01T10:01:00Z'), end_time: 0 }]) },
  ]);
}

export const ouraJson = (): string => JSON.stringify({
  heartrate: [{ bpm: 58, source: 'awake', timestamp: '2024-01-01T10:00:00+00:00' }, { bpm: 59, source: 'awake', timestamp: '2024-01-01T10:05:00+00:00' }],
  sleep: [{ bedtime_start: '2024-01-01T23:00:00+01:00', heart_rate: { interval: 300, items: [55, null, 54], timestamp: '2024-01-01T23:00:00.000+01:00' }, hrv: { interval: 300, items: [40, 41, null], timestamp: '2024-01-01T23:00:00.000+01:00' }, sleep_phase_5_min: '4213' }],
  daily_spo2: [{ day: '2024-01-01' }],
});

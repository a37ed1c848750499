/** Published test vectors. Each begins with where it comes from. */

/** McGrew, Viega: «The Galois/Counter Mode of Operation (GCM)», appendix B, test case 16; also in NIST's GCM submission. */
export const AES_256_GCM = {
  key: 'feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308',
  iv: 'cafebabefacedbaddecaf888',
  plain: 'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
  aad: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
  cipher: '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  tag: '76fc6ece0f4e1768cddf8853bb2d551b',
};

/** RFC 5869, appendix A.1 and A.3. */
export const HKDF_SHA256 = [
  { ikm: '0b'.repeat(22), salt: '000102030405060708090a0b0c', info: 'f0f1f2f3f4f5f6f7f8f9', okm: '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865' },
  { ikm: '0b'.repeat(22), salt: '', info: '', okm: '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8' },
];

/** RFC 7914, section 12. */
export const SCRYPT = [
  { passphrase: '', salt: '', N: 16, r: 1, p: 1, key: '77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906' },
  { passphrase: 'password', salt: 'NaCl', N: 1024, r: 8, p: 16, key: 'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640' },
];

/** RFC 9180, appendix A.1.1 (X25519, HKDF-SHA256, AES-128-GCM, base mode, sequence number 0). */
export const HPKE_AES_128 = {
  pkRm: '3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d',
  skRm: '4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8',
  skEm: '52c4a758a802cd8b936eceea314432798d5baf2d7e9235dc084ab1b9cfa2f736',
  enc: '37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431',
  info: '4f6465206f6e2061204772656369616e2055726e',
  plain: '4265617574792069732074727574682c20747275746820626561757479',
  aad: '436f756e742d30',
  cipher: 'f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a',
};

/** BoringSSL's vector of the suite that we use (X25519, HKDF-SHA256, AES-256-GCM, base mode), as Tink quotes it. */
export const HPKE_AES_256 = {
  pkRm: 'ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018',
  skEm: '28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a',
  info: '4f6465206f6e2061204772656369616e2055726e',
  plain: '4265617574792069732074727574682c20747275746820626561757479',
  aad: '436f756e742d30',
  cipher: '23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f',
};

/** README of @openzeppelin/merkle-tree: the root of the standard tree of these two values. */
export const OZ_MERKLE_TREE = {
  values: [['0x1111111111111111111111111111111111111111', '5000000000000000000'], ['0x2222222222222222222222222222222222222222', '2500000000000000000']],
  root: '0xd4dee0beab2d53f2cc83e567171bd2820e49898130a22622b10ead383e90bd77',
};

/** RFC 7748, section 6.1: Alice's keys. */
export const X25519 = { secret: '77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a', public: '8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a' };

/** Certificate Transparency's reference leaves and roots of RFC 6962 (google/certificate-transparency, merkletree tests). */
export const RFC_6962 = {
  leaves: ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'],
  emptyRoot: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  roots: [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ],
  /** Audit paths: leaf (from 0), size, siblings from the leaf upwards. */
  proofs: [
    { index: 0, size: 1, path: [] },
    { index: 0, size: 8, path: ['96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'] },
    { index: 5, size: 8, path: ['bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'] },
    { index: 2, size: 3, path: ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'] },
    { index: 1, size: 5, path: ['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'] },
  ],
};

/** BIP-39's english vectors (trezor/python-mnemonic, vectors.json; the passphrase is TREZOR). */
export const BIP39 = [
  { entropy: '00'.repeat(16), mnemonic: 'abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about', seed: 'c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e53495531f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04' },
  { entropy: '7f'.repeat(16), mnemonic: 'legal winner thank year wave sausage worth useful legal winner thank yellow', seed: '2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6fa457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607' },
  { entropy: '80'.repeat(16), mnemonic: 'letter advice cage absurd amount doctor acoustic avoid letter advice cage above', seed: 'd71de856f81a8acc65e6fc851a38d4d7ec216fd0796d0a6827a3ad6ed5511a30fa280f12eb2e47ed2ac03b5c462a0358d18d69fe4f985ec81778c1b370b652a8' },
  { entropy: 'ff'.repeat(16), mnemonic: 'zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong', seed: 'ac27495480225222079d7be181583751e86f571027b0497b5b5d11218e0a8a13332572917f0f8e5a589620c6f15b11c61dee327651a14c34e18231052e48c069' },
];

/** BIP-32, test vector 1: seed and the private key of m/0'/1. */
export const BIP32 = { seed: '000102030405060708090a0b0c0d0e0f', path: "m/0'/1", publicKey: '0x03501e454bf00751f24b1b489aa925215d66af2234e3891c3b21a52bedb3cd711c' };

/** Accounts of well-known mnemonics at m/44'/60'/0'/0/0 (the first is Foundry's and Hardhat's development account). */
export const ACCOUNTS = [
  { mnemonic: 'test test test test test test test test test test test junk', address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' },
  { mnemonic: BIP39[0]!.mnemonic, address: '0x9858EfFD232B4033E47d90003D41EC34EcaEda94' },
];

/** RFC 8785, section 3.2.3 (sorting) and 3.2.2 (numbers, strings), shortened to what JSON text can carry here. */
export const RFC_8785 = {
  input: '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  output: '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
};

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replace(/^0x/, ''), 'hex'));
export const hex = (data: ArrayBuffer | Uint8Array): string => Buffer.from(data as Uint8Array).toString('hex');

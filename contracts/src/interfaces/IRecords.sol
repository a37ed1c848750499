// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Records: what an institution writes about a patient, signed by its transaction, sealed to the patient (Chen et al. 2018).
/// @notice Who issued a record cannot take it back or change it, and the patient cannot hide that it exists; only its
/// content can be withheld. A record that corrects another names it. Insurance claims are records of that category.
interface IRecords {
    /// @dev As stored, two slots.
    struct Record {
        address issuer;
        uint40 time;
        uint8 category; // 0 personal health data, 1 medical history, 2 insurance information
        bool stored; // the patient opened it, and keeps it under a key of its own
        bytes32 digest; // keccak256(abi.encode(patient, digest, contentHash, corrects))
    }

    event RecordIssued(
        uint256 indexed recordId, address indexed issuer, address indexed patient, uint256 category, bytes32 digest, bytes32 contentHash,
        bytes cid, bytes sealedKey, uint256 corrects
    );
    event RecordStored(uint256 indexed recordId, address indexed patient, bytes32 newContentHash);

    error RecordNotAllowed(address account, uint256 category);
    error RecordPartyInvalid(address patient);
    error RecordContentInvalid(bytes32 digest, bytes32 contentHash, uint256 cidLength, uint256 keyLength);
    error RecordUnknown(uint256 recordId);
    error RecordNotIssuer(uint256 recordId, address account);
    error RecordNotPatient(uint256 recordId, address account);
    error RecordStoredAlready(uint256 recordId);

    /// @notice Issues a record to `patient`. The caller's role must allow it for the category.
    /// @param digest salted SHA-256 of the plain content; @param contentHash SHA-256 of the encrypted content
    /// @param cid where the encrypted content is, at most 128 bytes; @param sealedKey its key, sealed to the patient, at most 256 bytes
    /// @param corrects an earlier record of the same issuer; 0 for none. That it was to the same patient is the reader's to see: the
    /// chain keeps only its hash
    function issue(address patient, uint8 category, bytes32 digest, bytes32 contentHash, bytes calldata cid, bytes calldata sealedKey, uint256 corrects)
        external returns (uint256 recordId);

    /// @notice The patient verified the record and keeps it under a new key, as content `newContentHash`.
    function store(uint256 recordId, bytes32 digest, bytes32 contentHash, uint256 corrects, bytes32 newContentHash) external;

    /// @notice All zero for an unknown one.
    function recordOf(uint256 recordId) external view returns (Record memory);
    /// @notice Whether record `recordId` was issued to `patient` with exactly these hashes.
    function matches(uint256 recordId, address patient, bytes32 digest, bytes32 contentHash, uint256 corrects) external view returns (bool);
    /// @notice How many records were issued; ids count from 1.
    function records() external view returns (uint256);
}

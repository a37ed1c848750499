// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IParticipants} from "../interfaces/IParticipants.sol";
import {IRecords} from "../interfaces/IRecords.sol";
import {Permissions} from "../libraries/Permissions.sol";

/// @title Records
contract Records is ERC2771Context, IRecords {
    uint256 private constant MAX_CID_BYTES = 128;
    uint256 private constant MAX_KEY_BYTES = 256;

    IParticipants private immutable PARTICIPANTS;

    mapping(uint256 recordId => Record) private _records;
    uint256 private _lastRecord;

    constructor(address participants_, address forwarder_) ERC2771Context(forwarder_) {
        PARTICIPANTS = IParticipants(participants_);
    }

    /// @inheritdoc IRecords
    function issue(
        address patient, uint8 category, bytes32 digest, bytes32 contentHash, bytes calldata cid, bytes calldata sealedKey, uint256 corrects
    ) external returns (uint256 recordId) {
        if (patient == address(0) || patient == _msgSender()) revert RecordPartyInvalid(patient);
        if (!Permissions.allowed(PARTICIPANTS.accountOf(_msgSender()).roles, Permissions.ISSUE, category)) revert RecordNotAllowed(_msgSender(), category);
        bool sized = cid.length != 0 && cid.length <= MAX_CID_BYTES && sealedKey.length != 0 && sealedKey.length <= MAX_KEY_BYTES;
        if (digest == 0 || contentHash == 0 || !sized) revert RecordContentInvalid(digest, contentHash, cid.length, sealedKey.length);
        if (corrects != 0 && _records[corrects].issuer != _msgSender()) revert RecordNotIssuer(corrects, _msgSender());
        recordId = ++_lastRecord;
        _records[recordId] = Record(_msgSender(), uint40(block.timestamp), category, false, _digest(patient, digest, contentHash, corrects));
        emit RecordIssued(recordId, _msgSender(), patient, category, digest, contentHash, cid, sealedKey, corrects);
    }

    /// @inheritdoc IRecords
    function store(uint256 recordId, bytes32 digest, bytes32 contentHash, uint256 corrects, bytes32 newContentHash) external {
        Record storage record = _records[recordId];
        if (record.issuer == address(0)) revert RecordUnknown(recordId);
        if (record.digest != _digest(_msgSender(), digest, contentHash, corrects)) revert RecordNotPatient(recordId, _msgSender());
        if (record.stored) revert RecordStoredAlready(recordId);
        record.stored = true;
        emit RecordStored(recordId, _msgSender(), newContentHash);
    }

    /// @inheritdoc IRecords
    function recordOf(uint256 recordId) external view returns (Record memory) {
        return _records[recordId];
    }

    /// @inheritdoc IRecords
    function matches(uint256 recordId, address patient, bytes32 digest, bytes32 contentHash, uint256 corrects) external view returns (bool) {
        return _records[recordId].digest == _digest(patient, digest, contentHash, corrects);
    }

    /// @inheritdoc IRecords
    function records() external view returns (uint256) {
        return _lastRecord;
    }

    function _digest(address patient, bytes32 digest, bytes32 contentHash, uint256 corrects) private pure returns (bytes32) {
        return keccak256(abi.encode(patient, digest, contentHash, corrects));
    }
}

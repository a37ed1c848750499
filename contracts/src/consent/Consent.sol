// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IConsent} from "../interfaces/IConsent.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IParticipants} from "../interfaces/IParticipants.sol";
import {Permissions} from "../libraries/Permissions.sol";

/// @title Consent
/// @dev IConsent is the specification.
contract Consent is ERC2771Context, IConsent {
    uint256 private constant MAX_DURATION = 10 * 365 days;
    uint256 private constant MAX_DETAILS = 2048;

    IMarket private immutable MARKET;
    IParticipants private immutable PARTICIPANTS;

    mapping(uint256 rightId => Right) private _rights;
    mapping(address owner => uint32) private _epochs;
    mapping(uint256 datasetId => bool) private _emergencyReadable;
    uint256 private _lastRight;

    constructor(address market_, address forwarder_) ERC2771Context(forwarder_) {
        MARKET = IMarket(market_);
        PARTICIPANTS = IParticipants(MARKET.participants());
        if (MARKET.consent() != address(this)) revert ConsentNotWired(MARKET.consent(), address(this));
    }

    /// @inheritdoc IConsent
    function request(address owner, Terms calldata terms, bytes32 encryptionKey, bytes calldata details) external returns (uint256 rightId) {
        if (owner == address(0) || owner == _msgSender()) revert ConsentPartyInvalid(owner);
        if (encryptionKey == 0) revert ConsentKeyInvalid(encryptionKey);
        if (details.length > MAX_DETAILS) revert ConsentDetailsTooLong(details.length, MAX_DETAILS);
        _checkTerms(_msgSender(), terms);
        rightId = ++_lastRight;
        Right storage right = _rights[rightId];
        right.grantee = _msgSender();
        right.expiry = terms.duration;
        right.status = RightStatus.Pending;
        right.category = terms.category;
        right.operations = terms.operations;
        right.bound = _bound(owner, terms.scopeRoot);
        emit AccessRequested(
            rightId, owner, _msgSender(), terms.category, terms.operations, terms.duration, terms.scopeRoot, terms.purpose, encryptionKey, details
        );
    }

    /// @inheritdoc IConsent
    function withdrawRequest(uint256 rightId, address owner, bytes32 scopeRoot) external {
        Right storage right = _pending(rightId);
        _checkGrantee(rightId, right);
        _checkBound(rightId, right, owner, scopeRoot);
        delete _rights[rightId];
        emit RequestWithdrawn(rightId, owner, _msgSender());
    }

    /// @inheritdoc IConsent
    function approve(uint256 rightId, bytes32 askedRoot, Terms calldata terms, bytes32 envelope) external {
        Right storage right = _pending(rightId);
        _checkBound(rightId, right, _msgSender(), askedRoot);
        bool wider = terms.category != right.category || terms.operations & ~right.operations != 0 || terms.duration > right.expiry;
        if (wider) revert ConsentWidened(rightId);
        address grantee = right.grantee;
        // Again: the grantee may have been suspended since it asked.
        _checkTerms(grantee, terms);
        if (terms.scopeRoot != askedRoot) right.bound = _bound(_msgSender(), terms.scopeRoot);
        _approve(rightId, right, grantee, terms, envelope);
    }

    /// @inheritdoc IConsent
    function reject(uint256 rightId, bytes32 askedRoot) external {
        Right storage right = _pending(rightId);
        _checkBound(rightId, right, _msgSender(), askedRoot);
        address grantee = right.grantee;
        delete _rights[rightId];
        emit RequestRejected(rightId, _msgSender(), grantee);
    }

    /// @inheritdoc IConsent
    function grant(address grantee, Terms calldata terms, bytes32 envelope) external returns (uint256 rightId) {
        if (grantee == _msgSender()) revert ConsentPartyInvalid(grantee);
        _checkTerms(grantee, terms);
        rightId = ++_lastRight;
        Right storage right = _rights[rightId];
        right.bound = _bound(_msgSender(), terms.scopeRoot);
        _approve(rightId, right, grantee, terms, envelope);
    }

    /// @inheritdoc IConsent
    function revoke(uint256 rightId, bytes32 scopeRoot) external {
        Right storage right = _rights[rightId];
        if (right.status != RightStatus.Approved) revert ConsentStatus(rightId, right.status);
        _checkBound(rightId, right, _msgSender(), scopeRoot);
        right.status = RightStatus.Revoked;
        emit AccessRevoked(rightId, _msgSender(), right.grantee);
    }

    /// @inheritdoc IConsent
    function revokeAll() external {
        uint32 epoch = ++_epochs[_msgSender()];
        emit AllRevoked(_msgSender(), epoch);
    }

    /// @inheritdoc IConsent
    function handBack(uint256 rightId, address owner, bytes32 scopeRoot) external {
        Right storage right = _rights[rightId];
        if (right.status != RightStatus.Approved) revert ConsentStatus(rightId, right.status);
        _checkGrantee(rightId, right);
        _checkBound(rightId, right, owner, scopeRoot);
        right.status = RightStatus.HandedBack;
        emit AccessHandedBack(rightId, owner, _msgSender());
    }

    /// @inheritdoc IConsent
    function use(
        uint256 rightId, address owner, bytes32 scopeRoot, uint8 operation, bytes32 leaf, bytes32[] calldata proof, bytes32 recordHash, bytes32 place
    ) external {
        Right memory right = _rights[rightId];
        if (right.grantee != _msgSender()) revert ConsentNotGrantee(rightId, _msgSender());
        if (right.bound != _bound(owner, scopeRoot)) revert ConsentNotBound(rightId, owner, scopeRoot);
        if (!_live(right, owner)) revert ConsentEnded(rightId);
        if (operation == 0 || operation & ~right.operations != 0) revert ConsentNotAllowed(_msgSender(), operation, right.category);
        if (!MerkleProof.verifyCalldata(proof, scopeRoot, leaf)) revert ConsentOutOfScope(rightId, leaf);
        emit AccessUsed(rightId, owner, _msgSender(), operation, recordHash, place);
    }

    /// @inheritdoc IConsent
    function setEmergencyReadable(uint256 datasetId, bool readable) external {
        if (MARKET.datasetOf(datasetId).owner != _msgSender()) revert ConsentNotOwner(datasetId, _msgSender());
        _emergencyReadable[datasetId] = readable;
        emit EmergencyReadable(datasetId, _msgSender(), readable);
    }

    /// @inheritdoc IConsent
    function emergency(
        uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod, bytes32 reasonHash, bytes calldata reason
    ) external returns (uint256 accessId) {
        if (!Permissions.allowed(PARTICIPANTS.accountOf(_msgSender()).roles, Permissions.EMERGENCY, Permissions.HEALTH)) {
            revert ConsentNotAllowed(_msgSender(), Permissions.EMERGENCY, Permissions.HEALTH);
        }
        if (!_emergencyReadable[datasetId]) revert ConsentNotReadable(datasetId);
        if (reason.length > MAX_DETAILS) revert ConsentDetailsTooLong(reason.length, MAX_DETAILS);
        accessId = MARKET.openEmergency(_msgSender(), datasetId, px, py, releasePeriod, reasonHash);
        emit EmergencyOpened(accessId, datasetId, _msgSender(), MARKET.datasetOf(datasetId).owner, reasonHash, reason);
    }

    /// @inheritdoc IConsent
    function contest(uint256 accessId, bytes32 reasonHash) external {
        IMarket.Access memory access = MARKET.accessOf(accessId);
        if (access.kind != IMarket.AccessKind.Emergency) revert ConsentNotEmergency(accessId);
        if (MARKET.datasetOf(access.datasetId).owner != _msgSender()) revert ConsentNotOwner(access.datasetId, _msgSender());
        emit EmergencyContested(accessId, _msgSender(), reasonHash);
    }

    /// @inheritdoc IConsent
    function isLive(uint256 rightId, address owner, bytes32 scopeRoot) external view returns (bool) {
        Right memory right = _rights[rightId];
        return right.bound == _bound(owner, scopeRoot) && _live(right, owner);
    }

    /// @inheritdoc IConsent
    function rightOf(uint256 rightId) external view returns (Right memory) {
        return _rights[rightId];
    }

    /// @inheritdoc IConsent
    function epochOf(address owner) external view returns (uint256) {
        return _epochs[owner];
    }

    /// @inheritdoc IConsent
    function rights() external view returns (uint256) {
        return _lastRight;
    }

    /// @inheritdoc IConsent
    function isEmergencyReadable(uint256 datasetId) external view returns (bool) {
        return _emergencyReadable[datasetId];
    }

    function _approve(uint256 rightId, Right storage right, address grantee, Terms calldata terms, bytes32 envelope) private {
        // The cast cannot cut: a duration is at most MAX_DURATION.
        uint40 expiry = uint40(block.timestamp + terms.duration);
        right.grantee = grantee;
        right.expiry = expiry;
        right.epoch = _epochs[_msgSender()];
        right.status = RightStatus.Approved;
        right.category = terms.category;
        right.operations = terms.operations;
        emit AccessGranted(rightId, _msgSender(), grantee, terms.category, terms.operations, expiry, terms.scopeRoot, terms.purpose, envelope);
    }

    function _live(Right memory right, address owner) private view returns (bool) {
        return right.status == RightStatus.Approved && block.timestamp <= right.expiry && right.epoch == _epochs[owner]
            && Permissions.allowed(PARTICIPANTS.accountOf(right.grantee).roles, right.operations, right.category);
    }

    function _pending(uint256 rightId) private view returns (Right storage right) {
        right = _rights[rightId];
        if (right.status != RightStatus.Pending) revert ConsentStatus(rightId, right.status);
    }

    function _checkTerms(address grantee, Terms calldata terms) private view {
        if (terms.duration == 0 || terms.duration > MAX_DURATION) revert ConsentDurationInvalid(terms.duration, MAX_DURATION);
        if (terms.scopeRoot == 0) revert ConsentScopeInvalid(terms.scopeRoot);
        uint32 roles = PARTICIPANTS.accountOf(grantee).roles;
        bool grantable = terms.operations & ~Permissions.GRANTABLE == 0;
        if (!grantable || !Permissions.allowed(roles, terms.operations, terms.category)) {
            revert ConsentNotAllowed(grantee, terms.operations, terms.category);
        }
    }

    function _checkGrantee(uint256 rightId, Right storage right) private view {
        if (right.grantee != _msgSender()) revert ConsentNotGrantee(rightId, _msgSender());
    }

    function _checkBound(uint256 rightId, Right storage right, address owner, bytes32 scopeRoot) private view {
        if (right.bound != _bound(owner, scopeRoot)) revert ConsentNotBound(rightId, owner, scopeRoot);
    }

    function _bound(address owner, bytes32 scopeRoot) private pure returns (bytes32) {
        return keccak256(abi.encode(owner, scopeRoot));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {DisputeVerifier} from "../libraries/DisputeVerifier.sol";
import {Roles} from "../libraries/Roles.sol";
import {Seats} from "../libraries/Seats.sol";
import {SeatTree} from "../libraries/SeatTree.sol";
import {Secp256k1} from "../libraries/Secp256k1.sol";
import {MarketBase} from "./MarketBase.sol";

/// @dev Opening an access, releasing shares for it, disputing them.
abstract contract Accesses is MarketBase {
    using Seats for uint32;

    /// @inheritdoc IMarket
    function buy(
        uint256 datasetId, uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose
    ) external returns (uint256 accessId) {
        uint256 price;
        (accessId, price) = _openPurchase(datasetId, version, maxPrice, px, py, releasePeriod, purpose);
        COIN.transferFrom(msg.sender, address(this), price);
    }

    /// @inheritdoc IMarket
    function buyWithPermit(
        uint256 datasetId, uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose,
        uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s
    ) external returns (uint256 accessId) {
        uint256 price;
        (accessId, price) = _openPurchase(datasetId, version, maxPrice, px, py, releasePeriod, purpose);
        // A permit that somebody else posted first has become an allowance; one that is bad otherwise fails there too.
        try COIN.receiveWithPermit(msg.sender, price, permitDeadline, v, r, s) {}
        catch {
            COIN.transferFrom(msg.sender, address(this), price);
        }
    }

    /// @inheritdoc IMarket
    function validate(uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod) external returns (uint256 accessId) {
        if (!PARTICIPANTS.hasRole(msg.sender, Roles.VALIDATOR)) revert MarketNotValidator(msg.sender);
        Dataset storage dataset = _datasets[datasetId];
        if (dataset.status != DatasetStatus.Published) revert MarketDatasetStatus(datasetId, dataset.status);
        if (dataset.owner == msg.sender) revert MarketValidatorInvolved(datasetId, msg.sender);
        address[] memory keepers = _keepersOf(datasetId, dataset.accepted);
        for (uint256 i = 0; i < keepers.length; ++i) {
            if (keepers[i] == msg.sender) revert MarketValidatorInvolved(datasetId, msg.sender);
        }
        return _open(AccessKind.Validation, msg.sender, datasetId, 0, px, py, releasePeriod, 0);
    }

    /// @inheritdoc IMarket
    function openGrant(
        address grantee, uint256 datasetId, uint96 price, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose
    ) external returns (uint256 accessId) {
        if (msg.sender != STUDIES) revert MarketNotOpener(msg.sender, STUDIES);
        Dataset storage dataset = _datasets[datasetId];
        if (dataset.status != DatasetStatus.Certified) revert MarketDatasetStatus(datasetId, dataset.status);
        _checkPrice(price, dataset.keepersBps, dataset.threshold);
        accessId = _open(AccessKind.Grant, grantee, datasetId, price, px, py, releasePeriod, purpose);
        COIN.transferFrom(msg.sender, address(this), price);
    }

    /// @inheritdoc IMarket
    function openEmergency(
        address grantee, uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose
    ) external returns (uint256 accessId) {
        if (msg.sender != CONSENT) revert MarketNotOpener(msg.sender, CONSENT);
        DatasetStatus status = _datasets[datasetId].status;
        if (status != DatasetStatus.Published && status != DatasetStatus.Certified) revert MarketDatasetStatus(datasetId, status);
        return _open(AccessKind.Emergency, grantee, datasetId, 0, px, py, releasePeriod, purpose);
    }

    /// @inheritdoc IMarket
    function release(uint256 accessId, uint8 index, ReleasedShare calldata share) external {
        Access storage access = _openAccess(accessId);
        uint256 deadline = access.deadline;
        if (block.timestamp > deadline) revert MarketReleaseTooLate(accessId, deadline);
        uint256 datasetId = access.datasetId;
        if (_seatKeepers[datasetId][index] != msg.sender) revert MarketNotSeated(datasetId, index, msg.sender);
        uint32 standing = access.standing;
        if (!access.seated.has(index) || access.disputed.has(index)) revert MarketReleaseNotExpected(accessId, index);
        if (standing.has(index)) revert MarketAlreadyReleased(accessId, index);
        // Set for a paid access whose k shares stand, never for one without a price.
        if (access.challengeEnd != 0) revert MarketEnoughReleases(accessId, access.threshold);
        if (_suspended(access)) revert MarketGranteeSuspended(accessId, access.grantee);

        standing |= Seats.bit(index);
        access.standing = standing;
        _releaseHashes[accessId][index] = _hashOf(share);
        emit ShareReleased(accessId, index, msg.sender, share.ex, share.ey, abi.encodePacked(share.ctHead, share.ctTail));
        if (access.escrow != 0 && standing.count() == access.threshold) {
            uint256 challengeEnd = block.timestamp + CHALLENGE_WINDOW;
            access.challengeEnd = uint40(challengeEnd);
            emit AccessReady(accessId, challengeEnd);
        }
    }

    /// @inheritdoc IMarket
    function dispute(uint256 accessId, DisputeProof calldata proof) external {
        Access storage access = _openAccess(accessId);
        uint256 challengeEnd = access.challengeEnd;
        if (challengeEnd != 0 && block.timestamp > challengeEnd) revert MarketDisputeTooLate(accessId, challengeEnd);
        uint256 index = proof.index;
        bytes32 releaseHash = _releaseHashes[accessId][index];
        if (releaseHash == 0 || releaseHash != _hashOf(proof.share)) revert MarketNoSuchRelease(accessId, index);
        if (access.keyHash != _keyHash(proof.px, proof.py)) revert MarketWrongKey(accessId, proof.px, proof.py);
        uint256 datasetId = access.datasetId;
        bytes32 leaf = SeatTree.leaf(proof.nonce, index, proof.keeper, proof.commitment);
        if (!MerkleProof.verifyCalldata(proof.seatProof, _datasets[datasetId].seatRoot, leaf)) {
            revert MarketSeatProofInvalid(datasetId, index, proof.keeper);
        }
        if (!DisputeVerifier.isFalseShare(accessId, proof)) revert MarketHonestShare(accessId, index);

        // The seat is spent: its keeper cannot release again for this access, and the hash is no longer needed.
        uint32 standing = access.standing & ~Seats.bit(index);
        access.standing = standing;
        access.disputed |= Seats.bit(index);
        delete _releaseHashes[accessId][index];
        uint256 deadline = access.deadline;
        if (standing.count() < access.threshold) {
            // The others get time: whoever was too late because k shares stood must not count as silent.
            uint256 extended = block.timestamp + RELEASE_EXTENSION;
            if (deadline < extended) deadline = extended;
            access.challengeEnd = 0;
            access.deadline = uint40(deadline);
        }
        emit ReleaseDisputed(accessId, index, proof.keeper, deadline);
        address[] memory keepers = new address[](1);
        keepers[0] = proof.keeper;
        PARTICIPANTS.slash(keepers, FALSE_SLASH, access.grantee);
    }

    function _openPurchase(
        uint256 datasetId, uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose
    ) private returns (uint256 accessId, uint256 price) {
        Dataset storage dataset = _datasets[datasetId];
        if (dataset.status != DatasetStatus.Certified) revert MarketDatasetStatus(datasetId, dataset.status);
        if (dataset.version != version) revert MarketVersionChanged(datasetId, version, dataset.version);
        price = dataset.price;
        // Follows from the version on this chain, not on a fork of it.
        if (price > maxPrice) revert MarketPriceAboveMax(datasetId, price, maxPrice);
        accessId = _open(AccessKind.Purchase, msg.sender, datasetId, price, px, py, releasePeriod, purpose);
    }

    /// @dev Opens an access of any kind. Who may, and whether the dataset's status allows it, is the caller's to check.
    function _open(
        AccessKind kind, address grantee, uint256 datasetId, uint256 price, uint256 px, uint256 py, uint256 releasePeriod, bytes32 purpose
    ) private returns (uint256 accessId) {
        if (!Secp256k1.isUsable(px, py)) revert MarketKeyInvalid(px, py);
        if (releasePeriod < MIN_RELEASE_PERIOD || releasePeriod > MAX_RELEASE_PERIOD) {
            revert MarketReleasePeriodInvalid(releasePeriod, MIN_RELEASE_PERIOD, MAX_RELEASE_PERIOD);
        }
        Dataset storage dataset = _datasets[datasetId];
        uint32 seated = dataset.accepted;
        uint8 threshold = dataset.threshold;
        uint256 seats = seated.count();
        if (seats < threshold) revert MarketTooFewSeats(datasetId, seats, threshold);

        accessId = ++_counts.accesses;
        uint256 deadline = block.timestamp + releasePeriod;
        _store(_accesses[accessId], grantee, seated, price, deadline, kind, threshold, datasetId, _keyHash(px, py));
        emit AccessOpened(accessId, datasetId, grantee, kind, px, py, dataset.version, price, deadline, seated, purpose);
    }

    /// @dev Writes the three slots of a fresh access, each once: Solidity would read and write a slot again for each
    /// of its fields. Layout as IMarket.Access declares it, lowest bits first; test/AccessLayout.t.sol reads it back.
    function _store(
        Access storage access, address grantee, uint32 seated, uint256 price, uint256 deadline, AccessKind kind, uint8 threshold,
        uint256 datasetId, bytes32 keyHash
    ) private {
        // No part reaches into the next: a price is at most 1e27 < 2^96, ids and seconds stay below 2^40.
        uint256 who = uint256(uint160(grantee)) | (uint256(seated) << 160);
        uint256 what = price | (deadline << 96) | (uint256(kind) << 176) | (uint256(AccessStatus.Open) << 184)
            | (uint256(threshold) << 192) | (datasetId << 200);
        assembly ("memory-safe") {
            sstore(access.slot, who)
            sstore(add(access.slot, 1), what)
            sstore(add(access.slot, 2), keyHash)
        }
    }

    function _hashOf(ReleasedShare calldata share) private pure returns (bytes32) {
        return keccak256(abi.encode(share.ex, share.ey, share.ctHead, share.ctTail));
    }

    function _keyHash(uint256 px, uint256 py) private pure returns (bytes32) {
        return keccak256(abi.encode(px, py));
    }
}

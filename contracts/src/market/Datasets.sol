// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Seats} from "../libraries/Seats.sol";
import {SeatTree} from "../libraries/SeatTree.sol";
import {MarketBase} from "./MarketBase.sol";

/// @dev Listings and their seats.
abstract contract Datasets is MarketBase {
    using Seats for uint32;

    /// @dev Highest cuts, in basis points of the price: at least 30 % of it is the owner's.
    uint256 private constant MAX_KEEPERS_BPS = 5_000;
    uint256 private constant MAX_VALIDATOR_BPS = 2_000;
    /// @dev A CIDv1 has 36 bytes; this leaves room for longer hashes.
    uint256 private constant MAX_CID_BYTES = 128;

    /// @inheritdoc IMarket
    function publish(Publication calldata publication) external returns (uint256 datasetId) {
        uint256 seats = publication.keepers.length;
        uint256 threshold = publication.threshold;
        if (seats > Seats.MAX || publication.commitments.length != seats) {
            revert MarketSeatsInvalid(seats, publication.commitments.length);
        }
        if (threshold < 2 || threshold > seats) revert MarketThresholdInvalid(threshold, seats);
        if (publication.keepersBps > MAX_KEEPERS_BPS || publication.validatorBps > MAX_VALIDATOR_BPS) {
            revert MarketRuleInvalid(publication.keepersBps, publication.validatorBps);
        }
        _checkPrice(publication.price, publication.keepersBps, threshold);
        uint256 cidLength = publication.cid.length;
        if (publication.contentHash == 0 || publication.recordRoot == 0 || cidLength == 0 || cidLength > MAX_CID_BYTES) {
            revert MarketContentInvalid(publication.contentHash, publication.recordRoot, cidLength);
        }
        uint256 holder = _certifiedDatasets[publication.recordRoot];
        if (holder != 0) revert MarketRootTaken(publication.recordRoot, holder);
        bytes32 seatRoot = _seatRoot(publication);

        datasetId = ++_counts.datasets;
        Dataset storage dataset = _datasets[datasetId];
        dataset.price = publication.price;
        dataset.version = 1;
        dataset.keepersBps = publication.keepersBps;
        dataset.validatorBps = publication.validatorBps;
        dataset.threshold = publication.threshold;
        dataset.seats = uint8(seats);
        dataset.status = DatasetStatus.Published;
        dataset.owner = msg.sender;
        dataset.seatRoot = seatRoot;
        dataset.recordRoot = publication.recordRoot;

        emit DatasetPublished(
            datasetId, msg.sender, publication.contentHash, publication.recordRoot, publication.nonce, publication.cid, publication.price,
            publication.keepersBps, publication.validatorBps, threshold, publication.keepers, publication.commitments
        );
    }

    /// @inheritdoc IMarket
    function accept(uint256 datasetId, uint8 index, bytes32 commitment, bytes32 nonce, bytes32[] calldata seatProof) external {
        Dataset storage dataset = _datasets[datasetId];
        DatasetStatus status = dataset.status;
        if (status != DatasetStatus.Published && status != DatasetStatus.Certified) revert MarketDatasetStatus(datasetId, status);
        uint32 accepted = dataset.accepted;
        if (accepted.has(index)) revert MarketSeatTaken(datasetId, index);
        // No check that index < seats: a seat beyond them has no leaf.
        if (!MerkleProof.verifyCalldata(seatProof, dataset.seatRoot, SeatTree.leaf(nonce, index, msg.sender, commitment))) {
            revert MarketSeatProofInvalid(datasetId, index, msg.sender);
        }
        dataset.accepted = accepted | Seats.bit(index);
        _seatKeepers[datasetId][index] = msg.sender;
        emit SeatAccepted(datasetId, index, msg.sender);
        PARTICIPANTS.takeSeat(msg.sender);
    }

    /// @inheritdoc IMarket
    function resign(uint256 datasetId, uint8 index) external {
        if (!_holdsSeat(datasetId, index, msg.sender)) revert MarketNotSeated(datasetId, index, msg.sender);
        _leaveSeat(datasetId, index, msg.sender);
    }

    /// @inheritdoc IMarket
    function evict(uint256 datasetId, uint8 index) external {
        address keeper = _seatKeepers[datasetId][index];
        if (!_holdsSeat(datasetId, index, keeper)) revert MarketNotSeated(datasetId, index, keeper);
        uint256 stake = PARTICIPANTS.accountOf(keeper).stake;
        if (stake >= PARTICIPANTS.minStake()) revert MarketStakeEnough(datasetId, index, stake);
        _leaveSeat(datasetId, index, keeper);
    }

    /// @inheritdoc IMarket
    function setPrice(uint256 datasetId, uint96 price) external {
        Dataset storage dataset = _ownedOnSale(datasetId);
        _checkPrice(price, dataset.keepersBps, dataset.threshold);
        uint32 version = dataset.version + 1;
        dataset.price = price;
        dataset.version = version;
        emit PriceChanged(datasetId, version, price);
    }

    /// @inheritdoc IMarket
    function withdraw(uint256 datasetId) external {
        Dataset storage dataset = _ownedOnSale(datasetId);
        dataset.status = DatasetStatus.Withdrawn;
        emit DatasetWithdrawn(datasetId);
    }

    /// @inheritdoc IMarket
    function confirmDestroyed(uint256 datasetId, uint8 index) external {
        Dataset storage dataset = _datasets[datasetId];
        DatasetStatus status = dataset.status;
        if (status != DatasetStatus.Withdrawn && status != DatasetStatus.Rejected) revert MarketDatasetStatus(datasetId, status);
        // A seat that was resigned counts too: its keeper may still have the share.
        if (_seatKeepers[datasetId][index] != msg.sender) revert MarketNotSeated(datasetId, index, msg.sender);
        uint32 destroyed = dataset.destroyed;
        if (destroyed.has(index)) revert MarketShareDestroyed(datasetId, index);
        dataset.destroyed = destroyed | Seats.bit(index);
        uint32 accepted = dataset.accepted;
        dataset.accepted = accepted & ~Seats.bit(index);
        emit ShareDestroyed(datasetId, index, msg.sender);
        if (accepted.has(index)) PARTICIPANTS.leaveSeat(msg.sender);
    }

    function _holdsSeat(uint256 datasetId, uint256 index, address keeper) internal view returns (bool) {
        return _datasets[datasetId].accepted.has(index) && _seatKeepers[datasetId][index] == keeper;
    }

    /// @dev The seat's keeper stays on record: accesses that are open still expect its release.
    function _leaveSeat(uint256 datasetId, uint256 index, address keeper) private {
        _datasets[datasetId].accepted &= ~Seats.bit(index);
        emit SeatResigned(datasetId, index, keeper);
        PARTICIPANTS.leaveSeat(keeper);
    }

    /// @dev No check that the id exists: an unknown one has status None.
    function _ownedOnSale(uint256 datasetId) private view returns (Dataset storage dataset) {
        dataset = _datasets[datasetId];
        DatasetStatus status = dataset.status;
        if (status != DatasetStatus.Published && status != DatasetStatus.Certified) revert MarketDatasetStatus(datasetId, status);
        if (dataset.owner != msg.sender) revert MarketNotOwner(datasetId, msg.sender);
    }

    function _seatRoot(Publication calldata publication) private pure returns (bytes32) {
        uint256 seats = publication.keepers.length;
        bytes32[] memory leaves = new bytes32[](seats);
        address last = address(0);
        for (uint256 i = 0; i < seats; ++i) {
            address keeper = publication.keepers[i];
            // Ascending means: none twice, and never the zero address.
            if (keeper <= last) revert MarketKeepersNotAscending(i, keeper);
            last = keeper;
            leaves[i] = SeatTree.leaf(publication.nonce, i, keeper, publication.commitments[i]);
        }
        return SeatTree.root(leaves);
    }
}

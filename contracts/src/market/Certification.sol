// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../interfaces/IMarket.sol";
import {bpsDown} from "../libraries/Bps.sol";
import {Roles} from "../libraries/Roles.sol";
import {Seats} from "../libraries/Seats.sol";
import {MarketBase} from "./MarketBase.sol";

/// @dev A validator's verdict, and the reward that goes with a good one.
abstract contract Certification is MarketBase {
    using Seats for uint32;

    /// @dev Cuts of the reward in basis points; the owner has the rest.
    uint256 private constant REWARD_KEEPERS_BPS = 2_500;
    uint256 private constant REWARD_VALIDATOR_BPS = 2_500;
    uint256 private constant MAX_SCORE = 100;

    /// @inheritdoc IMarket
    function certify(uint256 accessId, uint8 score, bytes32 reportHash) external {
        (uint256 datasetId, Dataset storage dataset, Access storage access) = _judge(accessId, score);
        bytes32 recordRoot = dataset.recordRoot;
        uint256 holder = _certifiedDatasets[recordRoot];
        if (holder != 0) revert MarketRootTaken(recordRoot, holder);

        _certifiedDatasets[recordRoot] = datasetId;
        dataset.status = DatasetStatus.Certified;
        uint256 reward = _rewardOf(_counts.certifications++);
        uint256 left = COIN.cap() - COIN.totalSupply();
        if (reward > left) reward = left;
        emit DatasetCertified(datasetId, accessId, msg.sender, score, reportHash, reward);
        emit AccessClosed(accessId);
        if (reward != 0) _reward(reward, dataset.owner, _keepersOf(datasetId, access.standing));
    }

    /// @inheritdoc IMarket
    function reject(uint256 accessId, uint8 score, bytes32 reportHash) external {
        (uint256 datasetId, Dataset storage dataset,) = _judge(accessId, score);
        dataset.status = DatasetStatus.Rejected;
        emit DatasetRejected(datasetId, accessId, msg.sender, score, reportHash);
        emit AccessClosed(accessId);
    }

    /// @dev What both verdicts check and change.
    function _judge(uint256 accessId, uint8 score) private returns (uint256 datasetId, Dataset storage dataset, Access storage access) {
        access = _openAccess(accessId);
        if (access.kind != AccessKind.Validation) revert MarketAccessKind(accessId, access.kind);
        if (access.grantee != msg.sender) revert MarketNotGrantee(accessId, msg.sender);
        if (score > MAX_SCORE) revert MarketScoreInvalid(score);
        uint256 standing = access.standing.count();
        if (standing < access.threshold) revert MarketNotReady(accessId, standing, access.threshold);
        datasetId = access.datasetId;
        dataset = _datasets[datasetId];
        if (dataset.status != DatasetStatus.Published) revert MarketDatasetStatus(datasetId, dataset.status);
        // Again, since it may have been suspended since the access opened.
        if (!PARTICIPANTS.hasRole(msg.sender, Roles.VALIDATOR)) revert MarketNotValidator(msg.sender);

        access.status = AccessStatus.Closed;
        dataset.score = score;
        dataset.validator = msg.sender;
    }

    function _reward(uint256 reward, address owner, address[] memory keepers) private {
        uint256 toEach = bpsDown(reward, REWARD_KEEPERS_BPS) / keepers.length;
        uint256 toKeepers = toEach * keepers.length;
        uint256 toValidator = bpsDown(reward, REWARD_VALIDATOR_BPS);
        PARTICIPANTS.credit(keepers, toEach);
        COIN.mint(address(PARTICIPANTS), toKeepers);
        COIN.mint(msg.sender, toValidator);
        COIN.mint(owner, reward - toKeepers - toValidator);
    }
}

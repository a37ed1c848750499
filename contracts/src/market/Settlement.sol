// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../interfaces/IMarket.sol";
import {bpsDown} from "../libraries/Bps.sol";
import {Seats} from "../libraries/Seats.sol";
import {MarketBase} from "./MarketBase.sol";

/// @dev How an access ends that nobody judges: paid, refunded or closed.
abstract contract Settlement is MarketBase {
    using Seats for uint32;

    /// @inheritdoc IMarket
    function confirm(uint256 accessId) external {
        Access storage access = _openAccess(accessId);
        if (access.grantee != msg.sender) revert MarketNotGrantee(accessId, msg.sender);
        if (access.escrow == 0) revert MarketAccessKind(accessId, access.kind);
        if (access.challengeEnd == 0) revert MarketNotReady(accessId, access.standing.count(), access.threshold);
        _pay(accessId, access);
    }

    /// @inheritdoc IMarket
    function settle(uint256 accessId) external {
        Access storage access = _openAccess(accessId);
        uint256 standing = access.standing.count();
        if (standing < access.threshold) revert MarketNotReady(accessId, standing, access.threshold);
        if (access.escrow != 0) {
            // Set whenever k shares of a paid access stand.
            if (block.timestamp <= access.challengeEnd) revert MarketChallengeOpen(accessId, access.challengeEnd);
            _pay(accessId, access);
        } else {
            uint256 end = access.deadline + CHALLENGE_WINDOW;
            if (block.timestamp <= end) revert MarketDeadlineOpen(accessId, end);
            access.status = AccessStatus.Closed;
            emit AccessClosed(accessId);
        }
    }

    /// @inheritdoc IMarket
    function refund(uint256 accessId) external {
        Access storage access = _openAccess(accessId);
        uint256 deadline = access.deadline;
        if (block.timestamp <= deadline) revert MarketDeadlineOpen(accessId, deadline);
        uint32 standing = access.standing;
        if (standing.count() >= access.threshold) revert MarketEnoughReleases(accessId, access.threshold);
        // Nobody is silent towards a grantee that may no longer be answered.
        uint32 silent = _suspended(access) ? 0 : access.seated & ~standing & ~access.disputed;
        address grantee = access.grantee;
        uint256 price = access.escrow;
        uint256 datasetId = access.datasetId;

        access.status = AccessStatus.Refunded;
        emit AccessRefunded(accessId, price, silent);
        if (silent != 0) PARTICIPANTS.slash(_keepersOf(datasetId, silent), SILENT_SLASH, grantee);
        if (price != 0) COIN.transfer(grantee, price);
    }

    /// @dev Splits the escrow of a ready access by its listing's rule; what rounding leaves is the owner's.
    function _pay(uint256 accessId, Access storage access) private {
        Dataset storage dataset = _datasets[access.datasetId];
        uint256 price = access.escrow;
        address[] memory keepers = _keepersOf(access.datasetId, access.standing);
        uint256 toEach = bpsDown(price, dataset.keepersBps) / keepers.length;
        uint256 toKeepers = toEach * keepers.length;
        uint256 toValidator = bpsDown(price, dataset.validatorBps);
        uint256 toOwner = price - toKeepers - toValidator;

        access.status = AccessStatus.Settled;
        emit AccessSettled(accessId, toOwner, toKeepers, toValidator, access.standing);
        PARTICIPANTS.credit(keepers, toEach);
        COIN.transfer(address(PARTICIPANTS), toKeepers);
        if (toValidator != 0) COIN.transfer(dataset.validator, toValidator);
        COIN.transfer(dataset.owner, toOwner);
    }
}

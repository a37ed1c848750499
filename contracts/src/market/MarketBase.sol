// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../interfaces/IMarket.sol";
import {IParticipants} from "../interfaces/IParticipants.sol";
import {IPhdCoin} from "../interfaces/IPhdCoin.sol";
import {bpsDown} from "../libraries/Bps.sol";
import {Roles} from "../libraries/Roles.sol";
import {Seats} from "../libraries/Seats.sol";

/// @dev State, parameters and what all parts of the market share.
/// Order in every entry point: checks, state, event, then calls to the registry and to the coin. Both are ours,
/// immutable, and call nobody back; so no lock is needed, and none would be tested.
abstract contract MarketBase is IMarket {
    using Seats for uint32;

    /// @dev One slot.
    struct Counts {
        uint64 datasets;
        uint64 accesses;
        uint64 certifications;
    }

    IPhdCoin internal immutable COIN;
    IParticipants internal immutable PARTICIPANTS;
    /// @dev The two contracts that open accesses for others, each of one kind.
    address internal immutable CONSENT;
    address internal immutable STUDIES;
    uint256 internal immutable FALSE_SLASH;
    uint256 internal immutable SILENT_SLASH;
    uint256 internal immutable MIN_KEEPER_FEE;
    uint256 internal immutable MIN_RELEASE_PERIOD;
    uint256 internal immutable MAX_RELEASE_PERIOD;
    uint256 internal immutable CHALLENGE_WINDOW;
    uint256 internal immutable RELEASE_EXTENSION;
    uint256 internal immutable REWARD_BASE;
    uint256 internal immutable REWARD_HALVING;

    /// @dev Highest price: no more coins can ever exist.
    uint256 private constant MAX_PRICE = 1e9 * 1e18;

    Counts internal _counts;
    mapping(uint256 datasetId => Dataset) internal _datasets;
    mapping(uint256 datasetId => mapping(uint256 index => address)) internal _seatKeepers;
    mapping(bytes32 recordRoot => uint256 datasetId) internal _certifiedDatasets;
    mapping(uint256 accessId => Access) internal _accesses;
    mapping(uint256 accessId => mapping(uint256 index => bytes32)) internal _releaseHashes;

    /// @dev `consent_` and `studies_` are predicted; each refuses to be deployed where the market names another address.
    constructor(address coin_, address participants_, address consent_, address studies_, Parameters memory p) {
        COIN = IPhdCoin(coin_);
        PARTICIPANTS = IParticipants(participants_);
        CONSENT = consent_;
        STUDIES = studies_;
        // The coin mints for this address only and the registry obeys it only: a wrong prediction ends here.
        if (COIN.market() != address(this)) revert MarketNotWired(COIN.market(), address(this));
        if (PARTICIPANTS.market() != address(this)) revert MarketNotWired(PARTICIPANTS.market(), address(this));
        if (PARTICIPANTS.coin() != coin_) revert MarketNotWired(PARTICIPANTS.coin(), coin_);

        if (p.falseSlash > PARTICIPANTS.minStake()) revert MarketParameterInvalid("falseSlash", p.falseSlash);
        if (p.silentSlash > p.falseSlash) revert MarketParameterInvalid("silentSlash", p.silentSlash);
        if (p.minReleasePeriod == 0) revert MarketParameterInvalid("minReleasePeriod", 0);
        if (p.maxReleasePeriod < p.minReleasePeriod) revert MarketParameterInvalid("maxReleasePeriod", p.maxReleasePeriod);
        if (p.challengeWindow == 0) revert MarketParameterInvalid("challengeWindow", 0);
        if (p.releaseExtension == 0) revert MarketParameterInvalid("releaseExtension", 0);
        if (p.rewardHalving == 0) revert MarketParameterInvalid("rewardHalving", 0);
        // Each of at most 32 seats can be disputed once, at the end of a challenge window, and each dispute moves the
        // deadline by one extension. Stake must stay for that long after a keeper has left its last seat.
        uint256 longest = p.maxReleasePeriod + Seats.MAX * (uint256(p.challengeWindow) + p.releaseExtension);
        if (PARTICIPANTS.unstakeDelay() < longest) revert MarketParameterInvalid("unstakeDelay", PARTICIPANTS.unstakeDelay());

        FALSE_SLASH = p.falseSlash;
        SILENT_SLASH = p.silentSlash;
        MIN_KEEPER_FEE = p.minKeeperFee;
        MIN_RELEASE_PERIOD = p.minReleasePeriod;
        MAX_RELEASE_PERIOD = p.maxReleasePeriod;
        CHALLENGE_WINDOW = p.challengeWindow;
        RELEASE_EXTENSION = p.releaseExtension;
        REWARD_BASE = p.rewardBase;
        REWARD_HALVING = p.rewardHalving;
    }

    /// @inheritdoc IMarket
    function datasetOf(uint256 datasetId) external view returns (Dataset memory) {
        return _datasets[datasetId];
    }

    /// @inheritdoc IMarket
    function accessOf(uint256 accessId) external view returns (Access memory) {
        return _accesses[accessId];
    }

    /// @inheritdoc IMarket
    function seatKeeperOf(uint256 datasetId, uint256 index) external view returns (address) {
        return _seatKeepers[datasetId][index];
    }

    /// @inheritdoc IMarket
    function releaseHashOf(uint256 accessId, uint256 index) external view returns (bytes32) {
        return _releaseHashes[accessId][index];
    }

    /// @inheritdoc IMarket
    function certifiedDatasetOf(bytes32 recordRoot) external view returns (uint256) {
        return _certifiedDatasets[recordRoot];
    }

    /// @inheritdoc IMarket
    function counts() external view returns (uint256 datasets, uint256 accesses, uint256 certifications) {
        return (_counts.datasets, _counts.accesses, _counts.certifications);
    }

    /// @inheritdoc IMarket
    function nextReward() external view returns (uint256) {
        return _rewardOf(_counts.certifications);
    }

    /// @inheritdoc IMarket
    function parameters() external view returns (Parameters memory) {
        return Parameters({
            falseSlash: uint96(FALSE_SLASH),
            silentSlash: uint96(SILENT_SLASH),
            minKeeperFee: uint96(MIN_KEEPER_FEE),
            minReleasePeriod: uint32(MIN_RELEASE_PERIOD),
            maxReleasePeriod: uint32(MAX_RELEASE_PERIOD),
            challengeWindow: uint32(CHALLENGE_WINDOW),
            releaseExtension: uint32(RELEASE_EXTENSION),
            rewardBase: uint96(REWARD_BASE),
            rewardHalving: uint32(REWARD_HALVING)
        });
    }

    /// @inheritdoc IMarket
    function coin() external view returns (address) {
        return address(COIN);
    }

    /// @inheritdoc IMarket
    function participants() external view returns (address) {
        return address(PARTICIPANTS);
    }

    /// @inheritdoc IMarket
    function consent() external view returns (address) {
        return CONSENT;
    }

    /// @inheritdoc IMarket
    function studies() external view returns (address) {
        return STUDIES;
    }

    function _checkPrice(uint256 price, uint256 keepersBps, uint256 threshold) internal view {
        if (price == 0 || price > MAX_PRICE) revert MarketPriceInvalid(price, MAX_PRICE);
        uint256 fee = bpsDown(price, keepersBps) / threshold;
        if (fee < MIN_KEEPER_FEE) revert MarketKeeperFeeTooLow(fee, MIN_KEEPER_FEE);
    }

    /// @dev Reward of the certification that `certifications` others went before.
    function _rewardOf(uint256 certifications) internal view returns (uint256) {
        return REWARD_BASE >> (certifications / REWARD_HALVING);
    }

    /// @dev The access's stored part that says whether and how it may change; refuses one that is not open.
    /// No check that the id exists: an unknown one has status None and is refused here.
    function _openAccess(uint256 accessId) internal view returns (Access storage access) {
        access = _accesses[accessId];
        if (access.status != AccessStatus.Open) revert MarketAccessStatus(accessId, access.status);
    }

    /// @dev Whether the grantee of a grant or an emergency lost the role for which the access was opened.
    function _suspended(Access storage access) internal view returns (bool) {
        AccessKind kind = access.kind;
        if (kind != AccessKind.Grant && kind != AccessKind.Emergency) return false;
        uint32 needed = kind == AccessKind.Grant ? Roles.RESEARCHER : Roles.EMERGENCY;
        return PARTICIPANTS.accountOf(access.grantee).roles & needed == 0;
    }

    /// @dev Keepers of the seats in `seats`, in the order of seats.
    function _keepersOf(uint256 datasetId, uint32 seats) internal view returns (address[] memory keepers) {
        keepers = new address[](seats.count());
        mapping(uint256 => address) storage seatKeepers = _seatKeepers[datasetId];
        uint256 found = 0;
        // unchecked: at most 32 turns; `seats >> index` runs empty.
        unchecked {
            for (uint256 index = 0; seats >> index != 0; ++index) {
                if (seats.has(index)) keepers[found++] = seatKeepers[index];
            }
        }
    }
}

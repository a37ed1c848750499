// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {Roles} from "./libraries/Roles.sol";

/// @title Participants
contract Participants is AccessManaged, IParticipants {
    uint256 private constant MAX_ENDPOINT_BYTES = 1024;

    /// @dev One slot: what an account's seats and its pending withdrawal need.
    struct Keeping {
        uint96 unstakeAmount;
        uint40 unstakeAt; // 0: none is pending
        uint32 seats;
    }

    mapping(address account => Account) private _accounts;
    mapping(address account => bytes32) private _encryptionKeys;
    mapping(address account => Keeping) private _keeping;
    mapping(address account => uint256) private _compensations;
    uint32 private _lastId;

    /// @inheritdoc IParticipants
    address public immutable coin;
    /// @inheritdoc IParticipants
    address public immutable market;
    /// @inheritdoc IParticipants
    uint96 public immutable minStake;
    /// @inheritdoc IParticipants
    uint32 public immutable unstakeDelay;

    modifier onlyMarket() {
        if (msg.sender != market) revert ParticipantsNotMarket(msg.sender);
        _;
    }

    constructor(address authority, address coin_, address market_, uint96 minStake_, uint32 unstakeDelay_) AccessManaged(authority) {
        coin = coin_;
        market = market_;
        minStake = minStake_;
        unstakeDelay = unstakeDelay_;
    }

    /// @inheritdoc IParticipants
    function register(uint32 roles, bytes32 encryptionKey, string calldata endpoint) external {
        if (roles == 0 || roles & ~Roles.DECLARED != 0) revert ParticipantsRolesInvalid(roles);
        if (encryptionKey == 0) revert ParticipantsKeyInvalid(encryptionKey);
        _checkEndpoint(endpoint);
        Account storage account = _accounts[msg.sender];
        uint256 seats = _keeping[msg.sender].seats;
        bool keepsRoleAndKey = roles & Roles.KEEPER != 0 && encryptionKey == _encryptionKeys[msg.sender];
        if (seats != 0 && !keepsRoleAndKey) revert ParticipantsKeepsSeats(msg.sender, seats);

        uint32 held = (account.roles & Roles.ACCREDITED) | roles;
        account.roles = held;
        uint32 id = _ensureId(account);
        _encryptionKeys[msg.sender] = encryptionKey;
        emit Registered(msg.sender, id, held, encryptionKey, endpoint);
    }

    /// @inheritdoc IParticipants
    function setEndpoint(string calldata endpoint) external {
        if (_accounts[msg.sender].id == 0) revert ParticipantsNotRegistered(msg.sender);
        _checkEndpoint(endpoint);
        emit EndpointChanged(msg.sender, endpoint);
    }

    /// @inheritdoc IParticipants
    function accredit(address account, uint32 roles, bytes32 credentialHash) external restricted {
        _checkAccredited(roles);
        Account storage accredited = _accounts[account];
        accredited.roles |= roles;
        _ensureId(accredited);
        emit Accredited(account, roles, credentialHash);
    }

    /// @inheritdoc IParticipants
    function suspend(address account, uint32 roles, bytes32 reasonHash) external restricted {
        _checkAccredited(roles);
        _accounts[account].roles &= ~roles;
        emit Suspended(account, roles, reasonHash);
    }

    /// @inheritdoc IParticipants
    function addStake() external payable {
        Account storage account = _accounts[msg.sender];
        if (account.id == 0) revert ParticipantsNotRegistered(msg.sender);
        if (msg.value == 0 || msg.value > type(uint96).max) revert ParticipantsAmountInvalid(msg.value, type(uint96).max);
        uint96 stake = account.stake + uint96(msg.value);
        account.stake = stake;
        emit StakeAdded(msg.sender, msg.value, stake);
    }

    /// @inheritdoc IParticipants
    function requestUnstake(uint96 amount) external {
        uint96 stake = _accounts[msg.sender].stake;
        if (amount == 0 || amount > stake) revert ParticipantsAmountInvalid(amount, stake);
        Keeping storage keeping = _keeping[msg.sender];
        if (keeping.seats != 0 && stake - amount < minStake) revert ParticipantsKeepsSeats(msg.sender, keeping.seats);
        uint40 availableAt = uint40(block.timestamp + unstakeDelay);
        keeping.unstakeAmount = amount;
        keeping.unstakeAt = availableAt;
        emit UnstakeRequested(msg.sender, amount, availableAt);
    }

    /// @inheritdoc IParticipants
    function withdrawStake() external {
        Keeping storage keeping = _keeping[msg.sender];
        uint256 availableAt = keeping.unstakeAt;
        if (availableAt == 0) revert ParticipantsNothingToWithdraw(msg.sender);
        if (block.timestamp < availableAt) revert ParticipantsUnstakeTooEarly(msg.sender, availableAt);
        Account storage account = _accounts[msg.sender];
        uint96 stake = account.stake;
        uint96 amount = keeping.unstakeAmount < stake ? keeping.unstakeAmount : stake;
        keeping.unstakeAmount = 0;
        keeping.unstakeAt = 0;
        account.stake = stake - amount;
        emit StakeWithdrawn(msg.sender, amount, stake - amount);
        _send(amount);
    }

    /// @inheritdoc IParticipants
    function withdrawEarnings() external {
        Account storage account = _accounts[msg.sender];
        uint256 amount = account.earnings;
        if (amount == 0) revert ParticipantsNothingToWithdraw(msg.sender);
        account.earnings = 0;
        emit EarningsWithdrawn(msg.sender, amount);
        // The coin is ours and reverts rather than returning false.
        IERC20(coin).transfer(msg.sender, amount);
    }

    /// @inheritdoc IParticipants
    function withdrawCompensation() external {
        uint256 amount = _compensations[msg.sender];
        if (amount == 0) revert ParticipantsNothingToWithdraw(msg.sender);
        _compensations[msg.sender] = 0;
        emit CompensationWithdrawn(msg.sender, amount);
        _send(amount);
    }

    /// @inheritdoc IParticipants
    function slash(address[] calldata keepers, uint256 amount, address to) external onlyMarket returns (uint256 taken) {
        for (uint256 i = 0; i < keepers.length; ++i) {
            Account storage account = _accounts[keepers[i]];
            uint256 stake = account.stake;
            uint256 part = amount < stake ? amount : stake;
            uint256 left;
            // unchecked: part ≤ stake < 2^96, and at most 32 parts are summed.
            unchecked {
                left = stake - part;
                taken += part;
            }
            account.stake = uint96(left);
            emit Slashed(keepers[i], to, part, left);
        }
        if (taken != 0) _compensations[to] += taken;
    }

    /// @inheritdoc IParticipants
    function credit(address[] calldata keepers, uint256 amountEach) external onlyMarket {
        for (uint256 i = 0; i < keepers.length; ++i) {
            // The cast cannot cut: all earnings together are at most the coin's cap, below 2^96.
            _accounts[keepers[i]].earnings += uint96(amountEach);
            emit EarningsCredited(keepers[i], amountEach);
        }
    }

    /// @inheritdoc IParticipants
    function takeSeat(address keeper) external onlyMarket {
        Account storage account = _accounts[keeper];
        if (account.roles & Roles.KEEPER == 0) revert ParticipantsNotKeeper(keeper);
        Keeping storage keeping = _keeping[keeper];
        uint256 stake = account.stake;
        uint256 leaving = keeping.unstakeAmount;
        uint256 staying = stake > leaving ? stake - leaving : 0;
        if (staying < minStake) revert ParticipantsStakeTooLow(keeper, staying, minStake);
        ++keeping.seats;
    }

    /// @inheritdoc IParticipants
    function leaveSeat(address keeper) external onlyMarket {
        --_keeping[keeper].seats;
    }

    /// @inheritdoc IParticipants
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc IParticipants
    function encryptionKeyOf(address account) external view returns (bytes32) {
        return _encryptionKeys[account];
    }

    /// @inheritdoc IParticipants
    function hasRole(address account, uint32 role) external view returns (bool) {
        return _accounts[account].roles & role == role;
    }

    /// @inheritdoc IParticipants
    function compensationOf(address account) external view returns (uint256) {
        return _compensations[account];
    }

    /// @inheritdoc IParticipants
    function seatsOf(address keeper) external view returns (uint256) {
        return _keeping[keeper].seats;
    }

    /// @inheritdoc IParticipants
    function unstakeOf(address account) external view returns (uint256 amount, uint256 availableAt) {
        Keeping storage keeping = _keeping[account];
        return (keeping.unstakeAmount, keeping.unstakeAt);
    }

    function _ensureId(Account storage account) private returns (uint32 id) {
        id = account.id;
        if (id == 0) {
            id = ++_lastId;
            account.id = id;
        }
    }

    function _checkAccredited(uint32 roles) private pure {
        if (roles == 0 || roles & ~Roles.ACCREDITED != 0) revert ParticipantsRolesInvalid(roles);
    }

    function _checkEndpoint(string calldata endpoint) private pure {
        uint256 length = bytes(endpoint).length;
        if (length > MAX_ENDPOINT_BYTES) revert ParticipantsEndpointTooLong(length, MAX_ENDPOINT_BYTES);
    }

    /// @dev Last statement of its callers, after every change of state: a receiver that calls back finds nothing left.
    function _send(uint256 amount) private {
        (bool sent, ) = msg.sender.call{value: amount}("");
        if (!sent) revert ParticipantsTransferFailed(msg.sender, amount);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Who takes part: pseudonymous ids, roles, encryption keys, stake and earnings.
/// @notice An account may declare itself owner, keeper or customer. The accredited roles (validator,
/// provider, insurer, researcher, agency, institution) are given and suspended by whoever holds the registrar role
/// in the AccessManager: a person, a multisig or a consortium's own contract.
/// @dev Stake is the chain's native coin: PHD exists only after the first certification, so a stake in
/// PHD could not exist when a network starts. Earnings are PHD and are credited, not sent, so that a
/// settlement costs one warm slot a keeper.
/// @dev The registrar can neither take nor hold up a coin. Native coins leave by the receiver's own call only.
interface IParticipants {
    /// @dev One slot.
    struct Account {
        uint96 stake; // wei that answers for the keeper's conduct, a pending withdrawal included
        uint96 earnings; // PHD credited by the market and not yet withdrawn
        uint32 roles; // bit set
        uint32 id; // pseudonymous, counts from 1; 0 for an account that never registered
    }

    event Registered(address indexed account, uint32 indexed id, uint32 roles, bytes32 encryptionKey, string endpoint);
    event EndpointChanged(address indexed account, string endpoint);
    /// @dev `roles` are those that were given, not all that the account holds.
    event Accredited(address indexed account, uint32 roles, bytes32 credentialHash);
    event Suspended(address indexed account, uint32 roles, bytes32 reasonHash);
    event StakeAdded(address indexed account, uint256 amount, uint256 stake);
    event UnstakeRequested(address indexed account, uint256 amount, uint256 availableAt);
    event StakeWithdrawn(address indexed account, uint256 amount, uint256 stake);
    event Slashed(address indexed keeper, address indexed to, uint256 amount, uint256 stake);
    event CompensationWithdrawn(address indexed account, uint256 amount);
    event EarningsCredited(address indexed account, uint256 amount);
    event EarningsWithdrawn(address indexed account, uint256 amount);

    error ParticipantsRolesInvalid(uint256 roles);
    error ParticipantsKeyInvalid(bytes32 encryptionKey);
    error ParticipantsEndpointTooLong(uint256 length, uint256 max);
    error ParticipantsKeepsSeats(address account, uint256 seats);
    error ParticipantsNotRegistered(address account);
    error ParticipantsNotKeeper(address account);
    error ParticipantsNotMarket(address caller);
    error ParticipantsAmountInvalid(uint256 amount, uint256 available);
    error ParticipantsStakeTooLow(address account, uint256 stake, uint256 min);
    error ParticipantsNothingToWithdraw(address account);
    error ParticipantsUnstakeTooEarly(address account, uint256 availableAt);
    error ParticipantsTransferFailed(address account, uint256 amount);

    /// @notice Declares the caller's roles, X25519 key (RFC 7748, 32 bytes) and endpoint; again to change them.
    /// @param roles bit set of OWNER=1, KEEPER=2, CUSTOMER=4; accredited bits are refused here and, once given, stay
    /// @param encryptionKey not zero; low-order points are the senders' to refuse (HPKE does)
    /// @param endpoint libp2p multiaddrs, comma separated, at most 1024 bytes; empty to publish none
    /// @dev A keeper may not change its key, nor drop the role, while it holds seats: envelopes are sealed to it.
    function register(uint32 roles, bytes32 encryptionKey, string calldata endpoint) external;

    /// @notice Changes only where the caller can be reached. Needs a registration.
    function setEndpoint(string calldata endpoint) external;

    /// @notice Gives `account` accredited roles. Restricted to the registrar.
    /// @dev Registers an account that has no id yet, without a key.
    /// @param roles bit set of VALIDATOR=8, PROVIDER=16, INSURER=32, RESEARCHER=64, AGENCY=128, INSTITUTION=256; others are refused
    /// @param credentialHash hash of what the registrar saw; nothing that names a person goes on chain
    function accredit(address account, uint32 roles, bytes32 credentialHash) external;

    /// @notice Takes accredited roles away. Restricted to the registrar. Never touches stake or earnings.
    function suspend(address account, uint32 roles, bytes32 reasonHash) external;

    /// @notice Adds the coins sent to the caller's stake. Needs a registration.
    function addStake() external payable;

    /// @notice Announces a withdrawal. It waits longer than any access can stay open, so a slash always finds its stake.
    /// @dev A request replaces the one before, and its delay starts anew. Until it is taken the amount can still be
    /// slashed. While the caller holds seats the minimum stake must remain.
    function requestUnstake(uint96 amount) external;

    /// @notice Takes what was requested, or what slashes have left of it, once the delay has passed.
    function withdrawStake() external;

    /// @notice Sends the caller the PHD that it was credited.
    function withdrawEarnings() external;

    /// @notice Takes out native coins that the caller was awarded from slashed keepers.
    function withdrawCompensation() external;

    /// @notice Takes up to `amount` wei of each keeper's stake for `to`. Only the market, for what its rules proved.
    /// @dev Never fails for lack of stake: it takes what is there.
    /// @return taken wei in total
    function slash(address[] calldata keepers, uint256 amount, address to) external returns (uint256 taken);

    /// @notice Credits `amountEach` PHD to every keeper. Only the market, which sends or mints the sum in the same call.
    function credit(address[] calldata keepers, uint256 amountEach) external;

    /// @notice Counts a seat that `keeper` takes. Only the market. Refused without the role, a key or the minimum stake;
    /// a stake that is about to be withdrawn does not count.
    function takeSeat(address keeper) external;

    /// @notice Counts a seat that `keeper` leaves. Only the market.
    function leaveSeat(address keeper) external;

    /// @notice All zero for an account that never registered.
    function accountOf(address account) external view returns (Account memory);
    /// @notice X25519 public key; zero if there is none.
    function encryptionKeyOf(address account) external view returns (bytes32);
    /// @notice Whether the account holds every role of the bit set `role`.
    function hasRole(address account, uint32 role) external view returns (bool);
    /// @notice Wei awarded from slashed keepers and not yet withdrawn.
    function compensationOf(address account) external view returns (uint256);
    /// @notice Seats that the keeper holds now, in all datasets.
    function seatsOf(address keeper) external view returns (uint256);
    /// @notice The requested withdrawal and the second from which it may be taken; both 0 if there is none.
    function unstakeOf(address account) external view returns (uint256 amount, uint256 availableAt);
    /// @notice Wei that a keeper needs to take a seat.
    function minStake() external view returns (uint96);
    /// @notice Seconds from a request to the withdrawal.
    function unstakeDelay() external view returns (uint32);
    function market() external view returns (address);
    function coin() external view returns (address);
}

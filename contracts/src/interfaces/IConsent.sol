// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Requests, rights and emergencies: sharing without a price.
/// @notice A right lets one account read (or append to) part of a person's data for a purpose and a time. It comes from
/// a request that the person approved, or from the person alone. It ends by itself, is taken back in one transaction,
/// and can be handed back.
/// @dev Taking back asks nobody: there is no pause, no owner and no call to another contract on that path.
/// @dev The scope is one root, of a Merkle tree over the names of channels and days (or of whatever the two
/// agree on), hashed in sorted pairs as OpenZeppelin's MerkleProof does. So a right costs the same for 1 and for 100 segments.
/// @dev The owner of a right is whichever account gave it. An owner uses a fresh account for each grantee, so that two
/// grantees cannot be told to belong to one person; nothing here asks for more than that account.
interface IConsent {
    /// @dev None: unknown, rejected, or a request that was withdrawn: its storage is freed. A right that has expired stays Approved;
    /// `isLive` tells.
    enum RightStatus { None, Pending, Approved, Revoked, HandedBack }

    /// @dev As stored, two slots.
    struct Right {
        address grantee;
        uint40 expiry; // last second in which it holds; while Pending: the seconds asked for
        uint32 epoch; // of the owner when it was approved: `revokeAll` begins another
        RightStatus status;
        uint8 category;
        uint8 operations; // bits of Permissions
        bytes32 bound; // keccak256(abi.encode(owner, scopeRoot))
    }

    /// @dev What a request or a grant is about; all of it stands in the event, two slots of it in storage.
    struct Terms {
        uint8 category; // 0 personal health data, 1 medical history, 2 insurance information
        uint8 operations; // 1 read, 2 append, 3 both
        uint40 duration; // seconds, from the approval
        bytes32 scopeRoot;
        bytes32 purpose; // hash of the canonical purpose (DPV and DUO codes), which travels in `details`
    }

    event AccessRequested(
        uint256 indexed rightId, address indexed owner, address indexed grantee, uint256 category, uint256 operations, uint256 duration,
        bytes32 scopeRoot, bytes32 purpose, bytes32 encryptionKey, bytes details
    );
    event RequestWithdrawn(uint256 indexed rightId, address indexed owner, address indexed grantee);
    event RequestRejected(uint256 indexed rightId, address indexed owner, address indexed grantee);
    /// @dev `envelope` is the SHA-256 of the sealed segment keys, which go to the grantee directly. Purpose: the request's, or as given.
    event AccessGranted(
        uint256 indexed rightId, address indexed owner, address indexed grantee, uint256 category, uint256 operations, uint256 expiry,
        bytes32 scopeRoot, bytes32 purpose, bytes32 envelope
    );
    event AccessRevoked(uint256 indexed rightId, address indexed owner, address indexed grantee);
    /// @dev Every right of an epoch before `epoch` has ended.
    event AllRevoked(address indexed owner, uint256 epoch);
    event AccessHandedBack(uint256 indexed rightId, address indexed owner, address indexed grantee);
    /// @dev Liang et al.'s tuple: record hash, owner, receiver, place; the time is the block's, the expiry the right's, the
    /// signature the transaction's.
    event AccessUsed(uint256 indexed rightId, address indexed owner, address indexed grantee, uint256 operation, bytes32 recordHash, bytes32 place);
    event EmergencyReadable(uint256 indexed datasetId, address indexed owner, bool readable);
    event EmergencyOpened(uint256 indexed accessId, uint256 indexed datasetId, address indexed institution, address owner, bytes32 reasonHash, bytes reason);
    event EmergencyContested(uint256 indexed accessId, address indexed owner, bytes32 reasonHash);

    error ConsentNotWired(address consent, address expected);
    error ConsentNotAllowed(address account, uint256 operations, uint256 category);
    error ConsentDurationInvalid(uint256 duration, uint256 max);
    error ConsentPartyInvalid(address party);
    error ConsentScopeInvalid(bytes32 scopeRoot);
    error ConsentKeyInvalid(bytes32 encryptionKey);
    error ConsentDetailsTooLong(uint256 length, uint256 max);
    error ConsentStatus(uint256 rightId, RightStatus status);
    /// @dev The caller is not the owner, or named another scope than the right has.
    error ConsentNotBound(uint256 rightId, address owner, bytes32 scopeRoot);
    error ConsentNotGrantee(uint256 rightId, address account);
    error ConsentWidened(uint256 rightId);
    error ConsentEnded(uint256 rightId);
    error ConsentOutOfScope(uint256 rightId, bytes32 leaf);
    error ConsentNotOwner(uint256 datasetId, address account);
    error ConsentNotReadable(uint256 datasetId);
    error ConsentNotEmergency(uint256 accessId);

    /// @notice Asks `owner` for a right. The caller's role must allow it (see Permissions).
    /// @param encryptionKey X25519 key to which the segment keys are to be sealed; @param details what a person reads, sealed
    /// to the owner: at most 2048 bytes
    function request(address owner, Terms calldata terms, bytes32 encryptionKey, bytes calldata details) external returns (uint256 rightId);

    /// @notice The asker thinks better of it. Frees the storage.
    function withdrawRequest(uint256 rightId, address owner, bytes32 scopeRoot) external;

    /// @notice Approves a request, as asked or narrower: fewer operations, a shorter time, another (smaller) scope.
    /// @dev That the new scope lies within the one asked for is for the two to see: more than was asked harms only who gives it.
    function approve(uint256 rightId, bytes32 askedRoot, Terms calldata terms, bytes32 envelope) external;

    /// @notice Refuses a request. Frees the storage: nothing of it stays but the event.
    function reject(uint256 rightId, bytes32 askedRoot) external;

    /// @notice Gives a right without a request.
    function grant(address grantee, Terms calldata terms, bytes32 envelope) external returns (uint256 rightId);

    /// @notice Takes a right back, at once and for good. Never needs more than the owner's signature.
    function revoke(uint256 rightId, bytes32 scopeRoot) external;

    /// @notice Takes back every right that the caller gave, whatever their number.
    function revokeAll() external;

    /// @notice The grantee gives its right up.
    function handBack(uint256 rightId, address owner, bytes32 scopeRoot) external;

    /// @notice The grantee says on chain that it uses its right: reads or appends the segment `leaf`. Reverts without a live right.
    /// @dev A statement, as it must be: the keys went to the grantee directly. Leaves are to be hashed twice, so that no inner node
    /// of the scope passes for one.
    /// @param recordHash of what was read or appended; @param place code or hash of the place; zero for none
    function use(uint256 rightId, address owner, bytes32 scopeRoot, uint8 operation, bytes32 leaf, bytes32[] calldata proof, bytes32 recordHash, bytes32 place) external;

    /// @notice Whether the right holds now: approved, not expired, not taken back, its grantee not suspended.
    function isLive(uint256 rightId, address owner, bytes32 scopeRoot) external view returns (bool);
    /// @notice All zero for an unknown one.
    function rightOf(uint256 rightId) external view returns (Right memory);
    /// @notice How often the account took everything back; a right holds in the epoch that it was given in.
    function epochOf(address owner) external view returns (uint256);
    /// @notice How many requests and grants there were; ids count from 1.
    function rights() external view returns (uint256);

    /// @notice Says whether an accredited institution may open the caller's dataset in an emergency.
    function setEmergencyReadable(uint256 datasetId, bool readable) external;
    /// @notice Whether it is so now; whether an access opens depends on the dataset's status too.
    function isEmergencyReadable(uint256 datasetId) external view returns (bool);

    /// @notice Opens an emergency access: works at once, without asking. Logged for good; keepers release as for any access.
    /// @param reason sealed to the owner and the registrar, at most 2048 bytes; @param reasonHash of its plain text
    function emergency(uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod, bytes32 reasonHash, bytes calldata reason) external returns (uint256 accessId);

    /// @notice The owner objects to an emergency access. The registrar reads it and may suspend the institution.
    function contest(uint256 accessId, bytes32 reasonHash) external;
}

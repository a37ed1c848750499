// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Studies: a researcher asks for data, and pays on delivery.
/// @notice A call has criteria, a purpose, places and a reward for each, which it holds in escrow. It is either drawn or open.
/// Drawn: owners enrol a certified dataset each; chance says who gets a place, by a rule that neither the researcher, an owner
/// nor a block producer can steer alone; who is drawn may approve or refuse, and a place that is refused or not answered goes
/// to the next. Open: owners offer a dataset each, and the researcher takes those that meet its specification.
/// @dev An approval opens a grant in the market with the reward as its price: keepers release, the market pays by the listing's
/// rule when k shares stand, and gives the reward back to the researcher where they do not. So nothing is paid here but what
/// was not used.
/// @dev The draw: the researcher commits to a secret before anybody enrols. Once enrolment has closed, a block to come is named
/// and its hash fixed; then the researcher reveals. The seed is the hash of both, the order of entries the swap-or-not shuffle
/// of it (Shuffle). Who does not reveal loses a bond to those who enrolled. What is left to gain: docs/threat-model.md.
/// @dev No loop over storage, no owner, no pause; each state has a way out that anybody may take.
interface IStudies {
    /// @dev A drawn call: Enrolling → Closed (a block is named) → Fixed (its hash is) → Drawn → Ended; Fixed → Abandoned where
    /// the researcher did not reveal; Enrolling → Ended where nobody enrolled. An open one: Enrolling → Ended.
    enum CallStatus { None, Enrolling, Closed, Fixed, Drawn, Ended, Abandoned }
    /// @dev Compensated: took its part of a lost bond.
    enum EntryStatus { None, Entered, Left, Struck, Approved, Compensated }
    enum OfferStatus { None, Offered, Approved, Passed }

    struct Terms {
        uint96 reward; // PHD a place: the price of the grant
        uint32 places;
        uint40 enrolUntil; // last second of enrolment
        uint32 screenPeriod; // seconds after it in which the researcher may strike (drawn) or accept (open)
        uint32 answerPeriod; // seconds that a drawn owner gets to answer; 0 for an open call
        uint32 fillPeriod; // seconds after the draw in which places are filled; 0 for an open call
        uint32 releasePeriod; // seconds that keepers get
        uint8 minScore; // lowest quality score of a dataset that may enrol
        bytes32 commitment; // keccak256(abi.encode(secret)) of 32 random bytes; 0 for an open call
        uint256 px; uint256 py; // secp256k1 key to which keepers re-seal their shares
        bytes32 purpose; // hash of the canonical purpose
        bytes32 criteriaHash; // SHA-256 of the criteria, or of an open call's specification
    }

    /// @dev As stored.
    struct Call {
        address researcher;
        uint40 enrolUntil;
        CallStatus status;
        uint8 minScore;
        bool open;
        uint32 approved; // places for which a grant was opened
        uint96 reward;
        uint32 places;
        uint32 entries; // all that ever enrolled; positions of the draw
        uint32 live; // of them, those that neither left nor were struck
        uint40 drawBlock;
        uint32 screenPeriod;
        uint32 answerPeriod;
        uint32 fillPeriod;
        uint32 releasePeriod;
        uint32 next; // first position that was not offered a place yet
        uint32 outstanding; // offers that wait for an answer
        uint40 at; // Fixed: last second to reveal; Drawn: when it was drawn
        bytes32 random; // commitment; once Drawn the seed
        bytes32 blockHash; // while Fixed
        bytes32 bound; // keccak256(abi.encode(px, py, purpose))
    }

    /// @dev One slot.
    struct Entry {
        address owner;
        uint40 datasetId;
        EntryStatus status;
    }

    event CallOpened(
        uint256 indexed callId, address indexed researcher, uint256 reward, uint256 places, uint256 enrolUntil, uint256 screenPeriod,
        uint256 answerPeriod, uint256 fillPeriod, uint256 releasePeriod, uint256 minScore, bytes32 commitment, uint256 px, uint256 py,
        bytes32 purpose, bytes32 criteriaHash, bytes criteria
    );
    event Enrolled(uint256 indexed callId, uint256 indexed index, address indexed owner, uint256 datasetId);
    event EntryLeft(uint256 indexed callId, uint256 indexed index, address indexed owner);
    event EntryStruck(uint256 indexed callId, uint256 indexed index, address indexed owner, bytes32 reasonHash);
    /// @dev Emitted again where the hash of the block named before was not fixed in time.
    event CallClosed(uint256 indexed callId, uint256 drawBlock);
    event BlockFixed(uint256 indexed callId, bytes32 blockHash, uint256 revealUntil);
    /// @dev Positions 0 … offered − 1 have a place offered until `answerUntil`; who that is follows from the seed.
    event CallDrawn(uint256 indexed callId, bytes32 seed, uint256 entries, uint256 offered, uint256 answerUntil);
    event PlaceOffered(uint256 indexed callId, uint256 indexed position, uint256 answerUntil);
    /// @dev Refused, not answered, or of an entry that was struck.
    event PlacePassed(uint256 indexed callId, uint256 indexed position);
    /// @dev `index` is the entry's. The market's events of `accessId` tell the rest.
    event PlaceApproved(uint256 indexed callId, uint256 indexed index, uint256 indexed accessId, address owner, uint256 datasetId);
    event CallEnded(uint256 indexed callId, uint256 approved, uint256 returned);
    /// @dev The bond is lost: `share` of it for each of `live` entries.
    event CallAbandoned(uint256 indexed callId, uint256 live, uint256 share, uint256 returned);
    event BondShared(uint256 indexed callId, uint256 indexed index, address indexed owner, uint256 share);

    error StudyNotWired(address studies, address expected);
    error StudyTermsInvalid(bytes32 name, uint256 value);
    error StudyNotResearcher(address account);
    error StudyCommitmentUsed(bytes32 commitment);
    error StudyStatus(uint256 callId, CallStatus status);
    error StudyKind(uint256 callId, bool open);
    error StudyTooLate(uint256 callId, uint256 until);
    error StudyTooEarly(uint256 callId, uint256 until);
    error StudyNotOwner(uint256 datasetId, address account);
    error StudyNotEligible(uint256 callId, uint256 datasetId);
    error StudyEnrolledAlready(uint256 callId, uint256 datasetId, address account);
    error StudyEntryStatus(uint256 callId, uint256 index, EntryStatus status);
    error StudyOfferStatus(uint256 callId, uint256 position, OfferStatus status);
    error StudyPlacesTaken(uint256 callId, uint256 places);
    error StudyBlockPending(uint256 callId, uint256 drawBlock);
    error StudyBlockGone(uint256 callId, uint256 drawBlock);
    error StudySecretWrong(uint256 callId);
    error StudyTermsMismatch(uint256 callId);

    /// @notice Opens a call and takes reward · places, and for a drawn one the bond, from the caller, who must be an accredited
    /// researcher and must have allowed it to this contract.
    /// @dev 1 ≤ places; every period at most 366 days; answerPeriod ≤ fillPeriod; the release period as the market takes it.
    /// A commitment serves one call: a secret that was revealed is known.
    /// @param criteria for people and apps, at most 4096 bytes
    /// @return callId counts from 1
    function open(Terms calldata terms, bytes calldata criteria) external returns (uint256 callId);

    /// @notice Enrols the caller's certified dataset: one entry a dataset, and one an account.
    /// @dev Refused where the reward would not pay the listing's keepers their minimum. For an open call this is the consent:
    /// the researcher may accept until the entry leaves.
    /// @return index of the entry, from 0
    function enrol(uint256 callId, uint256 datasetId) external returns (uint256 index);

    /// @notice Takes an entry back while the call enrols. Later, a drawn owner refuses; an entry that was not drawn ends by itself.
    function leave(uint256 callId, uint256 index) external;

    /// @notice The researcher strikes an entry that does not meet the criteria, before anything of the draw is known.
    /// @param reasonHash hash of the reason, which the owner is told
    function strike(uint256 callId, uint256 index, bytes32 reasonHash) external;

    /// @notice The researcher takes an entry of an open call: opens the grant. Key and purpose as the call was opened with.
    function accept(uint256 callId, uint256 index, uint256 px, uint256 py, bytes32 purpose) external returns (uint256 accessId);

    /// @notice Names the block that the draw will use. Anybody, once enrolment and screening are over; again where the hash of
    /// the block was not fixed within 256 blocks. Ends a call without entries.
    function close(uint256 callId) external;

    /// @notice Fixes the hash of the block that was named. Anybody; the block must be one of the last 256.
    function fixBlock(uint256 callId) external;

    /// @notice Reveals the secret: the places are drawn, the bond goes back. Whoever knows it may call.
    function reveal(uint256 callId, bytes32 secret) external;

    /// @notice Ends a call whose secret was not revealed in time. Anybody.
    function abandon(uint256 callId) external;

    /// @notice Pays an entry of an abandoned call its part of the bond, to its owner. Anybody.
    function shareBond(uint256 callId, uint256 index) external;

    /// @notice The drawn owner approves: opens the grant of its dataset, with the reward as price. Key and purpose as the call
    /// was opened with, so that nobody is shown another purpose than it agrees to.
    function approve(uint256 callId, uint256 position, uint256 px, uint256 py, bytes32 purpose) external returns (uint256 accessId);

    /// @notice The drawn owner refuses; the place goes to the next position.
    function refuse(uint256 callId, uint256 position) external;

    /// @notice Passes a place on whose owner did not answer in time, or whose entry was struck or left. Anybody.
    function pass(uint256 callId, uint256 position) external;

    /// @notice Ends a call that is filled, has nobody left to offer a place to, or whose time is over: what was not used goes
    /// back to the researcher. Anybody.
    function finish(uint256 callId) external;

    /// @notice All zero for an unknown one.
    function callOf(uint256 callId) external view returns (Call memory);
    /// @notice All zero for an unknown one.
    function entryOf(uint256 callId, uint256 index) external view returns (Entry memory);
    /// @notice The offer at a position of the draw: its state, the last second to answer it, and whose entry it is.
    function offerOf(uint256 callId, uint256 position) external view returns (OfferStatus status, uint256 answerUntil, uint256 index);
    /// @notice PHD that the researcher of a drawn call stakes on its reveal: a tenth of all rewards, at least 1 unit.
    function bondOf(uint256 callId) external view returns (uint256);
    /// @notice How many calls were opened; ids count from 1.
    function calls() external view returns (uint256);
    /// @notice Blocks from `close` to the block whose hash is used.
    function drawDelay() external view returns (uint256);
    /// @notice Seconds from `fixBlock` in which the secret must be revealed.
    function revealPeriod() external view returns (uint256);
}

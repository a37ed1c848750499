// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @title Datasets and accesses: publish, keep, certify, buy, release, dispute, settle.
/// @notice A dataset's key is split among keepers. A keeper posts its share for an access that this
/// contract has opened, and for nothing else. Who lies is proved wrong by arithmetic; who is silent
/// loses stake; whatever happens, the price has a way out.
/// @dev This interface is the specification; the contracts only say `@inheritdoc`. There is no owner, no
/// pause and no upgrade. Rights bind to `msg.sender`; there are no meta-transactions. Nothing in here loops
/// over storage further than the at most 32 seats of one dataset.
/// @dev Warning: a commitment binds an owner to a share, not to a key that fits the others. That any k shares
/// rebuild the same key is what the certifying validator checks.
interface IMarket {
    /// @dev Published → Certified | Rejected | Withdrawn; Certified → Withdrawn. Rejected and Withdrawn are final:
    /// an owner that mended its dataset publishes it anew.
    enum DatasetStatus { None, Published, Certified, Rejected, Withdrawn }
    /// @dev Grant: a study's, with its reward in escrow, by IStudies. Emergency: by IConsent, without a price. The release
    /// path is the same for all; a grant is settled as a purchase is.
    enum AccessKind { None, Purchase, Validation, Grant, Emergency }
    /// @dev Open → Settled (a purchase was paid) | Refunded (too few releases) | Closed (no price was at stake).
    enum AccessStatus { None, Open, Settled, Refunded, Closed }

    struct Publication {
        bytes32 contentHash; // SHA-256 of the canonical manifest
        bytes32 recordRoot; // Merkle root of the dataset's records
        bytes32 nonce; // dataset nonce: salt of the key schedule and of the commitments
        uint96 price; // PHD, 18 decimals
        uint16 keepersBps; // cut of the price shared by the keepers that released
        uint16 validatorBps; // cut of the price for the certifying validator
        uint8 threshold; // k
        bytes cid; // CID (binary) of the UnixFS directory with manifest and segments
        address[] keepers; // strictly ascending; seat i belongs to keepers[i]
        bytes32[] commitments; // keccak256(nonce ‖ uint8 index ‖ share)
    }

    /// @dev One release as posted: E = e·G and ct = share ⊕ Keccak stream of S = e·P. A share is 33 bytes.
    struct ReleasedShare { uint256 ex; uint256 ey; bytes32 ctHead; bytes1 ctTail; }

    /// @dev Proof that log_G P = log_E S (Chaum and Pedersen 1992), made non-interactive (Fiat–Shamir),
    /// with the points that let the contract check scalar products by ecrecover.
    struct DisputeProof {
        uint8 index; // seat
        address keeper;
        bytes32 commitment;
        bytes32 nonce;
        bytes32[] seatProof; // Merkle proof of the seat's leaf in the dataset's seatRoot
        uint256 px; uint256 py; // access key P
        ReleasedShare share; // E and ct as posted
        uint256 sx; uint256 sy; // S = p·E
        uint256 c; uint256 z; // challenge and response: z = w + c·p mod n
        address a1; // address of w·G
        uint256 ux; uint256 uy; // U = z·E
        uint256 vx; uint256 vy; // V = c·S
        uint256 slopeInverse; // (ux − vx)^-1 mod p, so that w·E = U − V needs no inversion on chain
    }

    /// @dev Fixed for the life of the network. Amounts in wei or, for PHD, in units of 1e-18; times in seconds.
    struct Parameters {
        uint96 falseSlash; // wei that a keeper loses for a release that was proved false
        uint96 silentSlash; // wei that each silent seat of a refunded access loses
        uint96 minKeeperFee; // PHD that each paid keeper must at least get of a sale: covers the gas of its release
        uint32 minReleasePeriod;
        uint32 maxReleasePeriod;
        uint32 challengeWindow; // from the k-th release until a purchase can be settled without a confirmation
        uint32 releaseExtension; // what the other keepers get once a dispute has taken a release out
        uint96 rewardBase; // PHD minted for each of the first `rewardHalving` certifications
        uint32 rewardHalving;
    }

    /// @dev As stored. Slot 0 is all that opening an access reads.
    struct Dataset {
        uint96 price;
        uint32 version; // of the listing: 1 at first, one more with every change of the price
        uint32 accepted; // bit i: seat i is taken
        uint16 keepersBps;
        uint16 validatorBps;
        uint8 threshold;
        uint8 seats;
        DatasetStatus status;
        address owner;
        uint32 destroyed; // bit i: the keeper of seat i said that its share is destroyed
        uint8 score;
        address validator; // who certified or rejected it; zero before
        bytes32 seatRoot;
        bytes32 recordRoot;
    }

    /// @dev As stored, three slots.
    struct Access {
        address grantee;
        uint32 seated; // bit i: seat i was taken when the access opened, so a release is expected of it
        uint32 standing; // bit i: a release of seat i stands
        uint32 disputed; // bit i: a release of seat i was proved false; the seat is spent for this access
        uint96 escrow; // PHD held for this access; what was paid, also after it was paid out
        uint40 deadline; // last second in which a share may be released
        uint40 challengeEnd; // last second in which a dispute is heard; 0 while fewer than k shares stand
        AccessKind kind;
        AccessStatus status;
        uint8 threshold;
        uint40 datasetId;
        bytes32 keyHash; // keccak256(abi.encode(px, py))
    }

    event DatasetPublished(
        uint256 indexed datasetId, address indexed owner, bytes32 indexed contentHash, bytes32 recordRoot, bytes32 nonce,
        bytes cid, uint256 price, uint256 keepersBps, uint256 validatorBps, uint256 threshold, address[] keepers, bytes32[] commitments
    );
    event SeatAccepted(uint256 indexed datasetId, uint256 indexed index, address indexed keeper);
    /// @dev By the keeper itself or by `evict`.
    event SeatResigned(uint256 indexed datasetId, uint256 indexed index, address indexed keeper);
    event PriceChanged(uint256 indexed datasetId, uint256 version, uint256 price);
    event DatasetCertified(uint256 indexed datasetId, uint256 indexed accessId, address indexed validator, uint256 score, bytes32 reportHash, uint256 reward);
    event DatasetRejected(uint256 indexed datasetId, uint256 indexed accessId, address indexed validator, uint256 score, bytes32 reportHash);
    event DatasetWithdrawn(uint256 indexed datasetId);
    event ShareDestroyed(uint256 indexed datasetId, uint256 indexed index, address indexed keeper);

    event AccessOpened(
        uint256 indexed accessId, uint256 indexed datasetId, address indexed grantee, AccessKind kind, uint256 px, uint256 py,
        uint256 version, uint256 price, uint256 deadline, uint256 seats, bytes32 purpose
    );
    event ShareReleased(uint256 indexed accessId, uint256 indexed index, address indexed keeper, uint256 ex, uint256 ey, bytes ct);
    /// @dev Enough shares stand; the challenge window ends at `challengeEnd`. Only where a price is at stake.
    event AccessReady(uint256 indexed accessId, uint256 challengeEnd);
    /// @dev `deadline` is the access's deadline from now on. An access that was ready is so no longer.
    event ReleaseDisputed(uint256 indexed accessId, uint256 indexed index, address indexed keeper, uint256 deadline);
    event AccessSettled(uint256 indexed accessId, uint256 toOwner, uint256 toKeepers, uint256 toValidator, uint256 paidSeats);
    event AccessRefunded(uint256 indexed accessId, uint256 amount, uint256 silentSeats);
    event AccessClosed(uint256 indexed accessId);

    // Deployment
    error MarketParameterInvalid(bytes32 name, uint256 value);
    error MarketNotWired(address market, address expected);

    // Datasets
    error MarketThresholdInvalid(uint256 threshold, uint256 seats);
    error MarketSeatsInvalid(uint256 keepers, uint256 commitments);
    error MarketKeepersNotAscending(uint256 index, address keeper);
    error MarketPriceInvalid(uint256 price, uint256 max);
    error MarketRuleInvalid(uint256 keepersBps, uint256 validatorBps);
    error MarketKeeperFeeTooLow(uint256 fee, uint256 min);
    error MarketContentInvalid(bytes32 contentHash, bytes32 recordRoot, uint256 cidLength);
    error MarketRootTaken(bytes32 recordRoot, uint256 datasetId);
    error MarketDatasetStatus(uint256 datasetId, DatasetStatus status);
    error MarketNotOwner(uint256 datasetId, address caller);
    error MarketSeatProofInvalid(uint256 datasetId, uint256 index, address keeper);
    error MarketSeatTaken(uint256 datasetId, uint256 index);
    error MarketNotSeated(uint256 datasetId, uint256 index, address caller);
    error MarketStakeEnough(uint256 datasetId, uint256 index, uint256 stake);
    error MarketShareDestroyed(uint256 datasetId, uint256 index);

    // Accesses
    error MarketVersionChanged(uint256 datasetId, uint256 named, uint256 current);
    error MarketPriceAboveMax(uint256 datasetId, uint256 price, uint256 max);
    error MarketTooFewSeats(uint256 datasetId, uint256 accepted, uint256 threshold);
    error MarketKeyInvalid(uint256 px, uint256 py);
    error MarketReleasePeriodInvalid(uint256 period, uint256 min, uint256 max);
    error MarketNotOpener(address caller, address opener);
    error MarketNotValidator(address caller);
    error MarketValidatorInvolved(uint256 datasetId, address validator);
    error MarketAccessStatus(uint256 accessId, AccessStatus status);
    error MarketAccessKind(uint256 accessId, AccessKind kind);
    error MarketNotGrantee(uint256 accessId, address caller);
    error MarketGranteeSuspended(uint256 accessId, address grantee);
    error MarketReleaseTooLate(uint256 accessId, uint256 deadline);
    error MarketReleaseNotExpected(uint256 accessId, uint256 index);
    error MarketAlreadyReleased(uint256 accessId, uint256 index);
    error MarketEnoughReleases(uint256 accessId, uint256 threshold);
    error MarketNotReady(uint256 accessId, uint256 standing, uint256 threshold);
    error MarketChallengeOpen(uint256 accessId, uint256 challengeEnd);
    error MarketDeadlineOpen(uint256 accessId, uint256 deadline);
    error MarketScoreInvalid(uint256 score);

    // Disputes
    error MarketDisputeTooLate(uint256 accessId, uint256 challengeEnd);
    error MarketNoSuchRelease(uint256 accessId, uint256 index);
    error MarketWrongKey(uint256 accessId, uint256 px, uint256 py);
    error MarketHonestShare(uint256 accessId, uint256 index);

    /// @notice Lists a dataset. Its seats are named, not yet taken; nobody can buy before k keepers have accepted
    /// and a validator has certified it.
    /// @dev The seats' Merkle root is computed here, so that it cannot differ from what the event says.
    /// @dev A record root can be listed by anybody but certified once: `publish` refuses a root that a certified
    /// dataset holds. Uniqueness is not enforced earlier because a stranger, who knows a root from a pending
    /// transaction, could then lock the owner out; without the data it will find no validator to certify it.
    /// @param publication 2 ≤ k ≤ n ≤ 32; keepers strictly ascending; 0 < price ≤ the coin's cap;
    /// keepersBps ≤ 5000, validatorBps ≤ 2000; price·keepersBps / 10000 / k ≥ `minKeeperFee`
    /// @return datasetId counts from 1
    function publish(Publication calldata publication) external returns (uint256 datasetId);

    /// @notice Takes seat `index`. The caller proves that it is named there and holds at least the minimum stake.
    /// @dev Assumes that the keeper has opened its envelope and compared the share with `commitment`: from here on
    /// an access may ask for it, and silence costs stake. Allowed while Published or Certified.
    function accept(uint256 datasetId, uint8 index, bytes32 commitment, bytes32 nonce, bytes32[] calldata seatProof) external;

    /// @notice Gives a seat up. Accesses that are already open still expect a release.
    /// @dev Allowed at any time and status: a keeper is never held.
    function resign(uint256 datasetId, uint8 index) external;

    /// @notice Gives up the seat of a keeper whose stake fell below the minimum, so that no new access counts on
    /// one that has nothing left to lose. Anybody may call.
    function evict(uint256 datasetId, uint8 index) external;

    /// @notice Changes the price, and with it the listing's version. Accesses already open keep theirs.
    function setPrice(uint256 datasetId, uint96 price) external;

    /// @notice Takes a dataset off the market for ever. Accesses already open still complete; no new one opens.
    function withdraw(uint256 datasetId) external;

    /// @notice Says that the caller has destroyed its share of a withdrawn or rejected dataset. Gives the seat up too.
    /// @dev A statement, not a proof: nobody can prove that a copy does not exist.
    /// @dev Warning: a keeper that destroys its share while an access is open may be slashed for silence.
    function confirmDestroyed(uint256 datasetId, uint8 index) external;

    /// @notice Opens an access of kind purchase and takes the price into escrow.
    /// @dev Needs an allowance of the coin to this contract. The dataset must be Certified and k seats taken.
    /// @param version listing version that the buyer saw; @param maxPrice highest price that it agrees to
    /// @param px,py fresh secp256k1 key of the access, on the curve, 0 < px < n
    /// @param releasePeriod seconds that the keepers get
    /// @param purpose what the data is bought for, a code or the hash of a text; recorded, not judged
    /// @return accessId counts from 1
    function buy(uint256 datasetId, uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose) external returns (uint256 accessId);

    /// @notice `buy` with the coin's permission in the same transaction.
    /// @dev The permit (EIP-2612) is over owner = caller, spender = this contract, value = exactly the price, which
    /// `version` pins. If somebody posted the permit first, the allowance that this left behind is taken, so that
    /// a front-runner gains nothing and loses its gas.
    function buyWithPermit(
        uint256 datasetId, uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose,
        uint256 permitDeadline, uint8 v, bytes32 r, bytes32 s
    ) external returns (uint256 accessId);

    /// @notice Opens an access of kind validation, without a price. Restricted to accredited validators.
    /// @dev The dataset must be Published and k seats taken. Neither its owner nor the holder of a seat may validate it.
    function validate(uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod) external returns (uint256 accessId);

    /// @notice Opens an access of kind grant for `grantee`, with `price` in escrow. Only the studies contract, once the owner
    /// has agreed.
    /// @dev The dataset must be Certified and k seats taken. The price is the caller's, for its allowance, and follows the
    /// listing's own rule: the keepers' part must reach `minKeeperFee` each, so that a study does not cost them gas.
    function openGrant(address grantee, uint256 datasetId, uint96 price, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose)
        external returns (uint256 accessId);

    /// @notice Opens an access of kind emergency for `grantee`, without a price. Only the consent contract, once it has seen
    /// that the grantee is accredited and that the owner allowed it beforehand.
    /// @dev The dataset must be Published or Certified and k seats taken. Every seat may release.
    function openEmergency(address grantee, uint256 datasetId, uint256 px, uint256 py, uint32 releasePeriod, bytes32 purpose)
        external returns (uint256 accessId);

    /// @notice Posts the caller's share, re-sealed to the key of access `accessId`.
    /// @dev Assumes nothing about `share`, which the chain cannot open; a bad one is answered by `dispute`.
    /// @dev A purchase or a grant takes k standing releases and no more, until a dispute takes one out; a validation
    /// or an emergency takes one of every seat. Up to and including the deadline.
    /// @dev Refused where the grantee of a grant or an emergency lost its role since: a suspension works at once.
    /// @dev Warning: a release cannot be taken back. Post it only after the network's number of confirmations.
    function release(uint256 accessId, uint8 index, ReleasedShare calldata share) external;

    /// @notice Shows that a posted share is false; slashes its keeper and takes the release out of the count.
    /// Anybody who holds the proof may post it; the compensation goes to the access's grantee.
    /// @dev Heard while the access is open and, once a purchase or a grant is ready, up to and including `challengeEnd`.
    /// @dev A release whose E is not a point that ecrecover can take (off the curve, at infinity, x ≥ n) loses by
    /// itself: the fields from `sx` on are then ignored. Otherwise the proof must hold, and the share that it
    /// reveals must not match the commitment. Reveals S of this one release, never p.
    function dispute(uint256 accessId, DisputeProof calldata proof) external;

    /// @notice The customer, or the researcher, has its dataset: pay at once.
    /// @dev Only the grantee of a purchase or a grant that is ready.
    function confirm(uint256 accessId) external;

    /// @notice Pays a purchase or a grant after its challenge window. Anybody may call.
    /// @dev A validation or an emergency that has its k releases is closed by this once its deadline and a
    /// challenge window have passed, so that no access stays open for ever.
    function settle(uint256 accessId) external;

    /// @notice Too few releases by the deadline: gives the price back and slashes who stayed silent. Anybody may call.
    /// @dev Silent is a seat that was taken when the access opened and has neither released nor been disputed. None is where
    /// the grantee of a grant or an emergency has been suspended, since keepers may not release to it.
    function refund(uint256 accessId) external;

    /// @notice The verdict «good» of the validator that opened access `accessId`; closes the access.
    /// @dev Needs k standing releases. The first certification of a record root mints the reward: half to the owner,
    /// a quarter shared by the keepers whose releases stand, a quarter to the validator; what rounding leaves is the owner's.
    /// @param score 0–100; @param reportHash SHA-256 of the validator's canonical quality report
    function certify(uint256 accessId, uint8 score, bytes32 reportHash) external;

    /// @notice The verdict «bad»; closes the access. Nothing is minted, and the dataset is out for ever.
    /// @dev Needs k standing releases: who could not open a dataset cannot judge it.
    function reject(uint256 accessId, uint8 score, bytes32 reportHash) external;

    /// @notice All zero for an unknown id.
    function datasetOf(uint256 datasetId) external view returns (Dataset memory);
    /// @notice All zero for an unknown id.
    function accessOf(uint256 accessId) external view returns (Access memory);
    /// @notice Who took the seat last; stays after it resigned. Zero if nobody ever did.
    function seatKeeperOf(uint256 datasetId, uint256 index) external view returns (address);
    /// @notice keccak256(abi.encode(ex, ey, ctHead, ctTail)) of a standing release; zero if there is none.
    function releaseHashOf(uint256 accessId, uint256 index) external view returns (bytes32);
    /// @notice The certified dataset that holds a record root; 0 if there is none.
    function certifiedDatasetOf(bytes32 recordRoot) external view returns (uint256);
    /// @notice How many datasets, accesses and certifications there were.
    function counts() external view returns (uint256 datasets, uint256 accesses, uint256 certifications);
    /// @notice What the next certification mints, before the cap.
    function nextReward() external view returns (uint256);
    function parameters() external view returns (Parameters memory);
    function coin() external view returns (address);
    function participants() external view returns (address);
    /// @notice The only contract that opens emergencies.
    function consent() external view returns (address);
    /// @notice The only contract that opens grants.
    function studies() external view returns (address);
}

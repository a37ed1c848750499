// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {ERC2771Context} from "@openzeppelin/contracts/metatx/ERC2771Context.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {IParticipants} from "../interfaces/IParticipants.sol";
import {IPhdCoin} from "../interfaces/IPhdCoin.sol";
import {IStudies} from "../interfaces/IStudies.sol";
import {bpsDown} from "../libraries/Bps.sol";
import {Roles} from "../libraries/Roles.sol";
import {Secp256k1} from "../libraries/Secp256k1.sol";
import {Shuffle} from "../libraries/Shuffle.sol";

/// @title Studies
/// @dev IStudies is the specification. Order in every entry point: checks, state, event, then calls to the coin and to the
/// market. Both are ours, immutable, and call nobody back; so no lock is needed.
contract Studies is ERC2771Context, IStudies {
    uint256 private constant MAX_PERIOD = 366 days;
    uint256 private constant MAX_CRITERIA = 4096;
    uint256 private constant MAX_SCORE = 100;
    uint256 private constant BOND_BPS = 1_000;
    /// @dev The EVM knows the hashes of that many blocks.
    uint256 private constant KNOWN_BLOCKS = 256;

    struct Offer {
        OfferStatus status;
        uint40 answerUntil;
    }

    IMarket private immutable MARKET;
    IParticipants private immutable PARTICIPANTS;
    IPhdCoin private immutable COIN;
    /// @inheritdoc IStudies
    uint256 public immutable drawDelay;
    /// @inheritdoc IStudies
    uint256 public immutable revealPeriod;

    mapping(uint256 callId => Call) private _calls;
    mapping(uint256 callId => mapping(uint256 index => Entry)) private _entries;
    /// @dev Keys are datasets' ids and accounts, which no number can be both of: an id has at most 40 bits, and no account is that small.
    mapping(uint256 callId => mapping(uint256 datasetOrAccount => bool)) private _enrolled;
    mapping(uint256 callId => mapping(uint256 position => Offer)) private _offers;
    mapping(bytes32 researcherAndCommitment => bool) private _used;
    uint256 private _lastCall;

    constructor(address market_, address forwarder_, uint256 drawDelay_, uint256 revealPeriod_) ERC2771Context(forwarder_) {
        MARKET = IMarket(market_);
        PARTICIPANTS = IParticipants(MARKET.participants());
        COIN = IPhdCoin(MARKET.coin());
        if (MARKET.studies() != address(this)) revert StudyNotWired(MARKET.studies(), address(this));
        // Fewer than the EVM remembers, or a draw could never be fixed.
        if (drawDelay_ == 0 || drawDelay_ > KNOWN_BLOCKS) revert StudyTermsInvalid("drawDelay", drawDelay_);
        if (revealPeriod_ == 0 || revealPeriod_ > MAX_PERIOD) revert StudyTermsInvalid("revealPeriod", revealPeriod_);
        drawDelay = drawDelay_;
        revealPeriod = revealPeriod_;
        // The market takes a reward when it opens a grant, and only then: nobody else can make it call.
        COIN.approve(market_, type(uint256).max);
    }

    /// @inheritdoc IStudies
    function open(Terms calldata terms, bytes calldata criteria) external returns (uint256 callId) {
        address researcher = _msgSender();
        _checkResearcher(researcher);
        _checkTerms(terms, criteria.length);
        bool drawn = terms.commitment != 0;
        if (drawn) {
            bytes32 key = keccak256(abi.encode(researcher, terms.commitment));
            if (_used[key]) revert StudyCommitmentUsed(terms.commitment);
            _used[key] = true;
        }
        callId = ++_lastCall;
        Call storage call = _calls[callId];
        call.researcher = researcher;
        call.enrolUntil = terms.enrolUntil;
        call.status = CallStatus.Enrolling;
        call.minScore = terms.minScore;
        call.open = !drawn;
        call.reward = terms.reward;
        call.places = terms.places;
        call.screenPeriod = terms.screenPeriod;
        call.answerPeriod = terms.answerPeriod;
        call.fillPeriod = terms.fillPeriod;
        call.releasePeriod = terms.releasePeriod;
        call.random = terms.commitment;
        call.bound = keccak256(abi.encode(terms.px, terms.py, terms.purpose));
        _emitOpened(callId, researcher, terms, criteria);
        COIN.transferFrom(researcher, address(this), uint256(terms.reward) * terms.places + _bond(call));
    }

    /// @inheritdoc IStudies
    function enrol(uint256 callId, uint256 datasetId) external returns (uint256 index) {
        Call storage call = _in(callId, CallStatus.Enrolling);
        if (block.timestamp > call.enrolUntil) revert StudyTooLate(callId, call.enrolUntil);
        address owner = _msgSender();
        _checkResearcher(call.researcher);
        IMarket.Dataset memory dataset = MARKET.datasetOf(datasetId);
        if (dataset.owner != owner) revert StudyNotOwner(datasetId, owner);
        bool good = dataset.status == IMarket.DatasetStatus.Certified && dataset.score >= call.minScore;
        if (!good || bpsDown(call.reward, dataset.keepersBps) / dataset.threshold < MARKET.parameters().minKeeperFee) {
            revert StudyNotEligible(callId, datasetId);
        }
        mapping(uint256 => bool) storage enrolled = _enrolled[callId];
        uint256 account = uint160(owner);
        if (enrolled[datasetId] || enrolled[account]) revert StudyEnrolledAlready(callId, datasetId, owner);
        enrolled[datasetId] = true;
        enrolled[account] = true;
        index = call.entries++;
        ++call.live;
        // The cast cannot cut: the market's ids stay below 2^40.
        _entries[callId][index] = Entry(owner, uint40(datasetId), EntryStatus.Entered);
        emit Enrolled(callId, index, owner, datasetId);
    }

    /// @inheritdoc IStudies
    function leave(uint256 callId, uint256 index) external {
        Call storage call = _in(callId, CallStatus.Enrolling);
        Entry storage entry = _entered(callId, index);
        if (entry.owner != _msgSender()) revert StudyNotOwner(entry.datasetId, _msgSender());
        entry.status = EntryStatus.Left;
        --call.live;
        emit EntryLeft(callId, index, entry.owner);
    }

    /// @inheritdoc IStudies
    function strike(uint256 callId, uint256 index, bytes32 reasonHash) external {
        Call storage call = _screening(callId, false);
        Entry storage entry = _entered(callId, index);
        entry.status = EntryStatus.Struck;
        --call.live;
        emit EntryStruck(callId, index, entry.owner, reasonHash);
    }

    /// @inheritdoc IStudies
    function accept(uint256 callId, uint256 index, uint256 px, uint256 py, bytes32 purpose) external returns (uint256 accessId) {
        Call storage call = _screening(callId, true);
        if (call.approved == call.places) revert StudyPlacesTaken(callId, call.places);
        return _approve(callId, call, index, _entered(callId, index), px, py, purpose);
    }

    /// @inheritdoc IStudies
    function close(uint256 callId) external {
        Call storage call = _calls[callId];
        if (call.status == CallStatus.Closed) {
            // Its hash is gone: another block must do.
            if (block.number <= call.drawBlock + KNOWN_BLOCKS) revert StudyStatus(callId, call.status);
        } else {
            _in(callId, CallStatus.Enrolling);
            if (call.open) revert StudyKind(callId, true);
            uint256 until = uint256(call.enrolUntil) + call.screenPeriod;
            if (block.timestamp <= until) revert StudyTooEarly(callId, until);
            if (call.live == 0) {
                _end(callId, call, _bond(call));
                return;
            }
        }
        uint256 drawBlock = block.number + drawDelay;
        call.status = CallStatus.Closed;
        call.drawBlock = uint40(drawBlock);
        emit CallClosed(callId, drawBlock);
    }

    /// @inheritdoc IStudies
    function fixBlock(uint256 callId) external {
        Call storage call = _in(callId, CallStatus.Closed);
        uint256 drawBlock = call.drawBlock;
        if (block.number <= drawBlock) revert StudyBlockPending(callId, drawBlock);
        bytes32 hash = blockhash(drawBlock);
        if (hash == 0) revert StudyBlockGone(callId, drawBlock);
        uint256 until = block.timestamp + revealPeriod;
        call.status = CallStatus.Fixed;
        call.blockHash = hash;
        call.at = uint40(until);
        emit BlockFixed(callId, hash, until);
    }

    /// @inheritdoc IStudies
    function reveal(uint256 callId, bytes32 secret) external {
        Call storage call = _in(callId, CallStatus.Fixed);
        if (block.timestamp > call.at) revert StudyTooLate(callId, call.at);
        if (keccak256(abi.encode(secret)) != call.random) revert StudySecretWrong(callId);
        bytes32 seed = keccak256(abi.encode(block.chainid, address(this), callId, secret, call.blockHash));
        uint32 entries = call.entries;
        uint32 offered = call.places < entries ? call.places : entries;
        call.status = CallStatus.Drawn;
        call.random = seed;
        call.blockHash = 0;
        call.at = uint40(block.timestamp);
        call.next = offered;
        call.outstanding = offered;
        emit CallDrawn(callId, seed, entries, offered, block.timestamp + call.answerPeriod);
        COIN.transfer(call.researcher, _bond(call));
    }

    /// @inheritdoc IStudies
    function abandon(uint256 callId) external {
        Call storage call = _in(callId, CallStatus.Fixed);
        if (block.timestamp <= call.at) revert StudyTooEarly(callId, call.at);
        call.status = CallStatus.Abandoned;
        uint256 share = _share(call);
        // What rounding leaves goes with the rewards.
        uint256 returned = uint256(call.reward) * call.places + _bond(call) - share * call.live;
        emit CallAbandoned(callId, call.live, share, returned);
        COIN.transfer(call.researcher, returned);
    }

    /// @inheritdoc IStudies
    function shareBond(uint256 callId, uint256 index) external {
        Call storage call = _in(callId, CallStatus.Abandoned);
        Entry storage entry = _entered(callId, index);
        entry.status = EntryStatus.Compensated;
        uint256 share = _share(call);
        emit BondShared(callId, index, entry.owner, share);
        COIN.transfer(entry.owner, share);
    }

    /// @inheritdoc IStudies
    function approve(uint256 callId, uint256 position, uint256 px, uint256 py, bytes32 purpose) external returns (uint256 accessId) {
        (Call storage call, uint256 index, Entry storage entry) = _answer(callId, position);
        _offers[callId][position].status = OfferStatus.Approved;
        --call.outstanding;
        return _approve(callId, call, index, entry, px, py, purpose);
    }

    /// @inheritdoc IStudies
    function refuse(uint256 callId, uint256 position) external {
        (Call storage call,,) = _answer(callId, position);
        _passOn(callId, call, position);
    }

    /// @inheritdoc IStudies
    function pass(uint256 callId, uint256 position) external {
        Call storage call = _in(callId, CallStatus.Drawn);
        uint256 end = _fillEnd(call);
        if (block.timestamp > end) revert StudyTooLate(callId, end);
        uint256 until = _offered(callId, call, position);
        bool waits = block.timestamp <= until && _entries[callId][_indexAt(call, position)].status == EntryStatus.Entered;
        if (waits) revert StudyTooEarly(callId, until);
        _passOn(callId, call, position);
    }

    /// @inheritdoc IStudies
    function finish(uint256 callId) external {
        Call storage call = _calls[callId];
        uint256 until;
        bool over;
        if (call.open) {
            _in(callId, CallStatus.Enrolling);
            until = uint256(call.enrolUntil) + call.screenPeriod;
            over = call.approved == call.places;
        } else {
            _in(callId, CallStatus.Drawn);
            until = _fillEnd(call);
            over = call.outstanding == 0;
        }
        if (!over && block.timestamp <= until) revert StudyTooEarly(callId, until);
        _end(callId, call, 0);
    }

    /// @inheritdoc IStudies
    function callOf(uint256 callId) external view returns (Call memory) {
        return _calls[callId];
    }

    /// @inheritdoc IStudies
    function entryOf(uint256 callId, uint256 index) external view returns (Entry memory) {
        return _entries[callId][index];
    }

    /// @inheritdoc IStudies
    function offerOf(uint256 callId, uint256 position) external view returns (OfferStatus status, uint256 answerUntil, uint256 index) {
        Call storage call = _in(callId, CallStatus.Drawn);
        (status, answerUntil) = _offerAt(callId, call, position);
        if (position < call.entries) index = _indexAt(call, position);
    }

    /// @inheritdoc IStudies
    function bondOf(uint256 callId) external view returns (uint256) {
        return _bond(_calls[callId]);
    }

    /// @inheritdoc IStudies
    function calls() external view returns (uint256) {
        return _lastCall;
    }

    /// @dev A grant of the entry's dataset, with the reward as its price.
    function _approve(uint256 callId, Call storage call, uint256 index, Entry storage entry, uint256 px, uint256 py, bytes32 purpose)
        private returns (uint256 accessId)
    {
        if (call.bound != keccak256(abi.encode(px, py, purpose))) revert StudyTermsMismatch(callId);
        address researcher = call.researcher;
        // Again: it may have been suspended since the call opened.
        _checkResearcher(researcher);
        entry.status = EntryStatus.Approved;
        ++call.approved;
        accessId = MARKET.openGrant(researcher, entry.datasetId, call.reward, px, py, call.releasePeriod, purpose);
        emit PlaceApproved(callId, index, accessId, entry.owner, entry.datasetId);
    }

    /// @dev What both answers of a drawn owner check.
    function _answer(uint256 callId, uint256 position) private view returns (Call storage call, uint256 index, Entry storage entry) {
        call = _in(callId, CallStatus.Drawn);
        uint256 until = _offered(callId, call, position);
        if (block.timestamp > until) revert StudyTooLate(callId, until);
        index = _indexAt(call, position);
        entry = _entered(callId, index);
        if (entry.owner != _msgSender()) revert StudyNotOwner(entry.datasetId, _msgSender());
    }

    /// @dev The place goes to the next position, or to nobody where there is none.
    function _passOn(uint256 callId, Call storage call, uint256 position) private {
        _offers[callId][position].status = OfferStatus.Passed;
        emit PlacePassed(callId, position);
        uint32 next = call.next;
        if (next == call.entries) {
            --call.outstanding;
            return;
        }
        call.next = next + 1;
        uint256 until = block.timestamp + call.answerPeriod;
        uint256 end = _fillEnd(call);
        if (until > end) until = end;
        _offers[callId][next] = Offer(OfferStatus.Offered, uint40(until));
        emit PlaceOffered(callId, next, until);
    }

    function _end(uint256 callId, Call storage call, uint256 bond) private {
        call.status = CallStatus.Ended;
        uint256 returned = uint256(call.reward) * (call.places - call.approved) + bond;
        emit CallEnded(callId, call.approved, returned);
        if (returned != 0) COIN.transfer(call.researcher, returned);
    }

    function _emitOpened(uint256 callId, address researcher, Terms calldata t, bytes calldata criteria) private {
        emit CallOpened(
            callId, researcher, t.reward, t.places, t.enrolUntil, t.screenPeriod, t.answerPeriod, t.fillPeriod, t.releasePeriod, t.minScore,
            t.commitment, t.px, t.py, t.purpose, t.criteriaHash, criteria
        );
    }

    function _in(uint256 callId, CallStatus status) private view returns (Call storage call) {
        call = _calls[callId];
        if (call.status != status) revert StudyStatus(callId, call.status);
    }

    /// @dev A call of that kind whose researcher calls and may still judge entries.
    function _screening(uint256 callId, bool isOpen) private view returns (Call storage call) {
        call = _in(callId, CallStatus.Enrolling);
        if (call.open != isOpen) revert StudyKind(callId, call.open);
        if (call.researcher != _msgSender()) revert StudyNotResearcher(_msgSender());
        uint256 until = uint256(call.enrolUntil) + call.screenPeriod;
        if (block.timestamp > until) revert StudyTooLate(callId, until);
    }

    function _entered(uint256 callId, uint256 index) private view returns (Entry storage entry) {
        entry = _entries[callId][index];
        if (entry.status != EntryStatus.Entered) revert StudyEntryStatus(callId, index, entry.status);
    }

    /// @dev The first positions' offers are the draw's, and are not stored until they are answered.
    function _offerAt(uint256 callId, Call storage call, uint256 position) private view returns (OfferStatus status, uint256 until) {
        Offer memory offer = _offers[callId][position];
        (status, until) = (offer.status, offer.answerUntil);
        uint256 first = call.places < call.entries ? call.places : call.entries;
        if (position < first) {
            until = uint256(call.at) + call.answerPeriod;
            if (status == OfferStatus.None) status = OfferStatus.Offered;
        }
    }

    function _offered(uint256 callId, Call storage call, uint256 position) private view returns (uint256 until) {
        OfferStatus status;
        (status, until) = _offerAt(callId, call, position);
        if (status != OfferStatus.Offered) revert StudyOfferStatus(callId, position, status);
    }

    function _indexAt(Call storage call, uint256 position) private view returns (uint256) {
        return Shuffle.shuffled(position, call.entries, call.random);
    }

    function _fillEnd(Call storage call) private view returns (uint256) {
        return uint256(call.at) + call.fillPeriod;
    }

    function _bond(Call storage call) private view returns (uint256) {
        if (call.open) return 0;
        uint256 bond = bpsDown(uint256(call.reward) * call.places, BOND_BPS);
        return bond == 0 ? 1 : bond;
    }

    /// @dev A call that was closed has at least one live entry, and nobody leaves or is struck afterwards.
    function _share(Call storage call) private view returns (uint256) {
        return _bond(call) / call.live;
    }

    function _checkResearcher(address account) private view {
        if (!PARTICIPANTS.hasRole(account, Roles.RESEARCHER)) revert StudyNotResearcher(account);
    }

    function _checkTerms(Terms calldata t, uint256 criteriaLength) private view {
        if (t.reward == 0) revert StudyTermsInvalid("reward", 0);
        if (t.places == 0) revert StudyTermsInvalid("places", 0);
        if (t.enrolUntil < block.timestamp || t.enrolUntil > block.timestamp + MAX_PERIOD) revert StudyTermsInvalid("enrolUntil", t.enrolUntil);
        if (t.screenPeriod > MAX_PERIOD) revert StudyTermsInvalid("screenPeriod", t.screenPeriod);
        if (t.minScore > MAX_SCORE) revert StudyTermsInvalid("minScore", t.minScore);
        if (t.criteriaHash == 0) revert StudyTermsInvalid("criteriaHash", 0);
        if (criteriaLength > MAX_CRITERIA) revert StudyTermsInvalid("criteria", criteriaLength);
        if (!Secp256k1.isUsable(t.px, t.py)) revert StudyTermsInvalid("px", t.px);
        IMarket.Parameters memory p = MARKET.parameters();
        if (t.releasePeriod < p.minReleasePeriod || t.releasePeriod > p.maxReleasePeriod) revert StudyTermsInvalid("releasePeriod", t.releasePeriod);
        if (t.commitment == 0) {
            if (t.answerPeriod != 0) revert StudyTermsInvalid("answerPeriod", t.answerPeriod);
            if (t.fillPeriod != 0) revert StudyTermsInvalid("fillPeriod", t.fillPeriod);
        } else {
            if (t.answerPeriod == 0 || t.answerPeriod > t.fillPeriod) revert StudyTermsInvalid("answerPeriod", t.answerPeriod);
            if (t.fillPeriod > MAX_PERIOD) revert StudyTermsInvalid("fillPeriod", t.fillPeriod);
        }
    }
}

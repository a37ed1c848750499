// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IStudies} from "../../src/interfaces/IStudies.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {StudyBase} from "../StudyBase.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {IShuffle} from "../utils/IShuffle.sol";
import {vm} from "../utils/Vm.sol";

contract StudiesTest is StudyBase {
    function _refuse(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function _status(uint256 callId, IStudies.CallStatus status) private view {
        Check.eq(uint256(studies.callOf(callId).status), uint256(status), "status");
    }

    function _held() private view returns (uint256) {
        return coin.balanceOf(address(studies));
    }

    // ── Opening

    function test_open_takesRewardsAndBond() public {
        uint256 before = coin.balanceOf(RESEARCHER);
        IStudies.Terms memory t = draw();
        vm.expectEmit();
        emit IStudies.CallOpened(
            1, RESEARCHER, STUDY_REWARD, PLACES, t.enrolUntil, 1 days, 2 days, 10 days, PERIOD, 80, t.commitment, t.px, t.py, PURPOSE, t.criteriaHash, "criteria"
        );
        Check.eq(openCall(t), 1, "id");
        Check.eq(studies.bondOf(1), BOND, "bond");
        Check.eq(before - coin.balanceOf(RESEARCHER), 44 ether, "taken");
        Check.eq(_held(), 44 ether, "held");
        openCall(bounty());
        Check.eq(_held(), 84 ether, "no bond for an open call");
        Check.eq(studies.calls(), 2, "calls");
    }

    function test_open_bondIsNeverNothing() public {
        IStudies.Terms memory t = draw();
        (t.reward, t.places) = (9, 1);
        openCall(t);
        Check.eq(_held(), 10, "one unit");
    }

    function _badTerms(IStudies.Terms memory t, bytes32 name, uint256 value) private {
        _refuse(abi.encodeWithSelector(IStudies.StudyTermsInvalid.selector, name, value));
        openCall(t);
    }

    function test_open_revertsOnTerms() public {
        IStudies.Terms memory t = draw();
        t.reward = 0;
        _badTerms(t, "reward", 0);
        t = draw();
        t.places = 0;
        _badTerms(t, "places", 0);
        t = draw();
        t.enrolUntil = uint40(block.timestamp - 1);
        _badTerms(t, "enrolUntil", block.timestamp - 1);
        t.enrolUntil = uint40(block.timestamp + 366 days + 1);
        _badTerms(t, "enrolUntil", block.timestamp + 366 days + 1);
        t = draw();
        t.screenPeriod = 366 days + 1;
        _badTerms(t, "screenPeriod", 366 days + 1);
        t = draw();
        t.minScore = 101;
        _badTerms(t, "minScore", 101);
        t = draw();
        t.criteriaHash = 0;
        _badTerms(t, "criteriaHash", 0);
        t = draw();
        t.py ^= 1;
        _badTerms(t, "px", t.px);
        t = draw();
        t.releasePeriod = 59;
        _badTerms(t, "releasePeriod", 59);
        t.releasePeriod = 7 days + 1;
        _badTerms(t, "releasePeriod", 7 days + 1);
        t = draw();
        t.answerPeriod = 0;
        _badTerms(t, "answerPeriod", 0);
        t.answerPeriod = t.fillPeriod + 1;
        _badTerms(t, "answerPeriod", t.answerPeriod);
        t = draw();
        t.fillPeriod = 366 days + 1;
        _badTerms(t, "fillPeriod", 366 days + 1);
        t = bounty();
        t.answerPeriod = 1;
        _badTerms(t, "answerPeriod", 1);
        t = bounty();
        t.fillPeriod = 1;
        _badTerms(t, "fillPeriod", 1);
        t = draw();
        _refuse(abi.encodeWithSelector(IStudies.StudyTermsInvalid.selector, bytes32("criteria"), 4097));
        vm.prank(RESEARCHER);
        studies.open(t, new bytes(4097));
        Check.eq(studies.calls(), 0, "none");
    }

    function test_open_isForResearchers() public {
        IStudies.Terms memory t = draw();
        _refuse(abi.encodeWithSelector(IStudies.StudyNotResearcher.selector, HOSPITAL));
        vm.prank(HOSPITAL);
        studies.open(t, "");
    }

    /// @dev A secret that was revealed once would let anybody know the next draw's half.
    function test_open_takesACommitmentOnce() public {
        openCall(draw());
        bytes32 commitment = draw().commitment;
        IStudies.Terms memory t = draw();
        _refuse(abi.encodeWithSelector(IStudies.StudyCommitmentUsed.selector, commitment));
        openCall(t);
        // Copied by another researcher it harms the copier only, and keeps nobody from using its own.
        accredit(STRANGER, Roles.RESEARCHER);
        vm.prank(RESEARCHER);
        coin.transfer(STRANGER, 50 ether);
        vm.startPrank(STRANGER);
        coin.approve(address(studies), 50 ether);
        studies.open(t, "");
        vm.stopPrank();
    }

    // ── Enrolling

    function test_enrol_isOneADatasetAndOneAnAccount() public {
        uint256 callId = openCall(draw());
        vm.expectEmit();
        emit IStudies.Enrolled(callId, 0, owners[0], datasets[0]);
        Check.eq(enrol(callId, 0), 0, "index");
        Check.eq(enrol(callId, 1), 1, "index");
        _refuse(abi.encodeWithSelector(IStudies.StudyEnrolledAlready.selector, callId, datasets[0], owners[0]));
        enrol(callId, 0);
        uint256 second = listCertifiedFor(owners[0], "second");
        _refuse(abi.encodeWithSelector(IStudies.StudyEnrolledAlready.selector, callId, second, owners[0]));
        vm.prank(owners[0]);
        studies.enrol(callId, second);
        // Another call is another matter.
        enrol(openCall(bounty()), 0);
    }

    function test_enrol_reverts() public {
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, 9, IStudies.CallStatus.None));
        enrol(9, 0);
        uint256 callId = openCall(draw());
        uint256 theirs = datasets[1];
        _refuse(abi.encodeWithSelector(IStudies.StudyNotOwner.selector, theirs, owners[0]));
        vm.prank(owners[0]);
        studies.enrol(callId, theirs);
        uint256 listed = publish("not certified");
        _refuse(abi.encodeWithSelector(IStudies.StudyNotEligible.selector, callId, listed));
        vm.prank(OWNER);
        studies.enrol(callId, listed);
        IStudies.Terms memory t = drawWith("2");
        t.minScore = 94;
        uint256 choosy = openCall(t);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotEligible.selector, choosy, datasets[0]));
        enrol(choosy, 0);
        // Keepers get 15 % of the reward: of 0.19 PHD a third of that is below their minimum, of 0.2 PHD it is not.
        t = drawWith("3");
        t.reward = 0.19 ether;
        uint256 mean = openCall(t);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotEligible.selector, mean, datasets[0]));
        enrol(mean, 0);
        t = drawWith("4");
        t.reward = 0.2 ether;
        enrol(openCall(t), 0);
        vm.warp(studies.callOf(callId).enrolUntil);
        enrol(callId, 0);
        vm.warp(block.timestamp + 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, block.timestamp - 1));
        enrol(callId, 1);
    }

    function test_enrol_needsAResearcherInGoodStanding() public {
        uint256 callId = openCall(draw());
        suspend(RESEARCHER, Roles.RESEARCHER);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotResearcher.selector, RESEARCHER));
        enrol(callId, 0);
    }

    function test_leave_isTheOwnersWhileItEnrols() public {
        uint256 callId = enrolled();
        _refuse(abi.encodeWithSelector(IStudies.StudyNotOwner.selector, datasets[2], RESEARCHER));
        vm.prank(RESEARCHER);
        studies.leave(callId, 2);
        vm.expectEmit();
        emit IStudies.EntryLeft(callId, 2, owners[2]);
        vm.prank(owners[2]);
        studies.leave(callId, 2);
        _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, 2, IStudies.EntryStatus.Left));
        vm.prank(owners[2]);
        studies.leave(callId, 2);
        Check.eq(studies.callOf(callId).live, 5, "live");
        fixedCall(callId);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Fixed));
        vm.prank(owners[1]);
        studies.leave(callId, 1);
    }

    function test_strike_isTheResearchersBeforeTheDraw() public {
        uint256 callId = enrolled();
        _refuse(abi.encodeWithSelector(IStudies.StudyNotResearcher.selector, owners[0]));
        vm.prank(owners[0]);
        studies.strike(callId, 1, "reason");
        vm.warp(studies.callOf(callId).enrolUntil + 1 days);
        vm.expectEmit();
        emit IStudies.EntryStruck(callId, 1, owners[1], "reason");
        vm.prank(RESEARCHER);
        studies.strike(callId, 1, "reason");
        _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, 1, IStudies.EntryStatus.Struck));
        vm.prank(RESEARCHER);
        studies.strike(callId, 1, "reason");
        vm.warp(block.timestamp + 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, block.timestamp - 1));
        vm.prank(RESEARCHER);
        studies.strike(callId, 2, "reason");
        studies.close(callId);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Closed));
        vm.prank(RESEARCHER);
        studies.strike(callId, 2, "reason");
    }

    // ── The draw

    function test_close_namesABlockToCome() public {
        uint256 callId = enrolled();
        uint256 until = studies.callOf(callId).enrolUntil + 1 days;
        vm.warp(until);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, until));
        studies.close(callId);
        vm.warp(until + 1);
        vm.expectEmit();
        emit IStudies.CallClosed(callId, block.number + DRAW_DELAY);
        vm.prank(STRANGER);
        studies.close(callId);
        uint256 drawBlock = studies.callOf(callId).drawBlock;
        // Not while the block is to come, nor while its hash is known.
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Closed));
        studies.close(callId);
        vm.roll(drawBlock);
        _refuse(abi.encodeWithSelector(IStudies.StudyBlockPending.selector, callId, drawBlock));
        studies.fixBlock(callId);
        vm.roll(drawBlock + 256);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Closed));
        studies.close(callId);
        vm.roll(drawBlock + 257);
        _refuse(abi.encodeWithSelector(IStudies.StudyBlockGone.selector, callId, drawBlock));
        studies.fixBlock(callId);
        vm.expectEmit();
        emit IStudies.CallClosed(callId, drawBlock + 257 + DRAW_DELAY);
        studies.close(callId);
    }

    function test_close_endsACallWithoutEntries() public {
        uint256 callId = openCall(draw());
        enrol(callId, 0);
        vm.prank(owners[0]);
        studies.leave(callId, 0);
        uint256 before = coin.balanceOf(RESEARCHER);
        screened(callId);
        vm.expectEmit();
        emit IStudies.CallEnded(callId, 0, 44 ether);
        studies.close(callId);
        Check.eq(coin.balanceOf(RESEARCHER) - before, 44 ether, "all of it");
        _status(callId, IStudies.CallStatus.Ended);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Ended));
        studies.close(callId);
    }

    function test_close_isForDraws() public {
        uint256 callId = openCall(bounty());
        screened(callId);
        _refuse(abi.encodeWithSelector(IStudies.StudyKind.selector, callId, true));
        studies.close(callId);
    }

    function test_fixBlock_isOnce() public {
        uint256 callId = enrolled();
        fixedCall(callId);
        Check.eq(studies.callOf(callId).blockHash, keccak256(abi.encode("block", callId)), "hash");
        Check.eq(studies.callOf(callId).at, block.timestamp + REVEAL_PERIOD, "time to reveal");
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Fixed));
        studies.fixBlock(callId);
    }

    function test_reveal_drawsFromBothHalves() public {
        uint256 callId = enrolled();
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Enrolling));
        studies.reveal(callId, SECRET);
        fixedCall(callId);
        _refuse(abi.encodeWithSelector(IStudies.StudySecretWrong.selector, callId));
        studies.reveal(callId, "another");
        uint256 before = coin.balanceOf(RESEARCHER);
        bytes32 seed = keccak256(abi.encode(block.chainid, studies, callId, SECRET, keccak256(abi.encode("block", callId))));
        vm.warp(studies.callOf(callId).at);
        vm.expectEmit();
        emit IStudies.CallDrawn(callId, seed, OWNERS, PLACES, block.timestamp + 2 days);
        studies.reveal(callId, SECRET);
        Check.eq(coin.balanceOf(RESEARCHER) - before, BOND, "the bond is back");
        IShuffle shuffle = IShuffle(vm.deployCode("ShuffleHarness.sol:ShuffleHarness", ""));
        for (uint256 p = 0; p < OWNERS; ++p) {
            (IStudies.OfferStatus status, uint256 until, uint256 index) = studies.offerOf(callId, p);
            Check.eq(index, shuffle.shuffled(p, OWNERS, seed), "order");
            Check.eq(uint256(status), uint256(p < PLACES ? IStudies.OfferStatus.Offered : IStudies.OfferStatus.None), "offered");
            Check.eq(until, p < PLACES ? block.timestamp + 2 days : 0, "until");
        }
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Drawn));
        studies.reveal(callId, SECRET);
    }

    function test_abandon_costsTheBond() public {
        uint256 callId = enrolled();
        vm.prank(owners[5]);
        studies.leave(callId, 5);
        fixedCall(callId);
        uint256 until = studies.callOf(callId).at;
        vm.warp(until);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, until));
        studies.abandon(callId);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Fixed));
        studies.shareBond(callId, 0);
        vm.warp(until + 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, until));
        studies.reveal(callId, SECRET);
        uint256 before = coin.balanceOf(RESEARCHER);
        studies.abandon(callId);
        Check.eq(coin.balanceOf(RESEARCHER) - before, 40 ether, "rewards are back, the bond is not");
        for (uint256 i = 0; i < 5; ++i) {
            before = coin.balanceOf(owners[i]);
            studies.shareBond(callId, i);
            Check.eq(coin.balanceOf(owners[i]) - before, BOND / 5, "share");
        }
        _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, 0, IStudies.EntryStatus.Compensated));
        studies.shareBond(callId, 0);
        _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, 5, IStudies.EntryStatus.Left));
        studies.shareBond(callId, 5);
        Check.eq(_held(), 0, "nothing is left");
    }

    /// @dev What does not divide is the researcher's, to the unit.
    function test_abandon_leavesNoDust(uint96 reward) public {
        IStudies.Terms memory t = draw();
        t.reward = uint96(bound(reward, 0.2 ether, 100 ether));
        uint256 callId = openCall(t);
        for (uint256 i = 0; i < 3; ++i) enrol(callId, i);
        fixedCall(callId);
        vm.warp(studies.callOf(callId).at + 1);
        studies.abandon(callId);
        for (uint256 i = 0; i < 3; ++i) studies.shareBond(callId, i);
        Check.eq(_held(), 0, "dust");
    }

    // ── Places

    function test_approve_opensTheGrantAndPaysOnDelivery() public {
        uint256 callId = drawn();
        address owner = ownerAt(callId, 0);
        (,, uint256 index) = studies.offerOf(callId, 0);
        uint256 datasetId = studies.entryOf(callId, index).datasetId;
        (, uint256 accesses,) = market.counts();
        vm.expectEmit();
        emit IStudies.PlaceApproved(callId, index, accesses + 1, owner, datasetId);
        uint256 accessId = approve(callId, 0);
        IMarket.Access memory access = market.accessOf(accessId);
        Check.eq(access.grantee, RESEARCHER, "grantee");
        Check.eq(access.datasetId, datasetId, "dataset");
        Check.eq(access.escrow, STUDY_REWARD, "escrow");
        Check.eq(uint256(access.kind), uint256(IMarket.AccessKind.Grant), "kind");
        Check.eq(access.keyHash, keccak256(abi.encode(studyKey.x, studyKey.y)), "the study's key");
        Check.eq(_held(), STUDY_REWARD, "one place left");

        for (uint256 i = 0; i < K; ++i) deliver(accessId, i);
        uint256 before = coin.balanceOf(owner);
        vm.prank(RESEARCHER);
        market.confirm(accessId);
        // 15 % to three keepers, 5 % to the validator, the rest to the owner.
        Check.eq(coin.balanceOf(owner) - before, 16 ether, "owner");
        approve(callId, 1);
        before = coin.balanceOf(RESEARCHER);
        studies.finish(callId);
        Check.eq(coin.balanceOf(RESEARCHER), before, "all places are filled");
        Check.eq(_held(), 0, "nothing is left");
        _status(callId, IStudies.CallStatus.Ended);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, callId, IStudies.CallStatus.Ended));
        studies.finish(callId);
    }

    /// @dev The market pays without the researcher too, and gives the reward back where keepers fail.
    function test_approve_endsInTheMarketWhateverHappens() public {
        uint256 callId = drawn();
        uint256 paid = approve(callId, 0);
        uint256 failed = approve(callId, 1);
        for (uint256 i = 0; i < K; ++i) deliver(paid, i);
        deliver(failed, 0);
        vm.warp(block.timestamp + PERIOD + WINDOW + 1);
        uint256 before = coin.balanceOf(RESEARCHER);
        vm.prank(STRANGER);
        market.settle(paid);
        vm.prank(STRANGER);
        market.refund(failed);
        Check.eq(coin.balanceOf(RESEARCHER) - before, STUDY_REWARD, "refunded");
        Check.eq(coin.balanceOf(address(market)), 0, "nothing is left");
    }

    function test_approve_reverts() public {
        uint256 callId = drawn();
        address owner = ownerAt(callId, 0);
        (,, uint256 index) = studies.offerOf(callId, 0);
        uint256 datasetId = studies.entryOf(callId, index).datasetId;
        (uint256 px, uint256 py) = (studyKey.x, studyKey.y);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotOwner.selector, datasetId, RESEARCHER));
        vm.prank(RESEARCHER);
        studies.approve(callId, 0, px, py, PURPOSE);
        _refuse(abi.encodeWithSelector(IStudies.StudyTermsMismatch.selector, callId));
        vm.prank(owner);
        studies.approve(callId, 0, px, py, "another purpose");
        _refuse(abi.encodeWithSelector(IStudies.StudyTermsMismatch.selector, callId));
        vm.prank(owner);
        studies.approve(callId, 0, px + 1, py, PURPOSE);
        address third = ownerAt(callId, PLACES);
        _refuse(abi.encodeWithSelector(IStudies.StudyOfferStatus.selector, callId, PLACES, IStudies.OfferStatus.None));
        vm.prank(third);
        studies.approve(callId, PLACES, px, py, PURPOSE);
        approve(callId, 0);
        // Played again.
        _refuse(abi.encodeWithSelector(IStudies.StudyOfferStatus.selector, callId, 0, IStudies.OfferStatus.Approved));
        vm.prank(owner);
        studies.approve(callId, 0, px, py, PURPOSE);
    }

    function test_approve_endsWithTheLastSecond() public {
        uint256 callId = drawn();
        (, uint256 until,) = studies.offerOf(callId, 0);
        vm.warp(until);
        approve(callId, 0);
        vm.warp(until + 1);
        address owner = ownerAt(callId, 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, until));
        vm.prank(owner);
        studies.approve(callId, 1, 0, 0, PURPOSE);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, until));
        vm.prank(owner);
        studies.refuse(callId, 1);
    }

    /// @dev A researcher that was suspended gets no data, neither by a new approval nor from one that is open; its coins it gets back.
    function test_suspension_stopsAStudy() public {
        uint256 callId = drawn();
        uint256 accessId = approve(callId, 0);
        deliver(accessId, 0);
        suspend(RESEARCHER, Roles.RESEARCHER);
        address owner = ownerAt(callId, 1);
        (uint256 px, uint256 py) = (studyKey.x, studyKey.y);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotResearcher.selector, RESEARCHER));
        vm.prank(owner);
        studies.approve(callId, 1, px, py, PURPOSE);
        IMarket.ReleasedShare memory share = sealedShare(accessId, 1, false);
        _refuse(abi.encodeWithSelector(IMarket.MarketGranteeSuspended.selector, accessId, RESEARCHER));
        vm.prank(keepers[1]);
        market.release(accessId, 1, share);
        vm.warp(block.timestamp + 11 days);
        uint256 before = coin.balanceOf(RESEARCHER);
        studies.finish(callId);
        market.refund(accessId);
        Check.eq(coin.balanceOf(RESEARCHER) - before, 2 * STUDY_REWARD, "its coins");
        Check.eq(participants.accountOf(keepers[1]).stake, MIN_STAKE, "no keeper was slashed");
    }

    function test_refuse_passesThePlaceOn() public {
        uint256 callId = drawn();
        address owner = ownerAt(callId, 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotOwner.selector, studies.entryOf(callId, _index(callId, 1)).datasetId, STRANGER));
        vm.prank(STRANGER);
        studies.refuse(callId, 1);
        vm.warp(block.timestamp + 1 days);
        vm.expectEmit();
        emit IStudies.PlacePassed(callId, 1);
        vm.expectEmit();
        emit IStudies.PlaceOffered(callId, 2, block.timestamp + 2 days);
        vm.prank(owner);
        studies.refuse(callId, 1);
        Check.eq(studies.callOf(callId).outstanding, 2, "outstanding");
        approve(callId, 2);
        _refuse(abi.encodeWithSelector(IStudies.StudyOfferStatus.selector, callId, 1, IStudies.OfferStatus.Passed));
        vm.prank(owner);
        studies.refuse(callId, 1);
    }

    function _index(uint256 callId, uint256 position) private view returns (uint256 index) {
        (,, index) = studies.offerOf(callId, position);
    }

    function test_pass_waitsForTheAnswer() public {
        uint256 callId = drawn();
        (, uint256 until,) = studies.offerOf(callId, 0);
        vm.warp(until);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, until));
        studies.pass(callId, 0);
        vm.warp(until + 1);
        vm.prank(STRANGER);
        studies.pass(callId, 0);
        (IStudies.OfferStatus status,,) = studies.offerOf(callId, 2);
        Check.eq(uint256(status), uint256(IStudies.OfferStatus.Offered), "the next one");
        _refuse(abi.encodeWithSelector(IStudies.StudyOfferStatus.selector, callId, 0, IStudies.OfferStatus.Passed));
        studies.pass(callId, 0);
    }

    /// @dev Whoever was struck or left is drawn like the others, and the place goes on at once.
    function test_pass_skipsEntriesThatAreGone() public {
        uint256 callId = enrolled();
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(RESEARCHER);
            studies.strike(callId, i, "reason");
        }
        fixedCall(callId);
        studies.reveal(callId, SECRET);
        uint256 passed = 0;
        for (uint256 p = 0; p < OWNERS; ++p) {
            (IStudies.OfferStatus status,, uint256 index) = studies.offerOf(callId, p);
            if (status != IStudies.OfferStatus.Offered || index >= 3) continue;
            address gone = owners[index];
            _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, index, IStudies.EntryStatus.Struck));
            vm.prank(gone);
            studies.approve(callId, p, 0, 0, PURPOSE);
            studies.pass(callId, p);
            ++passed;
        }
        Check.yes(passed != 0, "one at least was drawn");
        Check.eq(studies.callOf(callId).outstanding, PLACES, "both places are with those who are left");
    }

    /// @dev All refuse: the places run out of candidates, and the coins go back before the time is over.
    function test_finish_whereNobodyIsLeft() public {
        uint256 callId = drawn();
        approve(callId, 0);
        for (uint256 p = 1; p < OWNERS; ++p) {
            _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, uint256(studies.callOf(callId).at) + 10 days));
            studies.finish(callId);
            address owner = ownerAt(callId, p);
            vm.prank(owner);
            studies.refuse(callId, p);
        }
        Check.eq(studies.callOf(callId).outstanding, 0, "nobody");
        uint256 before = coin.balanceOf(RESEARCHER);
        vm.expectEmit();
        emit IStudies.CallEnded(callId, 1, STUDY_REWARD);
        vm.prank(STRANGER);
        studies.finish(callId);
        Check.eq(coin.balanceOf(RESEARCHER) - before, STUDY_REWARD, "back");
    }

    function test_finish_whenTheTimeIsOver() public {
        uint256 callId = drawn();
        uint256 end = uint256(studies.callOf(callId).at) + 10 days;
        for (uint256 i = 0; i < 4; ++i) {
            vm.warp(block.timestamp + 2 days + 1);
            studies.pass(callId, i);
        }
        // The last offer ends with the call.
        (, uint256 until,) = studies.offerOf(callId, 5);
        Check.eq(until, end, "cut");
        vm.warp(end);
        approve(callId, 5);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, end));
        studies.finish(callId);
        vm.warp(end + 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, end));
        studies.pass(callId, 4);
        studies.finish(callId);
        Check.eq(_held(), 0, "nothing is left");
    }

    function test_draw_withFewerEntriesThanPlaces() public {
        uint256 callId = openCall(draw());
        enrol(callId, 3);
        fixedCall(callId);
        studies.reveal(callId, SECRET);
        Check.eq(studies.callOf(callId).outstanding, 1, "one");
        approve(callId, 0);
        studies.finish(callId);
        Check.eq(_held(), 0, "nothing is left");
    }

    // ── Open calls

    function test_accept_opensTheGrant() public {
        uint256 callId = openCall(bounty());
        for (uint256 i = 0; i < 4; ++i) enrol(callId, i);
        (uint256 px, uint256 py) = (studyKey.x, studyKey.y);
        _refuse(abi.encodeWithSelector(IStudies.StudyNotResearcher.selector, owners[0]));
        vm.prank(owners[0]);
        studies.accept(callId, 0, px, py, PURPOSE);
        vm.prank(owners[1]);
        studies.leave(callId, 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyEntryStatus.selector, callId, 1, IStudies.EntryStatus.Left));
        vm.prank(RESEARCHER);
        studies.accept(callId, 1, px, py, PURPOSE);
        _refuse(abi.encodeWithSelector(IStudies.StudyTermsMismatch.selector, callId));
        vm.prank(RESEARCHER);
        studies.accept(callId, 0, px, py, "another");
        vm.startPrank(RESEARCHER);
        uint256 accessId = studies.accept(callId, 0, px, py, PURPOSE);
        Check.eq(market.accessOf(accessId).datasetId, datasets[0], "dataset");
        vm.warp(studies.callOf(callId).enrolUntil + 1 days);
        studies.accept(callId, 2, px, py, PURPOSE);
        vm.expectRevert(abi.encodeWithSelector(IStudies.StudyPlacesTaken.selector, callId, PLACES));
        studies.accept(callId, 3, px, py, PURPOSE);
        vm.stopPrank();
        // Filled: it ends before its time.
        studies.finish(callId);
        Check.eq(_held(), 0, "nothing is left");
    }

    function test_accept_endsWithTheCall() public {
        uint256 callId = openCall(bounty());
        enrol(callId, 0);
        uint256 until = studies.callOf(callId).enrolUntil + 1 days;
        vm.warp(until);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooEarly.selector, callId, until));
        studies.finish(callId);
        vm.warp(until + 1);
        _refuse(abi.encodeWithSelector(IStudies.StudyTooLate.selector, callId, until));
        vm.prank(RESEARCHER);
        studies.accept(callId, 0, 0, 0, PURPOSE);
        uint256 before = coin.balanceOf(RESEARCHER);
        studies.finish(callId);
        Check.eq(coin.balanceOf(RESEARCHER) - before, 40 ether, "back");
    }

    function test_kinds_doNotMix() public {
        uint256 draw_ = enrolled();
        _refuse(abi.encodeWithSelector(IStudies.StudyKind.selector, draw_, false));
        vm.prank(RESEARCHER);
        studies.accept(draw_, 0, 0, 0, PURPOSE);
        uint256 open_ = openCall(bounty());
        enrol(open_, 0);
        _refuse(abi.encodeWithSelector(IStudies.StudyKind.selector, open_, true));
        vm.prank(RESEARCHER);
        studies.strike(open_, 0, "reason");
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, open_, IStudies.CallStatus.Enrolling));
        studies.offerOf(open_, 0);
        _refuse(abi.encodeWithSelector(IStudies.StudyStatus.selector, draw_, IStudies.CallStatus.Enrolling));
        studies.finish(draw_);
    }
}

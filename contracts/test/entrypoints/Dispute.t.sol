// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {DisputeVerifier} from "../../src/libraries/DisputeVerifier.sol";
import {Secp256k1} from "../../src/libraries/Secp256k1.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

/// @dev tests/contracts/dispute.test.ts alters every field on thousands of random cases; here is what the market does with it.
contract DisputeTest is Base {
    uint256 private id;
    uint256 private accessId;

    function setUp() public override {
        super.setUp();
        (id, accessId) = bought();
    }

    function _dispute(IMarket.DisputeProof memory proof) private {
        vm.prank(STRANGER); // anybody may post it
        market.dispute(accessId, proof);
    }

    function _refused(IMarket.DisputeProof memory proof, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(CUSTOMER);
        market.dispute(accessId, proof);
    }

    function test_dispute_slashesTheLiarForTheGrantee(uint8 seat) public {
        uint256 i = bound(seat, 0, KEEPERS - 1);
        lie(accessId, i);
        IMarket.DisputeProof memory proof = disputeProof(accessId, i, true);
        uint256 deadline = market.accessOf(accessId).deadline;
        vm.expectEmit();
        emit IMarket.ReleaseDisputed(accessId, i, keepers[i], deadline);
        _dispute(proof);
        Check.eq(participants.accountOf(keepers[i]).stake, MIN_STAKE - FALSE_SLASH, "stake");
        Check.eq(participants.compensationOf(CUSTOMER), FALSE_SLASH, "compensation");
        IMarket.Access memory a = market.accessOf(accessId);
        Check.eq(a.standing, 0, "standing");
        Check.eq(a.disputed, 1 << i, "disputed");
        Check.eq(market.releaseHashOf(accessId, i), 0, "release gone");
        // Once is enough, and the seat is spent.
        _refused(proof, abi.encodeWithSelector(IMarket.MarketNoSuchRelease.selector, accessId, i));
        IMarket.ReleasedShare memory share = sealedShare(accessId, i, false);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketReleaseNotExpected.selector, accessId, i));
        vm.prank(keepers[i]);
        market.release(accessId, uint8(i), share);
    }

    /// @dev Any key, any E, any lie.
    function test_dispute_aFalseShareAlwaysLoses(uint256 p, uint256 e, uint256 w, bytes32 head, bytes1 tail) public {
        vm.assume(head != shareHead(0) || tail != shareTail(0));
        _free(p, e, w, head, tail, true);
    }

    function test_dispute_anHonestShareNeverLoses(uint256 p, uint256 e, uint256 w) public {
        _free(p, e, w, shareHead(0), shareTail(0), false);
    }

    function _free(uint256 p, uint256 e, uint256 w, bytes32 head, bytes1 tail, bool holds) private {
        p = bound(p, 1, Secp256k1.N - 1);
        e = bound(e, 1, Secp256k1.N - 1);
        w = bound(w, 1, Secp256k1.N - 1);
        (uint256 px, uint256 py) = (Prover.mul(p).x, Prover.mul(p).y);
        vm.prank(CUSTOMER);
        accessId = market.buy(id, 1, PRICE, px, py, PERIOD, "");
        IMarket.ReleasedShare memory share = Prover.seal(contextOf(accessId, 0), p, e, head, tail);
        vm.prank(keepers[0]);
        market.release(accessId, 0, share);
        IMarket.DisputeProof memory proof;
        proof.keeper = keepers[0];
        proof.commitment = commitmentOf(0);
        proof.nonce = NONCE;
        proof.seatProof = seatProof(0);
        proof.share = share;
        Prover.prove(contextOf(accessId, 0), proof, p, e, w);
        if (holds) _dispute(proof);
        else _refused(proof, abi.encodeWithSelector(IMarket.MarketHonestShare.selector, accessId, 0));
    }

    /// @dev The points that ecrecover cannot take: nothing else has to be proved.
    function test_dispute_anUnusablePointLosesByItself(uint256 ex, uint256 ey) public {
        vm.assume(!Secp256k1.isUsable(ex, ey));
        IMarket.ReleasedShare memory share = IMarket.ReleasedShare(ex, ey, "", "");
        vm.prank(keepers[0]);
        market.release(accessId, 0, share);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        proof.share = share;
        (proof.sx, proof.sy, proof.c, proof.z, proof.a1) = (0, 0, 0, 0, address(0));
        _dispute(proof);
        Check.eq(market.accessOf(accessId).disputed, 1, "disputed");
    }

    function test_dispute_takesReadinessBackAndGivesTheOthersTime() public {
        lie(accessId, 0);
        release(accessId, 1);
        vm.warp(market.accessOf(accessId).deadline); // the last second
        release(accessId, 2);
        vm.warp(block.timestamp + WINDOW); // the last second again
        _dispute(disputeProof(accessId, 0, true));
        IMarket.Access memory a = market.accessOf(accessId);
        Check.eq(a.challengeEnd, 0, "no longer ready");
        Check.eq(a.deadline, block.timestamp + EXTENSION, "extended");
        vm.warp(a.deadline);
        release(accessId, 3);
        Check.eq(market.accessOf(accessId).challengeEnd, block.timestamp + WINDOW, "ready again");
    }

    function test_dispute_revertsAfterTheChallengeWindow() public {
        lie(accessId, 0);
        release(accessId, 1);
        release(accessId, 2);
        uint256 end = market.accessOf(accessId).challengeEnd;
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        vm.warp(end + 1);
        _refused(proof, abi.encodeWithSelector(IMarket.MarketDisputeTooLate.selector, accessId, end));
    }

    function test_dispute_revertsOnceClosed() public {
        lie(accessId, 0);
        release(accessId, 1);
        release(accessId, 2);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        vm.prank(CUSTOMER);
        market.confirm(accessId);
        _refused(proof, abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, accessId, IMarket.AccessStatus.Settled));
    }

    function test_dispute_slashesNoMoreThanTheStake() public {
        address[] memory poor = new address[](1);
        poor[0] = keepers[0];
        vm.prank(address(market));
        participants.slash(poor, MIN_STAKE - 1, STRANGER);
        lie(accessId, 0);
        _dispute(disputeProof(accessId, 0, true));
        Check.eq(participants.accountOf(keepers[0]).stake, 0, "stake");
        Check.eq(participants.compensationOf(CUSTOMER), 1, "what was left");
    }

    function test_dispute_findsStakeThatIsLeaving() public {
        vm.prank(keepers[0]);
        market.resign(id, 0);
        vm.prank(keepers[0]);
        participants.requestUnstake(MIN_STAKE);
        lie(accessId, 0);
        _dispute(disputeProof(accessId, 0, true));
        Check.eq(participants.compensationOf(CUSTOMER), FALSE_SLASH, "compensation");
        vm.warp(block.timestamp + UNSTAKE_DELAY);
        uint256 before = keepers[0].balance;
        vm.prank(keepers[0]);
        participants.withdrawStake();
        Check.eq(keepers[0].balance - before, MIN_STAKE - FALSE_SLASH, "the rest");
    }

    function test_dispute_ofAValidationBeyondThresholdKeepsTheDeadline() public {
        id = publish("b");
        acceptAll(id);
        accessId = validate(id);
        for (uint256 i = 1; i < KEEPERS; ++i) release(accessId, i);
        lie(accessId, 0);
        uint256 deadline = market.accessOf(accessId).deadline;
        vm.warp(deadline);
        _dispute(disputeProof(accessId, 0, true));
        Check.eq(market.accessOf(accessId).deadline, deadline, "enough still stand");
        vm.prank(VALIDATOR);
        market.certify(accessId, 90, "");
    }

    // ── What the market matches before it looks at the proof

    function test_dispute_revertsOnAnotherRelease() public {
        lie(accessId, 0);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        proof.share.ctTail ^= 0x01;
        _refused(proof, abi.encodeWithSelector(IMarket.MarketNoSuchRelease.selector, accessId, 0));
        proof = disputeProof(accessId, 1, true);
        _refused(proof, abi.encodeWithSelector(IMarket.MarketNoSuchRelease.selector, accessId, 1));
    }

    function test_dispute_revertsOnAnotherKey() public {
        lie(accessId, 0);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        proof.py = Secp256k1.P - proof.py;
        _refused(proof, abi.encodeWithSelector(IMarket.MarketWrongKey.selector, accessId, proof.px, proof.py));
    }

    function test_dispute_revertsOnAnotherSeatLeaf(bytes32 wrong) public {
        release(accessId, 0);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, false);
        vm.assume(wrong != proof.commitment && wrong != NONCE && wrong != proof.seatProof[0]);
        bytes memory reason = abi.encodeWithSelector(IMarket.MarketSeatProofInvalid.selector, id, 0, keepers[0]);
        proof.commitment = wrong; // any other commitment would make an honest share look false
        _refused(proof, reason);
        proof.commitment = commitmentOf(0);
        proof.nonce = wrong;
        _refused(proof, reason);
        proof.nonce = NONCE;
        proof.keeper = keepers[1];
        _refused(proof, abi.encodeWithSelector(IMarket.MarketSeatProofInvalid.selector, id, 0, keepers[1]));
        proof.keeper = keepers[0];
        proof.seatProof[0] = wrong;
        _refused(proof, reason);
    }

    // ── Each rule of the verifier

    function test_dispute_revertsOnEachBrokenRule() public {
        release(accessId, 0);
        IMarket.DisputeProof memory good = disputeProof(accessId, 0, false);
        uint256 value = good.sy;
        good.sy = addmod(value, 2, Secp256k1.P); // same parity, off the curve: only the whole check finds it
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeSharedPointInvalid.selector, good.sx, good.sy));
        good.sy = value;
        (good.c, value) = (0, good.c);
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeScalarInvalid.selector, 0));
        good.c = Secp256k1.N;
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeScalarInvalid.selector, Secp256k1.N));
        good.c = value ^ 1;
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeChallengeInvalid.selector, good.c, value));
        good.c = value;
        (good.z, value) = (0, good.z);
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeScalarInvalid.selector, 0));
        good.z = value;
        (good.ux, value) = (Secp256k1.P, good.ux);
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeCoordinateTooLarge.selector, Secp256k1.P));
        good.ux = value;
        good.slopeInverse ^= 1;
        _refused(good, abi.encodeWithSelector(DisputeVerifier.DisputeSlopeInvalid.selector, good.slopeInverse));
        good.slopeInverse ^= 1;
        _refused(good, abi.encodeWithSelector(IMarket.MarketHonestShare.selector, accessId, 0));
    }
}

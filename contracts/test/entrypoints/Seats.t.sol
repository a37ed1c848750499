// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {IParticipants} from "../../src/interfaces/IParticipants.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev accept, resign, evict, confirmDestroyed.
contract SeatsTest is Base {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = publish("a");
    }

    function test_accept_takesSeat(uint8 seat) public {
        uint8 i = uint8(bound(seat, 0, KEEPERS - 1));
        vm.expectEmit();
        emit IMarket.SeatAccepted(id, i, keepers[i]);
        accept(id, i);
        Check.eq(market.datasetOf(id).accepted, 1 << i, "accepted");
        Check.eq(market.seatKeeperOf(id, i), keepers[i], "keeper");
        Check.eq(participants.seatsOf(keepers[i]), 1, "seats");
    }

    function _acceptRefused(address caller, uint8 index, bytes32 commitment, bytes32 nonce, bytes32[] memory proof, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        market.accept(id, index, commitment, nonce, proof);
    }

    function _proofInvalid(uint256 index, address caller) private view returns (bytes memory) {
        return abi.encodeWithSelector(IMarket.MarketSeatProofInvalid.selector, id, index, caller);
    }

    function test_accept_revertsForStranger() public {
        _acceptRefused(STRANGER, 0, commitmentOf(0), NONCE, seatProof(0), _proofInvalid(0, STRANGER));
    }

    function test_accept_revertsForAnotherSeat() public {
        _acceptRefused(keepers[1], 0, commitmentOf(1), NONCE, seatProof(1), _proofInvalid(0, keepers[1]));
    }

    function test_accept_revertsOnOtherCommitmentOrNonce(bytes32 wrong) public {
        vm.assume(wrong != commitmentOf(0) && wrong != NONCE);
        _acceptRefused(keepers[0], 0, wrong, NONCE, seatProof(0), _proofInvalid(0, keepers[0]));
        _acceptRefused(keepers[0], 0, commitmentOf(0), wrong, seatProof(0), _proofInvalid(0, keepers[0]));
    }

    function test_accept_revertsOnSeatBeyondTheLast(uint8 seat) public {
        uint8 i = uint8(bound(seat, KEEPERS, 255));
        _acceptRefused(keepers[0], i, commitmentOf(0), NONCE, seatProof(0), _proofInvalid(i, keepers[0]));
    }

    function test_accept_revertsWhenTaken() public {
        accept(id, 0);
        _acceptRefused(keepers[0], 0, commitmentOf(0), NONCE, seatProof(0), abi.encodeWithSelector(IMarket.MarketSeatTaken.selector, id, 0));
    }

    function test_accept_revertsWithoutStake() public {
        vm.prank(keepers[0]);
        participants.requestUnstake(1);
        _acceptRefused(
            keepers[0], 0, commitmentOf(0), NONCE, seatProof(0),
            abi.encodeWithSelector(IParticipants.ParticipantsStakeTooLow.selector, keepers[0], MIN_STAKE - 1, MIN_STAKE)
        );
    }

    function test_accept_revertsWithoutRole() public {
        vm.prank(keepers[0]);
        participants.register(Roles.OWNER, "key", "");
        _acceptRefused(keepers[0], 0, commitmentOf(0), NONCE, seatProof(0), abi.encodeWithSelector(IParticipants.ParticipantsNotKeeper.selector, keepers[0]));
    }

    function test_accept_revertsWhenWithdrawnOrUnknown() public {
        bytes32[] memory proof = seatProof(0);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, 99, IMarket.DatasetStatus.None));
        vm.prank(keepers[0]);
        market.accept(99, 0, commitmentOf(0), NONCE, proof);
        vm.prank(OWNER);
        market.withdraw(id);
        _acceptRefused(keepers[0], 0, commitmentOf(0), NONCE, proof, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Withdrawn));
    }

    function test_resign_givesSeatUpAndBack() public {
        accept(id, 2);
        vm.expectEmit();
        emit IMarket.SeatResigned(id, 2, keepers[2]);
        vm.prank(keepers[2]);
        market.resign(id, 2);
        Check.eq(market.datasetOf(id).accepted, 0, "accepted");
        Check.eq(participants.seatsOf(keepers[2]), 0, "seats");
        accept(id, 2);
        Check.eq(participants.seatsOf(keepers[2]), 1, "taken again");
    }

    function test_resign_revertsForOthersAndTwice() public {
        accept(id, 2);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 2, STRANGER));
        vm.prank(STRANGER);
        market.resign(id, 2);
        vm.prank(keepers[2]);
        market.resign(id, 2);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 2, keepers[2]));
        vm.prank(keepers[2]);
        market.resign(id, 2);
    }

    function test_resign_worksAfterWithdrawal() public {
        accept(id, 2);
        vm.prank(OWNER);
        market.withdraw(id);
        vm.prank(keepers[2]);
        market.resign(id, 2);
        Check.eq(participants.seatsOf(keepers[2]), 0, "a keeper is never held");
    }

    function test_evict_onlyBelowMinimum() public {
        accept(id, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketStakeEnough.selector, id, 1, MIN_STAKE));
        vm.prank(STRANGER);
        market.evict(id, 1);

        address[] memory slashed = new address[](1);
        slashed[0] = keepers[1];
        vm.prank(address(market));
        participants.slash(slashed, 1, STRANGER);
        vm.prank(STRANGER);
        market.evict(id, 1);
        Check.eq(market.datasetOf(id).accepted, 0, "accepted");
        Check.eq(participants.seatsOf(keepers[1]), 0, "seats");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 1, keepers[1]));
        market.evict(id, 1);
    }

    function test_evict_revertsForEmptySeat() public {
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 3, address(0)));
        market.evict(id, 3);
    }

    function test_confirmDestroyed_onceByTheKeeperOfAWithdrawnDataset() public {
        accept(id, 0);
        accept(id, 1);
        vm.prank(keepers[1]);
        market.resign(id, 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Published));
        vm.prank(keepers[0]);
        market.confirmDestroyed(id, 0);

        vm.prank(OWNER);
        market.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 0, STRANGER));
        vm.prank(STRANGER);
        market.confirmDestroyed(id, 0);

        vm.expectEmit();
        emit IMarket.ShareDestroyed(id, 0, keepers[0]);
        vm.prank(keepers[0]);
        market.confirmDestroyed(id, 0);
        vm.prank(keepers[1]);
        market.confirmDestroyed(id, 1); // resigned before: it may still have had the share
        Check.eq(market.datasetOf(id).destroyed, 3, "destroyed");
        Check.eq(market.datasetOf(id).accepted, 0, "accepted");
        Check.eq(participants.seatsOf(keepers[0]), 0, "seat left");
        Check.eq(participants.seatsOf(keepers[1]), 0, "seat not left twice");

        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketShareDestroyed.selector, id, 0));
        vm.prank(keepers[0]);
        market.confirmDestroyed(id, 0);
    }

    function test_confirmDestroyed_revertsForSeatThatWasNeverTaken() public {
        vm.prank(OWNER);
        market.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 4, keepers[4]));
        vm.prank(keepers[4]);
        market.confirmDestroyed(id, 4);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

/// @dev confirm, settle, refund.
contract SettleTest is Base {
    uint256 private id;
    uint256 private accessId;

    function setUp() public override {
        super.setUp();
        (id, accessId) = bought();
    }

    function _ready() private {
        release(accessId, 0);
        release(accessId, 2);
        release(accessId, 4);
    }

    /// @dev Whatever price and rule: the parts are the price, each by the rule, and nobody else's balance moves.
    function test_confirm_paysByTheRule(uint96 price, uint16 keepersBps, uint16 validatorBps) public {
        IMarket.Publication memory p = publicationOf("fuzzed");
        p.price = uint96(bound(price, 1 ether, 3 * PRICE)); // what the customer has left
        p.keepersBps = uint16(bound(keepersBps, 600, 5000));
        p.validatorBps = uint16(bound(validatorBps, 0, 2000));
        vm.prank(OWNER);
        id = market.publish(p);
        acceptAll(id);
        uint256 validation = validate(id);
        for (uint256 i = 0; i < K; ++i) release(validation, i);
        vm.prank(VALIDATOR);
        market.certify(validation, 90, "");
        accessId = buy(id);
        _ready();
        uint256[4] memory before = [coin.balanceOf(OWNER), coin.balanceOf(VALIDATOR), coin.balanceOf(address(participants)), coin.balanceOf(address(market))];
        uint256 earned = participants.accountOf(keepers[4]).earnings;

        vm.prank(CUSTOMER);
        market.confirm(accessId);
        uint256 each = uint256(p.price) * p.keepersBps / 10_000 / K;
        uint256 toValidator = uint256(p.price) * p.validatorBps / 10_000;
        Check.eq(coin.balanceOf(VALIDATOR) - before[1], toValidator, "validator");
        Check.eq(coin.balanceOf(address(participants)) - before[2], each * K, "keepers' coins");
        Check.eq(participants.accountOf(keepers[4]).earnings - earned, each, "keeper's credit");
        Check.eq(coin.balanceOf(OWNER) - before[0], p.price - toValidator - each * K, "owner");
        Check.eq(before[3] - coin.balanceOf(address(market)), p.price, "escrow left");
        Check.eq(participants.accountOf(keepers[3]).earnings, REWARD / 4 / KEEPERS, "who did not release for the sale got no cut of it");
    }

    function test_confirm_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotReady.selector, accessId, 0, K));
        vm.prank(CUSTOMER);
        market.confirm(accessId);
        _ready();
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotGrantee.selector, accessId, STRANGER));
        vm.prank(STRANGER);
        market.confirm(accessId);
        vm.prank(CUSTOMER);
        market.confirm(accessId);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, accessId, IMarket.AccessStatus.Settled));
        vm.prank(CUSTOMER);
        market.confirm(accessId);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, accessId, IMarket.AccessStatus.Settled));
        market.settle(accessId);
    }

    function test_confirm_revertsForAValidation() public {
        uint256 other = publish("b");
        acceptAll(other);
        uint256 validation = validate(other);
        for (uint256 i = 0; i < K; ++i) release(validation, i);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketAccessKind.selector, validation, IMarket.AccessKind.Validation));
        vm.prank(VALIDATOR);
        market.confirm(validation);
    }

    function test_settle_byAnybodyAfterTheWindow(uint32 later) public {
        _ready();
        uint256 end = market.accessOf(accessId).challengeEnd;
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketChallengeOpen.selector, accessId, end));
        market.settle(accessId);
        vm.warp(end + 1 + later);
        vm.expectEmit();
        emit IMarket.AccessSettled(accessId, 96 ether, 18 ether, 6 ether, 21);
        vm.prank(STRANGER);
        market.settle(accessId);
    }

    function test_settle_revertsWhenNotReady() public {
        release(accessId, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotReady.selector, accessId, 1, K));
        market.settle(accessId);
    }

    function test_settle_closesAValidationThatNobodyJudged() public {
        uint256 other = publish("b");
        acceptAll(other);
        uint256 validation = validate(other);
        for (uint256 i = 0; i < K; ++i) release(validation, i);
        uint256 end = market.accessOf(validation).deadline + WINDOW;
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDeadlineOpen.selector, validation, end));
        market.settle(validation);
        vm.warp(end + 1);
        vm.expectEmit();
        emit IMarket.AccessClosed(validation);
        market.settle(validation);
        Check.eq(uint8(market.datasetOf(other).status), uint8(IMarket.DatasetStatus.Published), "the dataset can be validated again");
    }

    function test_refund_returnsPriceAndSlashesTheSilent(uint8 releases, uint32 later) public {
        uint256 n = bound(releases, 0, K - 1);
        for (uint256 i = 0; i < n; ++i) release(accessId, i);
        uint256 before = coin.balanceOf(CUSTOMER);
        vm.warp(uint256(market.accessOf(accessId).deadline) + 1 + later);
        vm.expectEmit();
        emit IMarket.AccessRefunded(accessId, PRICE, 31 & ~((1 << n) - 1));
        vm.prank(STRANGER);
        market.refund(accessId);
        Check.eq(coin.balanceOf(CUSTOMER) - before, PRICE, "price back");
        Check.eq(coin.balanceOf(address(market)), 0, "no escrow left");
        for (uint256 i = 0; i < KEEPERS; ++i) Check.eq(participants.accountOf(keepers[i]).stake, i < n ? MIN_STAKE : MIN_STAKE - SILENT_SLASH, "stake");
        Check.eq(participants.compensationOf(CUSTOMER), (KEEPERS - n) * SILENT_SLASH, "compensation");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, accessId, IMarket.AccessStatus.Refunded));
        market.refund(accessId);
    }

    function test_refund_slashesALiarOnce() public {
        lie(accessId, 0);
        IMarket.DisputeProof memory proof = disputeProof(accessId, 0, true);
        market.dispute(accessId, proof);
        vm.warp(uint256(market.accessOf(accessId).deadline) + 1);
        market.refund(accessId);
        Check.eq(participants.accountOf(keepers[0]).stake, MIN_STAKE - FALSE_SLASH, "liar");
        Check.eq(participants.accountOf(keepers[1]).stake, MIN_STAKE - SILENT_SLASH, "silent");
    }

    function test_refund_slashesWhoResignedButWasAsked() public {
        vm.prank(keepers[1]);
        market.resign(id, 1);
        vm.warp(uint256(market.accessOf(accessId).deadline) + 1);
        market.refund(accessId);
        Check.eq(participants.accountOf(keepers[1]).stake, MIN_STAKE - SILENT_SLASH, "resigned after the access opened");
    }

    function test_refund_sparesSeatsThatWereFree() public {
        vm.prank(keepers[1]);
        market.resign(id, 1);
        accessId = buy(id);
        vm.warp(uint256(market.accessOf(accessId).deadline) + 1);
        market.refund(accessId);
        Check.eq(participants.accountOf(keepers[1]).stake, MIN_STAKE, "was not asked");
    }

    function test_refund_revertsBeforeTheDeadline(uint32 early) public {
        uint256 deadline = market.accessOf(accessId).deadline;
        vm.warp(bound(early, block.timestamp, deadline));
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDeadlineOpen.selector, accessId, deadline));
        market.refund(accessId);
    }

    function test_refund_revertsWhenReady() public {
        _ready();
        vm.warp(uint256(market.accessOf(accessId).deadline) + 1);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketEnoughReleases.selector, accessId, K));
        market.refund(accessId);
    }

    function test_refund_ofAValidationMovesNoCoins() public {
        uint256 other = publish("b");
        acceptAll(other);
        uint256 validation = validate(other);
        vm.warp(uint256(market.accessOf(validation).deadline) + 1);
        uint256 held = coin.balanceOf(address(market));
        market.refund(validation);
        Check.eq(coin.balanceOf(address(market)), held, "escrow of others");
        Check.eq(participants.compensationOf(VALIDATOR), KEEPERS * SILENT_SLASH, "silence costs in a validation too");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract ReleaseTest is Base {
    uint256 private id;
    uint256 private accessId;

    function setUp() public override {
        super.setUp();
        (id, accessId) = bought();
    }

    function _refused(uint256 keeper, uint8 index, bytes memory reason) private {
        IMarket.ReleasedShare memory share = sealedShare(accessId, index, false);
        vm.expectRevert(reason);
        vm.prank(keepers[keeper]);
        market.release(accessId, index, share);
    }

    function test_release_recordsShare(uint256 ex, uint256 ey, bytes32 head, bytes1 tail, uint8 seat) public {
        uint8 i = uint8(bound(seat, 0, KEEPERS - 1));
        IMarket.ReleasedShare memory share = IMarket.ReleasedShare(ex, ey, head, tail);
        vm.expectEmit();
        emit IMarket.ShareReleased(accessId, i, keepers[i], ex, ey, abi.encodePacked(head, tail));
        vm.prank(keepers[i]);
        market.release(accessId, i, share);
        Check.eq(market.accessOf(accessId).standing, 1 << i, "standing");
        Check.eq(market.releaseHashOf(accessId, i), keccak256(abi.encode(ex, ey, head, tail)), "hash");
    }

    function test_release_kthMakesThePurchaseReady() public {
        release(accessId, 4);
        release(accessId, 1);
        Check.eq(market.accessOf(accessId).challengeEnd, 0, "not ready at k - 1");
        IMarket.ReleasedShare memory share = sealedShare(accessId, 2, false);
        vm.expectEmit();
        emit IMarket.AccessReady(accessId, block.timestamp + WINDOW);
        vm.prank(keepers[2]);
        market.release(accessId, 2, share);
        Check.eq(market.accessOf(accessId).challengeEnd, block.timestamp + WINDOW, "challengeEnd");
        _refused(0, 0, abi.encodeWithSelector(IMarket.MarketEnoughReleases.selector, accessId, K));
    }

    function test_release_ofAllSeatsForAValidation() public {
        id = publish("b");
        acceptAll(id);
        accessId = validate(id);
        for (uint256 i = 0; i < KEEPERS; ++i) release(accessId, i);
        Check.eq(market.accessOf(accessId).standing, 31, "standing");
        Check.eq(market.accessOf(accessId).challengeEnd, 0, "no challenge window");
    }

    function test_release_untilTheDeadline() public {
        vm.warp(block.timestamp + PERIOD);
        release(accessId, 0);
    }

    function test_release_revertsAfterDeadline(uint32 late) public {
        uint256 deadline = market.accessOf(accessId).deadline;
        vm.warp(deadline + bound(late, 1, 365 days));
        _refused(0, 0, abi.encodeWithSelector(IMarket.MarketReleaseTooLate.selector, accessId, deadline));
    }

    function test_release_revertsTwice() public {
        release(accessId, 0);
        _refused(0, 0, abi.encodeWithSelector(IMarket.MarketAlreadyReleased.selector, accessId, 0));
    }

    function test_release_revertsForAnotherSeatAndStrangers() public {
        _refused(0, 1, abi.encodeWithSelector(IMarket.MarketNotSeated.selector, accessId == 0 ? 0 : id, 1, keepers[0]));
        IMarket.ReleasedShare memory share = sealedShare(accessId, 0, false);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotSeated.selector, id, 0, STRANGER));
        vm.prank(STRANGER);
        market.release(accessId, 0, share);
    }

    function test_release_revertsForASeatTakenLater() public {
        vm.prank(keepers[4]);
        market.resign(id, 4);
        accessId = buy(id);
        accept(id, 4);
        _refused(4, 4, abi.encodeWithSelector(IMarket.MarketReleaseNotExpected.selector, accessId, 4));
    }

    function test_release_isExpectedAfterResigning() public {
        vm.prank(keepers[4]);
        market.resign(id, 4);
        release(accessId, 4);
        Check.eq(market.accessOf(accessId).standing, 16, "standing");
    }

    function test_release_revertsOnceSettledAndForUnknownAccess() public {
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        vm.prank(CUSTOMER);
        market.confirm(accessId);
        _refused(4, 4, abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, accessId, IMarket.AccessStatus.Settled));
        accessId = 99;
        _refused(4, 4, abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, 99, IMarket.AccessStatus.None));
    }
}

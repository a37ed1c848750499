// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IAnchors} from "../../src/interfaces/IAnchors.sol";
import {Base} from "../Base.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract AnchorsTest is Base {
    function _anchor(address who, bytes32 root, uint64 count, bytes32 previous) private {
        vm.prank(who);
        anchors.anchor(root, count, previous);
    }

    function test_anchor_chainsAnAccountsBatches() public {
        vm.expectEmit();
        emit IAnchors.Anchored(OWNER, 1, "one", 10_000, 0);
        _anchor(OWNER, "one", 10_000, 0);
        _anchor(STRANGER, "one", 1, 0);
        vm.expectEmit();
        emit IAnchors.Anchored(OWNER, 2, "two", 5, "one");
        _anchor(OWNER, "two", 5, "one");
        (bytes32 root, uint256 sequence) = anchors.lastOf(OWNER);
        Check.eq(root, "two", "last");
        Check.eq(sequence, 2, "sequence");
        IAnchors.Anchor memory a = anchors.anchorOf(OWNER, "one");
        Check.eq(a.time, block.timestamp, "time");
        Check.eq(a.count, 10_000, "count");
        Check.eq(a.sequence, 1, "first");
        Check.eq(anchors.anchorOf(STRANGER, "two").time, 0, "not its own");
    }

    function test_anchor_reverts() public {
        vm.expectRevert(abi.encodeWithSelector(IAnchors.AnchorInvalid.selector, bytes32(0), 1));
        _anchor(OWNER, 0, 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IAnchors.AnchorInvalid.selector, bytes32("one"), 0));
        _anchor(OWNER, "one", 0, 0);
        vm.expectRevert(abi.encodeWithSelector(IAnchors.AnchorPrevious.selector, bytes32("none"), bytes32(0)));
        _anchor(OWNER, "one", 1, "none");
        _anchor(OWNER, "one", 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IAnchors.AnchorPrevious.selector, bytes32(0), bytes32("one")));
        _anchor(OWNER, "two", 1, 0);
        vm.expectRevert(abi.encodeWithSelector(IAnchors.AnchorExists.selector, OWNER, bytes32("one")));
        _anchor(OWNER, "one", 1, "one");
    }

    /// @dev Receipts prove this slot against a block's state root; its place must not move.
    function test_anchor_standsInTheSlotThatReceiptsProve(bytes32 root, uint64 count) public {
        vm.assume(root != 0 && count != 0);
        _anchor(OWNER, root, count, 0);
        bytes32 key = keccak256(abi.encode(OWNER, root));
        bytes32 slot = keccak256(abi.encode(key, uint256(0)));
        uint256 word = uint256(vm.load(address(anchors), slot));
        Check.eq(word, block.timestamp | (uint256(count) << 40) | (uint256(1) << 104), "slot");
    }
}

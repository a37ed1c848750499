// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {SeatTree} from "../../src/libraries/SeatTree.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract PublishTest is Base {
    function test_publish_storesListing(uint96 price, uint16 keepersBps, uint16 validatorBps, uint8 threshold) public {
        IMarket.Publication memory p = publicationOf("a");
        p.price = uint96(bound(price, 1 ether, 1e27));
        p.keepersBps = uint16(bound(keepersBps, 600, 5000));
        p.validatorBps = uint16(bound(validatorBps, 0, 2000));
        p.threshold = uint8(bound(threshold, 2, KEEPERS));
        vm.prank(OWNER);
        uint256 id = market.publish(p);
        IMarket.Dataset memory d = market.datasetOf(id);
        Check.eq(id, 1, "id");
        Check.eq(d.owner, OWNER, "owner");
        Check.eq(d.price, p.price, "price");
        Check.eq(d.version, 1, "version");
        Check.eq(d.keepersBps, p.keepersBps, "keepersBps");
        Check.eq(d.validatorBps, p.validatorBps, "validatorBps");
        Check.eq(d.threshold, p.threshold, "threshold");
        Check.eq(d.seats, KEEPERS, "seats");
        Check.eq(d.accepted, 0, "accepted");
        Check.eq(uint8(d.status), uint8(IMarket.DatasetStatus.Published), "status");
        Check.eq(d.recordRoot, p.recordRoot, "recordRoot");
    }

    function test_publish_emitsAllThatAnIndexerNeeds() public {
        IMarket.Publication memory p = publicationOf("a");
        vm.expectEmit();
        emit IMarket.DatasetPublished(1, OWNER, p.contentHash, p.recordRoot, p.nonce, p.cid, p.price, p.keepersBps, p.validatorBps, p.threshold, p.keepers, p.commitments);
        vm.prank(OWNER);
        market.publish(p);
    }

    /// @dev Every number of seats: each seat can prove itself against the root that publish computed.
    function test_publish_seatRootFitsEveryNumberOfSeats(uint8 count) public {
        uint256 n = bound(count, K, 32);
        delete keepers;
        for (uint256 i = 0; i < n; ++i) {
            keepers.push(address(uint160(0x1000 * (i + 1))));
            if (i >= KEEPERS) _enrolKeeper(keepers[i], MIN_STAKE);
        }
        uint256 id = publish("many");
        for (uint256 i = 0; i < n; ++i) accept(id, i);
        Check.eq(market.datasetOf(id).accepted, n == 32 ? type(uint32).max : (1 << n) - 1, "all seats taken");
    }

    function _refused(IMarket.Publication memory p, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(OWNER);
        market.publish(p);
    }

    function test_publish_revertsOnThreshold(uint8 threshold) public {
        uint8 wrong = threshold < 2 ? threshold : uint8(bound(threshold, KEEPERS + 1, 255));
        IMarket.Publication memory p = publicationOf("a");
        p.threshold = wrong;
        _refused(p, abi.encodeWithSelector(IMarket.MarketThresholdInvalid.selector, wrong, KEEPERS));
    }

    function test_publish_revertsOnTooManySeats() public {
        IMarket.Publication memory p = publicationOf("a");
        p.keepers = new address[](33);
        p.commitments = new bytes32[](33);
        _refused(p, abi.encodeWithSelector(IMarket.MarketSeatsInvalid.selector, 33, 33));
    }

    function test_publish_revertsWhenCommitmentsAreMissing() public {
        IMarket.Publication memory p = publicationOf("a");
        p.commitments = new bytes32[](KEEPERS - 1);
        _refused(p, abi.encodeWithSelector(IMarket.MarketSeatsInvalid.selector, KEEPERS, KEEPERS - 1));
    }

    function test_publish_revertsOnKeeperTwice(uint8 at) public {
        uint256 i = bound(at, 1, KEEPERS - 1);
        IMarket.Publication memory p = publicationOf("a");
        p.keepers[i] = p.keepers[i - 1];
        _refused(p, abi.encodeWithSelector(IMarket.MarketKeepersNotAscending.selector, i, p.keepers[i]));
    }

    function test_publish_revertsOnZeroKeeper() public {
        IMarket.Publication memory p = publicationOf("a");
        p.keepers[0] = address(0);
        _refused(p, abi.encodeWithSelector(IMarket.MarketKeepersNotAscending.selector, 0, address(0)));
    }

    function test_publish_revertsOnPrice(uint96 price) public {
        uint96 wrong = price == 0 ? 0 : uint96(bound(price, 1e27 + 1, type(uint96).max));
        IMarket.Publication memory p = publicationOf("a");
        p.price = wrong;
        _refused(p, abi.encodeWithSelector(IMarket.MarketPriceInvalid.selector, wrong, 1e27));
    }

    function test_publish_revertsWhenFeeDoesNotCoverGas() public {
        IMarket.Publication memory p = publicationOf("a");
        p.price = 0.19 ether; // 15 % among three: 0.0095 each
        _refused(p, abi.encodeWithSelector(IMarket.MarketKeeperFeeTooLow.selector, 0.0095 ether, 0.01 ether));
    }

    function test_publish_revertsOnRule(uint16 keepersBps, uint16 validatorBps) public {
        vm.assume(keepersBps > 5000 || validatorBps > 2000);
        IMarket.Publication memory p = publicationOf("a");
        p.keepersBps = keepersBps;
        p.validatorBps = validatorBps;
        _refused(p, abi.encodeWithSelector(IMarket.MarketRuleInvalid.selector, keepersBps, validatorBps));
    }

    function test_publish_revertsWithoutContent() public {
        IMarket.Publication memory p = publicationOf("a");
        p.contentHash = 0;
        _refused(p, abi.encodeWithSelector(IMarket.MarketContentInvalid.selector, bytes32(0), p.recordRoot, p.cid.length));
        p = publicationOf("a");
        p.recordRoot = 0;
        _refused(p, abi.encodeWithSelector(IMarket.MarketContentInvalid.selector, p.contentHash, bytes32(0), p.cid.length));
        p = publicationOf("a");
        p.cid = "";
        _refused(p, abi.encodeWithSelector(IMarket.MarketContentInvalid.selector, p.contentHash, p.recordRoot, 0));
        p.cid = new bytes(129);
        _refused(p, abi.encodeWithSelector(IMarket.MarketContentInvalid.selector, p.contentHash, p.recordRoot, 129));
    }

    function test_publish_revertsWhenRootIsCertified() public {
        uint256 id = listCertified("a");
        IMarket.Publication memory p = publicationOf("a");
        _refused(p, abi.encodeWithSelector(IMarket.MarketRootTaken.selector, p.recordRoot, id));
        vm.prank(OWNER);
        market.withdraw(id);
        // Withdrawn after its certification: it stays rewarded and cannot come back.
        _refused(p, abi.encodeWithSelector(IMarket.MarketRootTaken.selector, p.recordRoot, id));
    }

    function test_publish_strangerCannotLockARootByListingIt() public {
        IMarket.Publication memory p = publicationOf("a");
        vm.prank(STRANGER);
        market.publish(p);
        Check.eq(listCertified("a"), 2, "the owner's listing is certified");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

/// @dev setPrice, withdraw.
contract OwnerTest is Base {
    function test_setPrice_makesANewVersion(uint96 price) public {
        price = uint96(bound(price, 1 ether, 1e27));
        uint256 id = publish("a");
        vm.expectEmit();
        emit IMarket.PriceChanged(id, 2, price);
        vm.prank(OWNER);
        market.setPrice(id, price);
        Check.eq(market.datasetOf(id).price, price, "price");
        Check.eq(market.datasetOf(id).version, 2, "version");
    }

    function test_setPrice_revertsForOthers() public {
        uint256 id = publish("a");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotOwner.selector, id, STRANGER));
        vm.prank(STRANGER);
        market.setPrice(id, PRICE);
    }

    function test_setPrice_revertsOnPriceAndFee() public {
        uint256 id = publish("a");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketPriceInvalid.selector, 0, 1e27));
        vm.prank(OWNER);
        market.setPrice(id, 0);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketKeeperFeeTooLow.selector, 0.005 ether, 0.01 ether));
        vm.prank(OWNER);
        market.setPrice(id, 0.1 ether);
    }

    function test_withdraw_opensNoAccessAnyMore() public {
        (uint256 id, uint256 open) = bought();
        vm.expectEmit();
        emit IMarket.DatasetWithdrawn(id);
        vm.prank(OWNER);
        market.withdraw(id);

        Prover.Point memory key = nextKey();
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Withdrawn));
        vm.prank(CUSTOMER);
        market.buy(id, 1, PRICE, key.x, key.y, PERIOD, "");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Withdrawn));
        vm.prank(VALIDATOR);
        market.validate(id, key.x, key.y, PERIOD);

        // What was open completes.
        for (uint256 i = 0; i < K; ++i) release(open, i);
        vm.prank(CUSTOMER);
        market.confirm(open);
        Check.eq(uint8(market.accessOf(open).status), uint8(IMarket.AccessStatus.Settled), "settled");
    }

    function test_withdraw_revertsForOthersAndTwice() public {
        uint256 id = publish("a");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotOwner.selector, id, STRANGER));
        vm.prank(STRANGER);
        market.withdraw(id);
        vm.prank(OWNER);
        market.withdraw(id);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Withdrawn));
        vm.prank(OWNER);
        market.withdraw(id);
    }
}

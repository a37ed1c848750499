// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Secp256k1} from "../../src/libraries/Secp256k1.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

contract BuyTest is Base {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = listCertified("a");
        fund(3 * PRICE);
    }

    function test_buy_opensAnAccess(uint32 period, uint256 secret, bytes32 purpose) public {
        period = uint32(bound(period, 60, 7 days));
        Prover.Point memory key = Prover.mul(bound(secret, 1, Secp256k1.N - 1));
        vm.assume(key.x < Secp256k1.N);
        vm.expectEmit();
        emit IMarket.AccessOpened(2, id, CUSTOMER, IMarket.AccessKind.Purchase, key.x, key.y, 1, PRICE, block.timestamp + period, 31, purpose);
        vm.prank(CUSTOMER);
        uint256 accessId = market.buy(id, 1, PRICE, key.x, key.y, period, purpose);

        // Reads back, field by field, what Accesses._store wrote in assembly.
        IMarket.Access memory a = market.accessOf(accessId);
        Check.eq(a.grantee, CUSTOMER, "grantee");
        Check.eq(a.seated, 31, "seated");
        Check.eq(a.standing, 0, "standing");
        Check.eq(a.disputed, 0, "disputed");
        Check.eq(a.escrow, PRICE, "escrow");
        Check.eq(a.deadline, block.timestamp + period, "deadline");
        Check.eq(a.challengeEnd, 0, "challengeEnd");
        Check.eq(uint8(a.kind), uint8(IMarket.AccessKind.Purchase), "kind");
        Check.eq(uint8(a.status), uint8(IMarket.AccessStatus.Open), "status");
        Check.eq(a.threshold, K, "threshold");
        Check.eq(a.datasetId, id, "datasetId");
        Check.eq(a.keyHash, keccak256(abi.encode(key.x, key.y)), "keyHash");
        Check.eq(coin.balanceOf(address(market)), PRICE, "escrow held");
        Check.eq(coin.balanceOf(CUSTOMER), 2 * PRICE, "price paid");
    }

    function test_buy_twiceOpensTwoAccesses() public {
        uint256 first = buy(id);
        Check.eq(buy(id), first + 1, "second id");
        Check.eq(coin.balanceOf(address(market)), 2 * PRICE, "two escrows");
    }

    function _refused(uint32 version, uint96 maxPrice, uint256 px, uint256 py, uint32 period, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(CUSTOMER);
        market.buy(id, version, maxPrice, px, py, period, "");
    }

    function test_buy_revertsOnAnotherVersion(uint32 version) public {
        vm.assume(version != 1);
        Prover.Point memory key = nextKey();
        _refused(version, PRICE, key.x, key.y, PERIOD, abi.encodeWithSelector(IMarket.MarketVersionChanged.selector, id, version, 1));
    }

    function test_buy_revertsAboveTheHighestPrice(uint96 most) public {
        most = uint96(bound(most, 0, PRICE - 1));
        Prover.Point memory key = nextKey();
        _refused(1, most, key.x, key.y, PERIOD, abi.encodeWithSelector(IMarket.MarketPriceAboveMax.selector, id, PRICE, most));
    }

    function test_buy_revertsOnKeysThatAreNotUsable(uint256 px, uint256 py) public {
        vm.assume(!Secp256k1.isUsable(px, py));
        _refused(1, PRICE, px, py, PERIOD, abi.encodeWithSelector(IMarket.MarketKeyInvalid.selector, px, py));
        Prover.Point memory key = nextKey();
        uint256[2][6] memory wrong = [
            [uint256(0), uint256(0)], [key.x, key.y ^ 1], [key.x, Secp256k1.P], [Secp256k1.N, key.y], [Secp256k1.P, key.y], [type(uint256).max, type(uint256).max]
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            _refused(1, PRICE, wrong[i][0], wrong[i][1], PERIOD, abi.encodeWithSelector(IMarket.MarketKeyInvalid.selector, wrong[i][0], wrong[i][1]));
        }
    }

    function test_buy_revertsOnReleasePeriod(uint32 period) public {
        vm.assume(period < 60 || period > 7 days);
        Prover.Point memory key = nextKey();
        _refused(1, PRICE, key.x, key.y, period, abi.encodeWithSelector(IMarket.MarketReleasePeriodInvalid.selector, period, 60, 7 days));
    }

    function test_buy_revertsWhenTooFewSeatsAreTaken() public {
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(keepers[i]);
            market.resign(id, uint8(i));
        }
        Prover.Point memory key = nextKey();
        _refused(1, PRICE, key.x, key.y, PERIOD, abi.encodeWithSelector(IMarket.MarketTooFewSeats.selector, id, 2, K));
    }

    function test_buy_revertsBeforeCertification() public {
        id = publish("b");
        acceptAll(id);
        Prover.Point memory key = nextKey();
        _refused(1, PRICE, key.x, key.y, PERIOD, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Published));
    }

    function test_buy_revertsWithoutCoins() public {
        vm.prank(CUSTOMER);
        coin.transfer(OWNER, 3 * PRICE);
        Prover.Point memory key = nextKey();
        _refused(1, PRICE, key.x, key.y, PERIOD, abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, CUSTOMER, 0, PRICE));
    }

    function test_buy_revertsWithoutAllowance() public {
        vm.prank(CUSTOMER);
        coin.approve(address(market), PRICE - 1);
        Prover.Point memory key = nextKey();
        _refused(1, PRICE, key.x, key.y, PERIOD, abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), PRICE - 1, PRICE));
    }

    // ── buyWithPermit

    function _permit(uint256 value, uint256 deadline) private view returns (uint8 v, bytes32 r, bytes32 s) {
        bytes32 typehash = keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 structHash = keccak256(abi.encode(typehash, CUSTOMER, address(market), value, coin.nonces(CUSTOMER), deadline));
        return vm.sign(CUSTOMER_KEY, keccak256(abi.encodePacked(hex"1901", coin.DOMAIN_SEPARATOR(), structHash)));
    }

    function _noAllowance() private {
        vm.prank(CUSTOMER);
        coin.approve(address(market), 0);
    }

    function test_buyWithPermit_paysInOneTransaction() public {
        _noAllowance();
        (uint8 v, bytes32 r, bytes32 s) = _permit(PRICE, block.timestamp);
        Prover.Point memory key = nextKey();
        vm.prank(CUSTOMER);
        uint256 accessId = market.buyWithPermit(id, 1, type(uint96).max, key.x, key.y, PERIOD, "", block.timestamp, v, r, s);
        Check.eq(market.accessOf(accessId).escrow, PRICE, "escrow");
        Check.eq(coin.balanceOf(CUSTOMER), 2 * PRICE, "paid");
        Check.eq(coin.allowance(CUSTOMER, address(market)), 0, "no allowance left");
        Check.eq(coin.nonces(CUSTOMER), 1, "permit used up");
    }

    function test_buyWithPermit_survivesAFrontRunner() public {
        _noAllowance();
        (uint8 v, bytes32 r, bytes32 s) = _permit(PRICE, block.timestamp);
        Prover.Point memory key = nextKey();
        vm.prank(STRANGER);
        coin.permit(CUSTOMER, address(market), PRICE, block.timestamp, v, r, s);
        vm.prank(CUSTOMER);
        uint256 accessId = market.buyWithPermit(id, 1, PRICE, key.x, key.y, PERIOD, "", block.timestamp, v, r, s);
        Check.eq(market.accessOf(accessId).escrow, PRICE, "escrow");
        Check.eq(coin.allowance(CUSTOMER, address(market)), 0, "no allowance left");
    }

    function test_buyWithPermit_revertsOnABadPermit(uint256 value, bytes32 noise) public {
        _noAllowance();
        vm.assume(value != PRICE && noise != 0);
        Prover.Point memory key = nextKey();
        bytes memory reason = abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), 0, PRICE);
        // For another amount.
        (uint8 v, bytes32 r, bytes32 s) = _permit(value, block.timestamp);
        vm.expectRevert(reason);
        vm.prank(CUSTOMER);
        market.buyWithPermit(id, 1, PRICE, key.x, key.y, PERIOD, "", block.timestamp, v, r, s);
        // Too late.
        (v, r, s) = _permit(PRICE, block.timestamp - 1);
        vm.expectRevert(reason);
        vm.prank(CUSTOMER);
        market.buyWithPermit(id, 1, PRICE, key.x, key.y, PERIOD, "", block.timestamp - 1, v, r, s);
        // Changed.
        (v, r, s) = _permit(PRICE, block.timestamp);
        vm.expectRevert(reason);
        vm.prank(CUSTOMER);
        market.buyWithPermit(id, 1, PRICE, key.x, key.y, PERIOD, "", block.timestamp, v, r ^ noise, s);
        // Somebody else's.
        vm.expectRevert(abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, address(market), 0, PRICE));
        vm.prank(STRANGER);
        market.buyWithPermit(id, 1, PRICE, key.x, key.y, PERIOD, "", block.timestamp, v, r, s);
    }
}

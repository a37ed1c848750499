// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {Base} from "../Base.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

/// @dev validate, certify, reject.
contract CertifyTest is Base {
    uint256 private id;

    function setUp() public override {
        super.setUp();
        id = publish("a");
        acceptAll(id);
    }

    function _validateRefused(address caller, bytes memory reason) private {
        Prover.Point memory key = nextKey();
        vm.expectRevert(reason);
        vm.prank(caller);
        market.validate(id, key.x, key.y, PERIOD);
    }

    function test_validate_opensAnAccessWithoutPrice() public {
        uint256 accessId = validate(id);
        IMarket.Access memory a = market.accessOf(accessId);
        Check.eq(a.grantee, VALIDATOR, "grantee");
        Check.eq(uint8(a.kind), uint8(IMarket.AccessKind.Validation), "kind");
        Check.eq(a.escrow, 0, "escrow");
    }

    function test_validate_revertsWithoutAccreditation() public {
        _validateRefused(STRANGER, abi.encodeWithSelector(IMarket.MarketNotValidator.selector, STRANGER));
        vm.prank(REGISTRAR);
        participants.suspend(VALIDATOR, Roles.VALIDATOR, "");
        _validateRefused(VALIDATOR, abi.encodeWithSelector(IMarket.MarketNotValidator.selector, VALIDATOR));
    }

    function test_validate_revertsForOwnerAndKeepers() public {
        vm.prank(REGISTRAR);
        participants.accredit(OWNER, Roles.VALIDATOR, "");
        _validateRefused(OWNER, abi.encodeWithSelector(IMarket.MarketValidatorInvolved.selector, id, OWNER));
        vm.prank(REGISTRAR);
        participants.accredit(keepers[3], Roles.VALIDATOR, "");
        _validateRefused(keepers[3], abi.encodeWithSelector(IMarket.MarketValidatorInvolved.selector, id, keepers[3]));
    }

    function test_validate_revertsWithTooFewSeats() public {
        id = publish("b");
        accept(id, 0);
        _validateRefused(VALIDATOR, abi.encodeWithSelector(IMarket.MarketTooFewSeats.selector, id, 1, K));
    }

    function test_validate_revertsOnceCertified() public {
        id = listCertified("c");
        _validateRefused(VALIDATOR, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Certified));
    }

    /// @dev Any number of releases from k on: the parts sum to what was minted, and rounding goes to the owner.
    function test_certify_rewardsOwnerKeepersValidator(uint8 releases, uint8 score) public {
        uint256 n = bound(releases, K, KEEPERS);
        score = uint8(bound(score, 0, 100));
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < n; ++i) release(accessId, i);
        vm.expectEmit();
        emit IMarket.DatasetCertified(id, accessId, VALIDATOR, score, "report", REWARD);
        vm.prank(VALIDATOR);
        market.certify(accessId, score, "report");

        uint256 each = uint256(REWARD) / 4 / n;
        for (uint256 i = 0; i < KEEPERS; ++i) Check.eq(participants.accountOf(keepers[i]).earnings, i < n ? each : 0, "keeper");
        Check.eq(coin.balanceOf(address(participants)), each * n, "credited coins");
        Check.eq(coin.balanceOf(VALIDATOR), REWARD / 4, "validator");
        Check.eq(coin.balanceOf(OWNER), REWARD - REWARD / 4 - each * n, "owner");
        Check.eq(coin.totalSupply(), REWARD, "minted");
        IMarket.Dataset memory d = market.datasetOf(id);
        Check.eq(uint8(d.status), uint8(IMarket.DatasetStatus.Certified), "status");
        Check.eq(d.validator, VALIDATOR, "validator on record");
        Check.eq(d.score, score, "score");
        Check.eq(market.certifiedDatasetOf(d.recordRoot), id, "root taken");
        Check.eq(uint8(market.accessOf(accessId).status), uint8(IMarket.AccessStatus.Closed), "closed");
    }

    function test_certify_rewardHalves() public {
        for (uint256 i = 0; i < 9; ++i) {
            Check.eq(market.nextReward(), uint256(REWARD) >> (i / HALVING), "reward");
            uint256 before = coin.totalSupply();
            listCertified(bytes32(i));
            Check.eq(coin.totalSupply() - before, uint256(REWARD) >> (i / HALVING), "minted");
        }
    }

    function test_certify_neverMintsBeyondTheCap() public {
        vm.prank(address(market));
        coin.mint(STRANGER, 1e27 - 10);
        listCertified("b");
        Check.eq(coin.totalSupply(), 1e27, "the last ten");
        listCertified("c");
        Check.eq(coin.totalSupply(), 1e27, "nothing left");
    }

    function _verdictRefused(address caller, uint256 accessId, uint8 score, bytes memory reason) private {
        vm.expectRevert(reason);
        vm.prank(caller);
        market.certify(accessId, score, "");
        vm.expectRevert(reason);
        vm.prank(caller);
        market.reject(accessId, score, "");
    }

    function test_verdict_revertsBelowThreshold() public {
        uint256 accessId = validate(id);
        release(accessId, 0);
        release(accessId, 1);
        _verdictRefused(VALIDATOR, accessId, 50, abi.encodeWithSelector(IMarket.MarketNotReady.selector, accessId, 2, K));
    }

    function test_verdict_revertsForOthers() public {
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        _verdictRefused(STRANGER, accessId, 50, abi.encodeWithSelector(IMarket.MarketNotGrantee.selector, accessId, STRANGER));
    }

    function test_verdict_revertsOnScore(uint8 score) public {
        score = uint8(bound(score, 101, 255));
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        _verdictRefused(VALIDATOR, accessId, score, abi.encodeWithSelector(IMarket.MarketScoreInvalid.selector, score));
    }

    function test_verdict_revertsWhenSuspendedSince() public {
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        vm.prank(REGISTRAR);
        participants.suspend(VALIDATOR, Roles.VALIDATOR, "");
        _verdictRefused(VALIDATOR, accessId, 50, abi.encodeWithSelector(IMarket.MarketNotValidator.selector, VALIDATOR));
    }

    function test_verdict_revertsTwiceAndAfterWithdrawal() public {
        uint256 first = validate(id);
        uint256 second = validate(id);
        for (uint256 i = 0; i < K; ++i) {
            release(first, i);
            release(second, i);
        }
        vm.prank(VALIDATOR);
        market.certify(first, 90, "");
        _verdictRefused(VALIDATOR, first, 50, abi.encodeWithSelector(IMarket.MarketAccessStatus.selector, first, IMarket.AccessStatus.Closed));
        _verdictRefused(VALIDATOR, second, 50, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Certified));
    }

    function test_verdict_revertsOnAPurchase() public {
        (, uint256 accessId) = bought();
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        _verdictRefused(CUSTOMER, accessId, 50, abi.encodeWithSelector(IMarket.MarketAccessKind.selector, accessId, IMarket.AccessKind.Purchase));
    }

    function test_certify_onlyOneListingOfARoot() public {
        uint256 twin = publish("a");
        acceptAll(twin);
        uint256 first = validate(id);
        uint256 second = validate(twin);
        for (uint256 i = 0; i < K; ++i) {
            release(first, i);
            release(second, i);
        }
        vm.prank(VALIDATOR);
        market.certify(first, 90, "");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketRootTaken.selector, market.datasetOf(id).recordRoot, id));
        vm.prank(VALIDATOR);
        market.certify(second, 90, "");
        vm.prank(VALIDATOR);
        market.reject(second, 0, "listed twice");
    }

    function test_reject_isFinalAndMintsNothing() public {
        uint256 accessId = validate(id);
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        vm.expectEmit();
        emit IMarket.DatasetRejected(id, accessId, VALIDATOR, 12, "report");
        vm.prank(VALIDATOR);
        market.reject(accessId, 12, "report");
        Check.eq(coin.totalSupply(), 0, "minted");
        Check.eq(uint8(market.datasetOf(id).status), uint8(IMarket.DatasetStatus.Rejected), "status");
        _validateRefused(VALIDATOR, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, id, IMarket.DatasetStatus.Rejected));
        publish("a"); // mended, it may be listed anew
    }
}

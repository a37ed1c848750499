// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IConsent} from "../../src/interfaces/IConsent.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm} from "../utils/Vm.sol";

contract EmergencyTest is ConsentBase {
    function test_setEmergencyReadable_isTheOwners() public {
        uint256 datasetId = publish("d");
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotOwner.selector, datasetId, HOSPITAL));
        vm.prank(HOSPITAL);
        consent.setEmergencyReadable(datasetId, true);
        vm.expectEmit();
        emit IConsent.EmergencyReadable(datasetId, OWNER, true);
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, true);
        Check.yes(consent.isEmergencyReadable(datasetId), "on");
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, false);
        Check.yes(!consent.isEmergencyReadable(datasetId), "off");
    }

    function test_emergency_opensAtOnceAndLeavesItsLog() public {
        uint256 datasetId = readable();
        Prover.Point memory key = nextKey();
        (, uint256 accesses,) = market.counts();
        vm.expectEmit();
        emit IConsent.EmergencyOpened(accesses + 1, datasetId, HOSPITAL, OWNER, keccak256("unconscious"), "sealed reason");
        vm.prank(HOSPITAL);
        uint256 accessId = consent.emergency(datasetId, key.x, key.y, PERIOD, keccak256("unconscious"), "sealed reason");
        IMarket.Access memory access = market.accessOf(accessId);
        Check.eq(access.grantee, HOSPITAL, "grantee");
        Check.eq(uint256(access.kind), uint256(IMarket.AccessKind.Emergency), "kind");
        Check.eq(access.escrow, 0, "free");
        // Keepers release as for any access, each of them.
        for (uint256 i = 0; i < KEEPERS; ++i) release(accessId, i);
        Check.eq(market.accessOf(accessId).standing, 31, "standing");
        vm.warp(access.deadline + WINDOW + 1);
        market.settle(accessId);
        Check.eq(uint256(market.accessOf(accessId).status), uint256(IMarket.AccessStatus.Closed), "closed");
    }

    /// @dev A dataset that no validator has seen yet is still its owner's to open.
    function test_emergency_opensAPublishedDataset() public {
        uint256 datasetId = publish("d");
        acceptAll(datasetId);
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, true);
        emergencyOf(PRACTICE, datasetId);
    }

    function _refused(uint256 datasetId, bytes memory reason) private {
        Prover.Point memory key = nextKey();
        vm.expectRevert(reason);
        vm.prank(HOSPITAL);
        consent.emergency(datasetId, key.x, key.y, PERIOD, "reason", "");
    }

    function test_emergency_reverts() public {
        uint256 datasetId = listCertified("d");
        _refused(datasetId, abi.encodeWithSelector(IConsent.ConsentNotReadable.selector, datasetId));
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, true);
        Prover.Point memory key = nextKey();
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentDetailsTooLong.selector, 2049, 2048));
        vm.prank(HOSPITAL);
        consent.emergency(datasetId, key.x, key.y, PERIOD, "reason", new bytes(2049));
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketKeyInvalid.selector, key.x, key.y ^ 1));
        vm.prank(HOSPITAL);
        consent.emergency(datasetId, key.x, key.y ^ 1, PERIOD, "reason", "");
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, RESEARCHER, 8, 0));
        vm.prank(RESEARCHER);
        consent.emergency(datasetId, key.x, key.y, PERIOD, "reason", "");
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, false);
        _refused(datasetId, abi.encodeWithSelector(IConsent.ConsentNotReadable.selector, datasetId));
        vm.startPrank(OWNER);
        consent.setEmergencyReadable(datasetId, true);
        market.withdraw(datasetId);
        vm.stopPrank();
        _refused(datasetId, abi.encodeWithSelector(IMarket.MarketDatasetStatus.selector, datasetId, IMarket.DatasetStatus.Withdrawn));
    }

    /// @dev Nobody opens an emergency past the contract that logs it.
    function test_openEmergency_isTheConsentContractsAlone(address who) public {
        vm.assume(who != address(consent));
        uint256 datasetId = readable();
        Prover.Point memory key = nextKey();
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotOpener.selector, who, consent));
        vm.prank(who);
        market.openEmergency(who, datasetId, key.x, key.y, PERIOD, "");
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketNotOpener.selector, who == address(studies) ? address(consent) : who, studies));
        vm.prank(who == address(studies) ? address(consent) : who);
        market.openGrant(who, datasetId, PRICE, key.x, key.y, PERIOD, "");
    }

    /// @dev One transaction of the registrar ends what an abuser has open: no share more, and no keeper is punished for it.
    function test_suspension_stopsAnOpenEmergency() public {
        uint256 datasetId = readable();
        uint256 accessId = emergencyOf(HOSPITAL, datasetId);
        release(accessId, 0);
        suspend(HOSPITAL, Roles.INSTITUTION);
        IMarket.ReleasedShare memory share = sealedShare(accessId, 1, false);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketGranteeSuspended.selector, accessId, HOSPITAL));
        vm.prank(keepers[1]);
        market.release(accessId, 1, share);
        _refused(datasetId, abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, HOSPITAL, 8, 0));
        vm.warp(market.accessOf(accessId).deadline + 1);
        market.refund(accessId);
        for (uint256 i = 0; i < KEEPERS; ++i) Check.eq(participants.accountOf(keepers[i]).stake, MIN_STAKE, "not slashed");
        Check.eq(participants.compensationOf(HOSPITAL), 0, "no compensation");
    }

    /// @dev Another role is not enough to stay in, one that may open emergencies is.
    function test_suspension_looksAtTheRole() public {
        uint256 accessId = emergencyOf(HOSPITAL, readable());
        accredit(HOSPITAL, Roles.PROVIDER);
        suspend(HOSPITAL, Roles.INSTITUTION);
        release(accessId, 0);
        accredit(HOSPITAL, Roles.RESEARCHER);
        suspend(HOSPITAL, Roles.PROVIDER);
        IMarket.ReleasedShare memory share = sealedShare(accessId, 1, false);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketGranteeSuspended.selector, accessId, HOSPITAL));
        vm.prank(keepers[1]);
        market.release(accessId, 1, share);
    }

    function test_silence_costsStakeInAnEmergencyToo() public {
        uint256 accessId = emergencyOf(HOSPITAL, readable());
        release(accessId, 0);
        vm.warp(market.accessOf(accessId).deadline + 1);
        market.refund(accessId);
        Check.eq(participants.accountOf(keepers[0]).stake, MIN_STAKE, "released");
        Check.eq(participants.accountOf(keepers[1]).stake, MIN_STAKE - SILENT_SLASH, "silent");
    }

    function test_contest_isTheOwners() public {
        uint256 datasetId = readable();
        uint256 accessId = emergencyOf(HOSPITAL, datasetId);
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotOwner.selector, datasetId, HOSPITAL));
        vm.prank(HOSPITAL);
        consent.contest(accessId, "reason");
        vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotEmergency.selector, 1));
        vm.prank(OWNER);
        consent.contest(1, "reason");
        vm.expectEmit();
        emit IConsent.EmergencyContested(accessId, OWNER, "reason");
        vm.prank(OWNER);
        consent.contest(accessId, "reason");
    }

    /// @dev What an emergency has no price for, nobody confirms or is paid for.
    function test_confirm_refusesAnEmergency() public {
        uint256 accessId = emergencyOf(HOSPITAL, readable());
        for (uint256 i = 0; i < K; ++i) release(accessId, i);
        vm.expectRevert(abi.encodeWithSelector(IMarket.MarketAccessKind.selector, accessId, IMarket.AccessKind.Emergency));
        vm.prank(HOSPITAL);
        market.confirm(accessId);
    }
}

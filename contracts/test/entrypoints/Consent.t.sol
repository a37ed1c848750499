// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IConsent} from "../../src/interfaces/IConsent.sol";
import {Permissions} from "../../src/libraries/Permissions.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract ConsentTest is ConsentBase {
    function _status(uint256 rightId) private view returns (uint256) {
        return uint256(consent.rightOf(rightId).status);
    }

    function _refuse(bytes memory reason) private {
        vm.expectRevert(reason);
    }

    function _ended(uint256 rightId, address who) private {
        bytes32[] memory proof = scopeProof(0);
        _refuse(abi.encodeWithSelector(IConsent.ConsentEnded.selector, rightId));
        vm.prank(who);
        consent.use(rightId, PATIENT, scope(), Permissions.READ, segment(0), proof, "record", "");
    }

    // ── Asking

    function test_request_waitsAndOpensNothing() public {
        IConsent.Terms memory t = terms();
        vm.expectEmit();
        emit IConsent.AccessRequested(1, PATIENT, PRACTICE, 0, 1, 30 days, scope(), PURPOSE, X25519, "sealed");
        vm.prank(PRACTICE);
        Check.eq(consent.request(PATIENT, t, X25519, "sealed"), 1, "id");
        Check.eq(_status(1), uint256(IConsent.RightStatus.Pending), "pending");
        Check.yes(!live(1), "not live");
        _ended(1, PRACTICE);
    }

    function test_request_reverts() public {
        IConsent.Terms memory t = terms();
        _refuse(abi.encodeWithSelector(IConsent.ConsentPartyInvalid.selector, address(0)));
        vm.prank(PRACTICE);
        consent.request(address(0), t, X25519, "");
        _refuse(abi.encodeWithSelector(IConsent.ConsentPartyInvalid.selector, PRACTICE));
        vm.prank(PRACTICE);
        consent.request(PRACTICE, t, X25519, "");
        _refuse(abi.encodeWithSelector(IConsent.ConsentKeyInvalid.selector, bytes32(0)));
        vm.prank(PRACTICE);
        consent.request(PATIENT, t, 0, "");
        _refuse(abi.encodeWithSelector(IConsent.ConsentDetailsTooLong.selector, 2049, 2048));
        vm.prank(PRACTICE);
        consent.request(PATIENT, t, X25519, new bytes(2049));
        t.scopeRoot = 0;
        _refuse(abi.encodeWithSelector(IConsent.ConsentScopeInvalid.selector, bytes32(0)));
        vm.prank(PRACTICE);
        consent.request(PATIENT, t, X25519, "");
        t = terms();
        t.duration = 0;
        _refuse(abi.encodeWithSelector(IConsent.ConsentDurationInvalid.selector, 0, 3650 days));
        vm.prank(PRACTICE);
        consent.request(PATIENT, t, X25519, "");
        t.duration = 3650 days + 1;
        _refuse(abi.encodeWithSelector(IConsent.ConsentDurationInvalid.selector, 3650 days + 1, 3650 days));
        vm.prank(PRACTICE);
        consent.request(PATIENT, t, X25519, "");
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, STRANGER, 1, 0));
        t = terms();
        vm.prank(STRANGER);
        consent.request(PATIENT, t, X25519, "");
    }

    function test_withdrawRequest_freesItsStorage() public {
        uint256 rightId = ask();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotGrantee.selector, rightId, STRANGER));
        vm.prank(STRANGER);
        consent.withdrawRequest(rightId, PATIENT, scope());
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, STRANGER, scope()));
        vm.prank(PRACTICE);
        consent.withdrawRequest(rightId, STRANGER, scope());
        vm.expectEmit();
        emit IConsent.RequestWithdrawn(rightId, PATIENT, PRACTICE);
        vm.prank(PRACTICE);
        consent.withdrawRequest(rightId, PATIENT, scope());
        IConsent.Right memory none;
        Check.eq(keccak256(abi.encode(consent.rightOf(rightId))), keccak256(abi.encode(none)), "freed");
        IConsent.Terms memory t = terms();
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.None));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
    }

    // ── Answering

    function test_approve_opensExactlyWhatWasAsked() public {
        uint256 rightId = ask();
        IConsent.Terms memory t = terms();
        vm.expectEmit();
        emit IConsent.AccessGranted(rightId, PATIENT, PRACTICE, 0, 1, block.timestamp + 30 days, scope(), PURPOSE, ENVELOPE);
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
        Check.yes(live(rightId), "live");
        vm.expectEmit();
        emit IConsent.AccessUsed(rightId, PATIENT, PRACTICE, 1, keccak256("record"), "DE-HE");
        readDay(rightId, PRACTICE, 2);
        // Later reads need no new question.
        readDay(rightId, PRACTICE, 2);
        readDay(rightId, PRACTICE, 3);
    }

    function test_approve_isTheOwnersAndOnce(address who) public {
        vm.assume(who != PATIENT && who != forwarder);
        uint256 rightId = ask();
        IConsent.Terms memory t = terms();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, who, scope()));
        vm.prank(who);
        consent.approve(rightId, scope(), t, ENVELOPE);
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
        // Played again.
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.Approved));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
        vm.prank(PATIENT);
        consent.revoke(rightId, scope());
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.Revoked));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
    }

    function test_approve_narrowsButNeverWidens(uint8 category, uint8 operations, uint40 duration) public {
        category = uint8(bound(category, 0, 2));
        operations = uint8(bound(operations, 0, 3));
        duration = uint40(bound(duration, 0, 3650 days));
        IConsent.Terms memory t = terms();
        (t.category, t.operations) = (Permissions.HISTORY, Permissions.READ | Permissions.APPEND);
        vm.prank(PRACTICE);
        uint256 rightId = consent.request(PATIENT, t, X25519, "");
        (t.category, t.operations, t.duration, t.scopeRoot) = (category, operations, duration, segment(0));
        bool ok = category == 1 && operations != 0 && duration != 0 && duration <= 30 days;
        if (category != 1 || duration > 30 days) _refuse(abi.encodeWithSelector(IConsent.ConsentWidened.selector, rightId));
        else if (duration == 0) _refuse(abi.encodeWithSelector(IConsent.ConsentDurationInvalid.selector, 0, 3650 days));
        else if (operations == 0) _refuse(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, PRACTICE, 0, 1));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
        if (!ok) return;
        IConsent.Right memory right = consent.rightOf(rightId);
        Check.eq(right.operations, operations, "operations");
        Check.eq(right.expiry, block.timestamp + duration, "expiry");
        Check.yes(consent.isLive(rightId, PATIENT, segment(0)) && !live(rightId), "the smaller scope");
    }

    function test_approve_refusesOperationsThatWereNotAsked() public {
        IConsent.Terms memory t = terms();
        t.category = Permissions.HISTORY;
        vm.prank(PRACTICE);
        uint256 rightId = consent.request(PATIENT, t, X25519, "");
        t.operations = Permissions.READ | Permissions.APPEND;
        _refuse(abi.encodeWithSelector(IConsent.ConsentWidened.selector, rightId));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
    }

    function test_approve_seesASuspension() public {
        uint256 rightId = ask();
        suspend(PRACTICE, Roles.PROVIDER);
        IConsent.Terms memory t = terms();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, PRACTICE, 1, 0));
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
    }

    function test_reject_destroysTheRequest() public {
        uint256 rightId = ask();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, PRACTICE, scope()));
        vm.prank(PRACTICE);
        consent.reject(rightId, scope());
        vm.expectEmit();
        emit IConsent.RequestRejected(rightId, PATIENT, PRACTICE);
        vm.prank(PATIENT);
        consent.reject(rightId, scope());
        Check.eq(consent.rightOf(rightId).bound, 0, "freed");
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.None));
        vm.prank(PATIENT);
        consent.reject(rightId, scope());
        // Nobody is a grantee any more.
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotGrantee.selector, rightId, PRACTICE));
        vm.prank(PRACTICE);
        consent.use(rightId, PATIENT, scope(), 1, scope(), new bytes32[](0), "", "");
    }

    // ── Giving, taking back

    function test_grant_needsNoQuestion() public {
        IConsent.Terms memory t = terms();
        _refuse(abi.encodeWithSelector(IConsent.ConsentPartyInvalid.selector, PATIENT));
        vm.prank(PATIENT);
        consent.grant(PATIENT, t, ENVELOPE);
        vm.prank(PATIENT);
        uint256 rightId = consent.grant(PRACTICE, t, ENVELOPE);
        readDay(rightId, PRACTICE, 0);
    }

    function test_revoke_endsAtOnceAndForGood() public {
        uint256 rightId = granted();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, PRACTICE, scope()));
        vm.prank(PRACTICE);
        consent.revoke(rightId, scope());
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, PATIENT, segment(0)));
        vm.prank(PATIENT);
        consent.revoke(rightId, segment(0));
        vm.expectEmit();
        emit IConsent.AccessRevoked(rightId, PATIENT, PRACTICE);
        vm.prank(PATIENT);
        consent.revoke(rightId, scope());
        Check.yes(!live(rightId), "ended");
        _ended(rightId, PRACTICE);
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.Revoked));
        vm.prank(PATIENT);
        consent.revoke(rightId, scope());
    }

    /// @dev Nobody can stand in the way: not a suspension, not an expired right, not the registrar.
    function test_revoke_cannotBeLocked() public {
        uint256 rightId = granted();
        suspend(PRACTICE, Roles.PROVIDER);
        vm.warp(block.timestamp + 31 days);
        vm.prank(PATIENT);
        consent.revoke(rightId, scope());
        vm.prank(PATIENT);
        consent.revokeAll();
    }

    function test_revokeAll_endsThemAllAndOnlyOnesOwn(uint8 many) public {
        uint256 n = bound(many, 1, 12);
        uint256[] memory ids = new uint256[](n);
        for (uint256 i = 0; i < n; ++i) ids[i] = granted();
        IConsent.Terms memory t = terms();
        vm.prank(STRANGER);
        uint256 other = consent.grant(PRACTICE, t, ENVELOPE);
        vm.expectEmit();
        emit IConsent.AllRevoked(PATIENT, 1);
        vm.prank(PATIENT);
        consent.revokeAll();
        for (uint256 i = 0; i < n; ++i) {
            Check.yes(!live(ids[i]), "ended");
            _ended(ids[i], PRACTICE);
        }
        Check.yes(consent.isLive(other, STRANGER, scope()), "another person's stays");
        uint256 fresh = granted();
        Check.yes(live(fresh), "the next one holds");
        Check.eq(consent.epochOf(PATIENT), 1, "epoch");
    }

    /// @dev A request that was made before is answered after: the right is of the new epoch.
    function test_revokeAll_leavesRequestsToBeAnswered() public {
        uint256 rightId = ask();
        vm.prank(PATIENT);
        consent.revokeAll();
        IConsent.Terms memory t = terms();
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
        Check.yes(live(rightId), "live");
    }

    /// @dev Flat: as much for one right as for a hundred.
    function test_revokeAll_costsTheSameForAnyNumber() public {
        granted();
        vm.prank(PATIENT);
        consent.revokeAll();
        granted();
        vm.prank(PATIENT);
        uint256 before = gasleft();
        consent.revokeAll();
        uint256 one = before - gasleft();
        for (uint256 i = 0; i < 100; ++i) granted();
        vm.prank(PATIENT);
        before = gasleft();
        consent.revokeAll();
        uint256 hundred = before - gasleft();
        Check.atMost(hundred, one + 200, "gas");
    }

    function test_handBack_endsTheRight() public {
        uint256 rightId = granted();
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotGrantee.selector, rightId, PATIENT));
        vm.prank(PATIENT);
        consent.handBack(rightId, PATIENT, scope());
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, STRANGER, scope()));
        vm.prank(PRACTICE);
        consent.handBack(rightId, STRANGER, scope());
        vm.expectEmit();
        emit IConsent.AccessHandedBack(rightId, PATIENT, PRACTICE);
        vm.prank(PRACTICE);
        consent.handBack(rightId, PATIENT, scope());
        _ended(rightId, PRACTICE);
        _refuse(abi.encodeWithSelector(IConsent.ConsentStatus.selector, rightId, IConsent.RightStatus.HandedBack));
        vm.prank(PRACTICE);
        consent.handBack(rightId, PATIENT, scope());
    }

    // ── Using

    function test_use_endsWithTheLastSecond() public {
        uint256 rightId = granted();
        uint256 expiry = consent.rightOf(rightId).expiry;
        vm.warp(expiry);
        readDay(rightId, PRACTICE, 0);
        vm.warp(expiry + 1);
        Check.yes(!live(rightId), "expired");
        _ended(rightId, PRACTICE);
    }

    function test_use_isTheGranteesAlone(address who) public {
        vm.assume(who != PRACTICE && who != forwarder);
        uint256 rightId = granted();
        bytes32[] memory proof = scopeProof(0);
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotGrantee.selector, rightId, who));
        vm.prank(who);
        consent.use(rightId, PATIENT, scope(), 1, segment(0), proof, "", "");
    }

    function test_use_refusesADayOutsideOfTheScope(uint256 day) public {
        vm.assume(day > 3);
        uint256 rightId = granted();
        bytes32[] memory proof = scopeProof(day % 4);
        _refuse(abi.encodeWithSelector(IConsent.ConsentOutOfScope.selector, rightId, segment(day)));
        vm.prank(PRACTICE);
        consent.use(rightId, PATIENT, scope(), 1, segment(day), proof, "", "");
        // Nor another root that does hold it.
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotBound.selector, rightId, PATIENT, segment(day)));
        vm.prank(PRACTICE);
        consent.use(rightId, PATIENT, segment(day), 1, segment(day), new bytes32[](0), "", "");
    }

    function test_use_refusesOperationsThatWereNotGiven(uint8 operation) public {
        vm.assume(operation != 1);
        uint256 rightId = granted();
        bytes32[] memory proof = scopeProof(0);
        _refuse(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, PRACTICE, operation, 0));
        vm.prank(PRACTICE);
        consent.use(rightId, PATIENT, scope(), operation, segment(0), proof, "", "");
    }

    /// @dev A suspension works between two reads, and lasts exactly as long as it does.
    function test_use_stopsWithASuspension() public {
        uint256 rightId = granted();
        readDay(rightId, PRACTICE, 0);
        suspend(PRACTICE, Roles.PROVIDER);
        _ended(rightId, PRACTICE);
        accredit(PRACTICE, Roles.INSURER);
        readDay(rightId, PRACTICE, 0);
    }

    function test_isLive_asksForTheRightPerson(address owner, bytes32 root) public {
        uint256 rightId = granted();
        Check.yes(consent.isLive(rightId, owner, root) == (owner == PATIENT && root == scope()), "bound");
        Check.yes(!consent.isLive(rightId + 1, owner, root), "unknown");
        Check.eq(consent.rights(), 1, "rights");
    }

    /// @dev A right costs the same for 1 and for 100 segments: its scope is a root, whatever hangs below.
    function test_grant_costsTheSameForAnyScope() public {
        granted();
        IConsent.Terms memory t = terms();
        bytes32 many = keccak256("root of a hundred segments");
        vm.prank(PATIENT);
        uint256 before = gasleft();
        consent.grant(PRACTICE, t, ENVELOPE);
        uint256 small = before - gasleft();
        t.scopeRoot = many;
        vm.prank(PATIENT);
        before = gasleft();
        consent.grant(PRACTICE, t, ENVELOPE);
        uint256 large = before - gasleft();
        Check.atMost(large > small ? large - small : small - large, small / 20, "gas");
    }
}

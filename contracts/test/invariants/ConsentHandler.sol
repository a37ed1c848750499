// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IConsent} from "../../src/interfaces/IConsent.sol";
import {IMarket} from "../../src/interfaces/IMarket.sol";
import {Permissions} from "../../src/libraries/Permissions.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {bound, Check} from "../utils/Check.sol";
import {Prover} from "../utils/Prover.sol";
import {vm, Vm} from "../utils/Vm.sol";

/// @dev Patients, grantees and the registrar act at random. A ledger of its own says which right should hold; every read is
/// tried whether it should succeed or not, and must do as the ledger says.
contract ConsentHandler is ConsentBase {
    struct Line {
        address owner;
        address grantee;
        uint256 expiry;
        uint256 operations;
        bool approved;
        bool ended;
    }

    address[3] private patients = [address(0xA1), address(0xA2), address(0xA3)];
    address[2] private grantees;
    /// @dev lines[i] is right i + 1.
    Line[] private lines;
    mapping(address => bool) private suspended;
    uint256[] private readables;
    /// @dev Emergency accesses of which the log was seen.
    mapping(uint256 accessId => bool) public logged;
    mapping(string => uint256) public done;
    uint256 public openedWithoutARight;
    uint256 public refusedALiveRight;

    constructor() {
        setUp();
        grantees = [PRACTICE, HOSPITAL];
        for (uint256 i = 0; i < 2; ++i) readables.push(listCertified(bytes32(i + 1)));
    }

    modifier step(uint256 seed) {
        vm.warp(block.timestamp + seed % 3 days);
        _;
    }

    function ask(uint256 seed, uint256 a, uint256 b) external step(seed) {
        address grantee = grantees[b % 2];
        if (suspended[grantee]) return;
        IConsent.Terms memory t = _terms(seed);
        address owner = patients[a % 3];
        vm.prank(grantee);
        consent.request(owner, t, X25519, "");
        lines.push(Line(owner, grantee, 0, 0, false, false));
        ++done["ask"];
    }

    function grant(uint256 seed, uint256 a, uint256 b) external step(seed) {
        address grantee = grantees[b % 2];
        if (suspended[grantee]) return;
        IConsent.Terms memory t = _terms(seed);
        address owner = patients[a % 3];
        vm.prank(owner);
        consent.grant(grantee, t, ENVELOPE);
        lines.push(Line(owner, grantee, block.timestamp + t.duration, t.operations, true, false));
        ++done["grant"];
    }

    function answer(uint256 seed, uint256 which) external step(seed) {
        uint256 id = _pending(which);
        if (id == 0) return;
        Line storage line = lines[id - 1];
        IConsent.Right memory asked = consent.rightOf(id);
        if (seed % 3 == 0 || suspended[line.grantee]) {
            vm.prank(line.owner);
            consent.reject(id, scope());
            line.ended = true;
            ++done["reject"];
            return;
        }
        IConsent.Terms memory t = _terms(0);
        t.operations = uint8(asked.operations);
        t.duration = uint40(bound(seed, 1, asked.expiry));
        vm.prank(line.owner);
        consent.approve(id, scope(), t, ENVELOPE);
        (line.approved, line.expiry, line.operations) = (true, block.timestamp + t.duration, t.operations);
        ++done["approve"];
    }

    function end(uint256 seed, uint256 which) external step(seed) {
        uint256 id = _given(which);
        if (id == 0) return;
        Line storage line = lines[id - 1];
        if (seed % 2 == 0) {
            vm.prank(line.owner);
            consent.revoke(id, scope());
            ++done["revoke"];
        } else {
            vm.prank(line.grantee);
            consent.handBack(id, line.owner, scope());
            ++done["handBack"];
        }
        line.ended = true;
    }

    function revokeAll(uint256 seed, uint256 a) external step(seed) {
        if (seed % 3 != 0) return;
        address owner = patients[a % 3];
        vm.prank(owner);
        consent.revokeAll();
        for (uint256 i = 0; i < lines.length; ++i) if (lines[i].owner == owner && lines[i].approved) lines[i].ended = true;
        ++done["revokeAll"];
    }

    function judge(uint256 seed, uint256 b) external step(seed) {
        address grantee = grantees[b % 2];
        uint32 role = grantee == PRACTICE ? Roles.PROVIDER : Roles.INSTITUTION;
        suspended[grantee] = seed % 4 == 0;
        if (suspended[grantee]) suspend(grantee, role);
        else accredit(grantee, role);
        ++done[suspended[grantee] ? "suspend" : "accredit"];
    }

    /// @dev Anybody tries to read or append under any right, named rightly.
    function tryUse(uint256 seed, uint256 which, uint256 as_, uint8 operation) external step(seed) {
        if (lines.length == 0) return;
        uint256 id = which % lines.length + 1;
        Line memory line = lines[id - 1];
        address caller = as_ % 4 == 0 ? grantees[(as_ >> 8) % 2] : line.grantee;
        operation = uint8(bound(operation, 1, 3));
        bool expected = caller == line.grantee && shouldBeLive(id) && operation & ~line.operations == 0;
        bytes memory call = _use(id, line.owner, operation, seed % 4);
        vm.prank(caller);
        (bool ok,) = address(consent).call(call);
        if (ok && !expected) ++openedWithoutARight;
        if (!ok && expected) ++refusedALiveRight;
        ++done[ok ? "used" : "refused"];
    }

    function _use(uint256 id, address owner, uint8 operation, uint256 day) private pure returns (bytes memory) {
        return abi.encodeCall(IConsent.use, (id, owner, scope(), operation, segment(day), scopeProof(day), "record", ""));
    }

    function mark(uint256 seed, uint256 which, bool readable_) external step(seed) {
        vm.prank(OWNER);
        consent.setEmergencyReadable(readables[which % 2], readable_);
    }

    /// @dev Whoever succeeds has left a log with the access's id.
    function tryEmergency(uint256 seed, uint256 which, uint256 as_) external step(seed) {
        address[4] memory people_ = [PRACTICE, HOSPITAL, RESEARCHER, STRANGER];
        address caller = people_[as_ % 4];
        uint256 datasetId = readables[which % 2];
        Prover.Point memory key = nextKey();
        bool expected = as_ % 4 < 2 && !suspended[caller] && consent.isEmergencyReadable(datasetId);
        bytes memory call = abi.encodeCall(IConsent.emergency, (datasetId, key.x, key.y, PERIOD, "reason", ""));
        vm.recordLogs();
        vm.prank(caller);
        (bool ok,) = address(consent).call(call);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        if (ok && !expected) ++openedWithoutARight;
        if (!ok && expected) ++refusedALiveRight;
        for (uint256 i = 0; i < logs.length; ++i) {
            bool mine = logs[i].emitter == address(consent) && logs[i].topics[0] == IConsent.EmergencyOpened.selector;
            if (mine && address(uint160(uint256(logs[i].topics[3]))) == caller) logged[uint256(logs[i].topics[1])] = true;
        }
        ++done[ok ? "emergency" : "emergencyRefused"];
    }

    // ── What the invariants need

    function shouldBeLive(uint256 id) public view returns (bool) {
        Line memory line = lines[id - 1];
        return line.approved && !line.ended && block.timestamp <= line.expiry && !suspended[line.grantee];
    }

    function count() external view returns (uint256) {
        return lines.length;
    }

    function isLive(uint256 id) external view returns (bool) {
        return consent.isLive(id, lines[id - 1].owner, scope());
    }

    function network() external view returns (IMarket) {
        return market;
    }

    function _terms(uint256 seed) private pure returns (IConsent.Terms memory t) {
        t = terms();
        t.category = Permissions.HISTORY;
        t.operations = uint8(bound(seed >> 8, 1, 3));
        t.duration = uint40(bound(seed >> 16, 1, 20 days));
    }

    function _pending(uint256 which) private view returns (uint256) {
        for (uint256 n = 0; n < lines.length; ++n) {
            uint256 i = (which % lines.length + n) % lines.length;
            if (!lines[i].approved && !lines[i].ended) return i + 1;
        }
        return 0;
    }

    /// @dev A right that was given and neither taken nor handed back by itself.
    function _given(uint256 which) private view returns (uint256) {
        for (uint256 n = 0; n < lines.length; ++n) {
            uint256 i = (which % lines.length + n) % lines.length;
            if (consent.rightOf(i + 1).status == IConsent.RightStatus.Approved) return i + 1;
        }
        return 0;
    }
}

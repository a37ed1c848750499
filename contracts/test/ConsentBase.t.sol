// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IConsent} from "../src/interfaces/IConsent.sol";
import {Permissions} from "../src/libraries/Permissions.sol";
import {Roles} from "../src/libraries/Roles.sol";
import {Base} from "./Base.t.sol";
import {Prover} from "./utils/Prover.sol";
import {vm} from "./utils/Vm.sol";

/// @dev A network with a patient, a doctor's practice, a hospital, a researcher, and a scope of four segments.
abstract contract ConsentBase is Base {
    address internal immutable PATIENT = address(0xA11CE);
    address internal immutable PRACTICE = address(0xD0C);
    address internal immutable HOSPITAL = address(0x405);
    address internal immutable RESEARCHER = address(0x5C1);
    bytes32 internal constant PURPOSE = keccak256("dpv:ServiceProvision");
    bytes32 internal constant ENVELOPE = keccak256("envelope");
    bytes32 internal constant X25519 = keccak256("key of the practice");

    function setUp() public virtual override {
        super.setUp();
        accredit(PRACTICE, Roles.PROVIDER);
        accredit(HOSPITAL, Roles.INSTITUTION);
        accredit(RESEARCHER, Roles.RESEARCHER);
    }

    function accredit(address account, uint32 roles) internal {
        vm.prank(REGISTRAR);
        participants.accredit(account, roles, "credential");
    }

    function suspend(address account, uint32 roles) internal {
        vm.prank(REGISTRAR);
        participants.suspend(account, roles, "reason");
    }

    // ── Scope: day segments, hashed in sorted pairs

    function segment(uint256 day) internal pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode("heart-rate", day))));
    }

    function scope() internal pure returns (bytes32) {
        return Hashes.commutativeKeccak256(
            Hashes.commutativeKeccak256(segment(0), segment(1)), Hashes.commutativeKeccak256(segment(2), segment(3))
        );
    }

    function scopeProof(uint256 day) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](2);
        proof[0] = segment(day ^ 1);
        uint256 other = day < 2 ? 2 : 0;
        proof[1] = Hashes.commutativeKeccak256(segment(other), segment(other + 1));
    }

    function terms() internal pure returns (IConsent.Terms memory) {
        return IConsent.Terms({category: Permissions.HEALTH, operations: Permissions.READ, duration: 30 days, scopeRoot: scope(), purpose: PURPOSE});
    }

    function ask() internal returns (uint256) {
        IConsent.Terms memory t = terms();
        vm.prank(PRACTICE);
        return consent.request(PATIENT, t, X25519, "sealed");
    }

    function granted() internal returns (uint256 rightId) {
        rightId = ask();
        IConsent.Terms memory t = terms();
        vm.prank(PATIENT);
        consent.approve(rightId, scope(), t, ENVELOPE);
    }

    /// @dev Everything is prepared before: the cheatcode that expects a revert takes the next call.
    function readDay(uint256 rightId, address who, uint256 day) internal {
        bytes32[] memory proof = scopeProof(day);
        vm.prank(who);
        consent.use(rightId, PATIENT, scope(), Permissions.READ, segment(day), proof, keccak256("record"), "DE-HE");
    }

    function live(uint256 rightId) internal view returns (bool) {
        return consent.isLive(rightId, PATIENT, scope());
    }

    function emergencyOf(address institution, uint256 datasetId) internal returns (uint256) {
        Prover.Point memory key = nextKey();
        vm.prank(institution);
        return consent.emergency(datasetId, key.x, key.y, PERIOD, keccak256("unconscious"), "sealed reason");
    }

    /// @dev A certified dataset that may be read in an emergency.
    function readable() internal returns (uint256 datasetId) {
        datasetId = listCertified("readable");
        vm.prank(OWNER);
        consent.setEmergencyReadable(datasetId, true);
    }
}

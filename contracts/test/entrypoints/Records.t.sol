// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IRecords} from "../../src/interfaces/IRecords.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

contract RecordsTest is ConsentBase {
    bytes32 private constant DIGEST = keccak256("digest");
    bytes32 private constant CONTENT = keccak256("content");

    function _issue(uint256 corrects) private returns (uint256) {
        vm.prank(HOSPITAL);
        return records.issue(PATIENT, 1, DIGEST, CONTENT, "cid", "sealed key", corrects);
    }

    function test_issue_standsForGood() public {
        vm.expectEmit();
        emit IRecords.RecordIssued(1, HOSPITAL, PATIENT, 1, DIGEST, CONTENT, "cid", "sealed key", 0);
        Check.eq(_issue(0), 1, "id");
        IRecords.Record memory record = records.recordOf(1);
        Check.eq(record.issuer, HOSPITAL, "issuer");
        Check.eq(record.time, block.timestamp, "time");
        Check.eq(record.category, 1, "category");
        Check.yes(records.matches(1, PATIENT, DIGEST, CONTENT, 0), "matches");
        // Its issuer loses the role: what it wrote stays.
        suspend(HOSPITAL, Roles.INSTITUTION);
        Check.yes(records.matches(1, PATIENT, DIGEST, CONTENT, 0), "stays");
        Check.eq(records.records(), 1, "records");
    }

    function test_matches_onlyWhatWasIssued(address patient, bytes32 digest, bytes32 content, uint256 corrects) public {
        _issue(0);
        bool same = patient == PATIENT && digest == DIGEST && content == CONTENT && corrects == 0;
        Check.yes(records.matches(1, patient, digest, content, corrects) == same, "matches");
        Check.yes(!records.matches(2, PATIENT, DIGEST, CONTENT, 0), "unknown");
    }

    function _refused(bytes memory reason, address patient, bytes32 digest, bytes32 content, uint256 cid, uint256 key) private {
        vm.expectRevert(reason);
        vm.prank(HOSPITAL);
        records.issue(patient, 1, digest, content, new bytes(cid), new bytes(key), 0);
    }

    function test_issue_reverts() public {
        _refused(abi.encodeWithSelector(IRecords.RecordPartyInvalid.selector, address(0)), address(0), DIGEST, CONTENT, 1, 1);
        _refused(abi.encodeWithSelector(IRecords.RecordPartyInvalid.selector, HOSPITAL), HOSPITAL, DIGEST, CONTENT, 1, 1);
        bytes4 content = IRecords.RecordContentInvalid.selector;
        _refused(abi.encodeWithSelector(content, bytes32(0), CONTENT, 1, 1), PATIENT, 0, CONTENT, 1, 1);
        _refused(abi.encodeWithSelector(content, DIGEST, bytes32(0), 1, 1), PATIENT, DIGEST, 0, 1, 1);
        _refused(abi.encodeWithSelector(content, DIGEST, CONTENT, 0, 1), PATIENT, DIGEST, CONTENT, 0, 1);
        _refused(abi.encodeWithSelector(content, DIGEST, CONTENT, 129, 1), PATIENT, DIGEST, CONTENT, 129, 1);
        _refused(abi.encodeWithSelector(content, DIGEST, CONTENT, 1, 0), PATIENT, DIGEST, CONTENT, 1, 0);
        _refused(abi.encodeWithSelector(content, DIGEST, CONTENT, 1, 257), PATIENT, DIGEST, CONTENT, 1, 257);
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordNotAllowed.selector, STRANGER, 1));
        vm.prank(STRANGER);
        records.issue(PATIENT, 1, DIGEST, CONTENT, "cid", "key", 0);
    }

    function test_issue_correctsOnlyOnesOwn() public {
        _issue(0);
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordNotIssuer.selector, 1, PRACTICE));
        vm.prank(PRACTICE);
        records.issue(PATIENT, 1, DIGEST, CONTENT, "cid", "key", 1);
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordNotIssuer.selector, 2, HOSPITAL));
        vm.prank(HOSPITAL);
        records.issue(PATIENT, 1, DIGEST, CONTENT, "cid", "key", 2);
        _issue(1);
        Check.yes(records.matches(1, PATIENT, DIGEST, CONTENT, 0), "the first stays");
        Check.yes(records.matches(2, PATIENT, DIGEST, CONTENT, 1), "the second names it");
    }

    function test_store_isThePatientsAndOnce() public {
        _issue(0);
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordUnknown.selector, 2));
        vm.prank(PATIENT);
        records.store(2, DIGEST, CONTENT, 0, "new");
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordNotPatient.selector, 1, STRANGER));
        vm.prank(STRANGER);
        records.store(1, DIGEST, CONTENT, 0, "new");
        vm.expectEmit();
        emit IRecords.RecordStored(1, PATIENT, "new");
        vm.prank(PATIENT);
        records.store(1, DIGEST, CONTENT, 0, "new");
        Check.yes(records.recordOf(1).stored, "stored");
        vm.expectRevert(abi.encodeWithSelector(IRecords.RecordStoredAlready.selector, 1));
        vm.prank(PATIENT);
        records.store(1, DIGEST, CONTENT, 0, "new");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IConsent} from "../../src/interfaces/IConsent.sol";
import {IRecords} from "../../src/interfaces/IRecords.sol";
import {Permissions} from "../../src/libraries/Permissions.sol";
import {Roles} from "../../src/libraries/Roles.sol";
import {ConsentBase} from "../ConsentBase.t.sol";
import {Check} from "../utils/Check.sol";
import {vm} from "../utils/Vm.sol";

/// @dev The table written out a second time, cell by cell, and asked of the library and of the contracts.
contract PermissionsTest is ConsentBase {
    uint32[9] private roles = [
        Roles.OWNER, Roles.KEEPER, Roles.CUSTOMER, Roles.VALIDATOR, Roles.PROVIDER, Roles.INSURER, Roles.RESEARCHER, Roles.AGENCY, Roles.INSTITUTION
    ];

    /// @dev r read, a append, i issue, e emergency; one string for each category: health, history, insurance.
    function _cells(uint32 role) private pure returns (string[3] memory) {
        if (role == Roles.CUSTOMER) return ["r", "", ""];
        if (role == Roles.PROVIDER) return ["re", "rai", "r"];
        if (role == Roles.INSURER) return ["r", "r", "rai"];
        if (role == Roles.RESEARCHER) return ["r", "r", ""];
        if (role == Roles.AGENCY) return ["r", "r", ""];
        if (role == Roles.INSTITUTION) return ["re", "raie", "r"];
        return ["", "", ""];
    }

    function _set(uint32 role, uint8 category) private pure returns (uint8 operations) {
        bytes memory cell = bytes(_cells(role)[category]);
        for (uint256 i = 0; i < cell.length; ++i) {
            if (cell[i] == "r") operations |= 1;
            if (cell[i] == "a") operations |= 2;
            if (cell[i] == "i") operations |= 4;
            if (cell[i] == "e") operations |= 8;
        }
    }

    /// @dev Every role × every set of operations (and of the four unused bits, some) × every category, and categories beyond.
    function test_table_isWhatItSays() public view {
        for (uint256 r = 0; r < roles.length; ++r) {
            for (uint8 category = 0; category < 5; ++category) {
                for (uint256 operations = 0; operations < 256; ++operations) {
                    bool expected = category < 3 && operations != 0 && operations & ~uint256(_set(roles[r], category < 3 ? category : 0)) == 0;
                    Check.yes(Permissions.allowed(roles[r], uint8(operations), category) == expected, "cell");
                }
            }
        }
    }

    /// @dev Two roles of one account do not add up to an operation that neither has with the other.
    function test_table_rolesDoNotMix() public view {
        for (uint256 a = 0; a < roles.length; ++a) {
            for (uint256 b = 0; b < roles.length; ++b) {
                for (uint8 category = 0; category < 3; ++category) {
                    for (uint8 operations = 1; operations < 16; ++operations) {
                        bool either = Permissions.allowed(roles[a], operations, category) || Permissions.allowed(roles[b], operations, category);
                        Check.yes(Permissions.allowed(roles[a] | roles[b], operations, category) == either, "pair");
                    }
                }
            }
        }
    }

    /// @dev The market knows by one mask who may stay in an emergency access.
    function test_table_marketAgrees() public view {
        for (uint256 r = 0; r < roles.length; ++r) {
            bool may = Permissions.allowed(roles[r], Permissions.EMERGENCY, Permissions.HEALTH);
            Check.yes(may == (roles[r] & Roles.EMERGENCY != 0), "mask");
        }
    }

    function _account(uint256 r) private returns (address account) {
        account = address(uint160(0xACC0 + r));
        uint32 role = roles[r];
        if (role & Roles.ACCREDITED != 0) {
            accredit(account, role);
        } else {
            vm.prank(account);
            participants.register(role, "key", "");
        }
    }

    function test_request_andGrant_followTheTable() public {
        for (uint256 r = 0; r < roles.length; ++r) {
            address account = _account(r);
            for (uint8 category = 0; category < 4; ++category) {
                for (uint8 operations = 0; operations < 16; ++operations) {
                    IConsent.Terms memory t = terms();
                    (t.category, t.operations) = (category, operations);
                    bool expected = category < 3 && operations != 0 && operations & ~(_set(roles[r], category < 3 ? category : 0) & 3) == 0;
                    bytes memory refusal = abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, account, operations, category);
                    if (!expected) vm.expectRevert(refusal);
                    vm.prank(account);
                    consent.request(PATIENT, t, X25519, "");
                    if (!expected) vm.expectRevert(refusal);
                    vm.prank(PATIENT);
                    consent.grant(account, t, ENVELOPE);
                }
            }
        }
    }

    function test_issue_followsTheTable() public {
        for (uint256 r = 0; r < roles.length; ++r) {
            address account = _account(r);
            for (uint8 category = 0; category < 4; ++category) {
                bool expected = category < 3 && _set(roles[r], category) & 4 != 0;
                if (!expected) vm.expectRevert(abi.encodeWithSelector(IRecords.RecordNotAllowed.selector, account, category));
                vm.prank(account);
                records.issue(PATIENT, category, "digest", "content", "cid", "key", 0);
            }
        }
    }

    function test_emergency_followsTheTable() public {
        uint256 datasetId = readable();
        for (uint256 r = 0; r < roles.length; ++r) {
            address account = _account(r);
            (, uint256 before,) = market.counts();
            if (_set(roles[r], 0) & 8 == 0) {
                vm.expectRevert(abi.encodeWithSelector(IConsent.ConsentNotAllowed.selector, account, 8, 0));
                vm.prank(account);
                consent.emergency(datasetId, 1, 2, PERIOD, "reason", "");
            } else {
                emergencyOf(account, datasetId);
            }
            (, uint256 accesses,) = market.counts();
            Check.eq(accesses - before, _set(roles[r], 0) & 8 == 0 ? 0 : 1, "opened");
        }
    }
}

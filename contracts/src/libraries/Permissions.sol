// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Roles} from "./Roles.sol";

/// @dev Who may do what with which category of a person's data: Table I of Liang et al. (2017) and Table 1 of Chen et
/// al. (2018) as one matrix. A role is a bit of Roles; a cell is a set of operations.
library Permissions {
    /// @dev Operations, as bits.
    uint8 internal constant READ = 1;
    uint8 internal constant APPEND = 2;
    uint8 internal constant ISSUE = 4;
    uint8 internal constant EMERGENCY = 8;
    /// @dev What a right can hold; records and emergencies have doors of their own.
    uint8 internal constant GRANTABLE = READ | APPEND;

    /// @dev Categories: personal health data, medical history, insurance information.
    uint8 internal constant HEALTH = 0;
    uint8 internal constant HISTORY = 1;
    uint8 internal constant INSURANCE = 2;
    uint8 internal constant CATEGORIES = 3;

    /// @notice Whether an account with `roles` may do every operation of the set `operations` with `category`.
    /// @dev One role must allow them all: two half rights make no whole one.
    function allowed(uint32 roles, uint8 operations, uint8 category) internal pure returns (bool) {
        if (operations == 0 || category >= CATEGORIES) return false;
        // Each role's row: four bits a category, lowest first (health, history, insurance).
        return _covers(roles, Roles.INSTITUTION, 0x1F9, operations, category)
            || _covers(roles, Roles.PROVIDER, 0x179, operations, category)
            || _covers(roles, Roles.INSURER, 0x711, operations, category)
            || _covers(roles, Roles.RESEARCHER, 0x011, operations, category)
            || _covers(roles, Roles.AGENCY, 0x011, operations, category)
            || _covers(roles, Roles.CUSTOMER, 0x001, operations, category);
    }

    function _covers(uint32 roles, uint32 role, uint16 row, uint8 operations, uint8 category) private pure returns (bool) {
        return roles & role != 0 && operations & ~uint8((row >> (4 * category)) & 0xF) == 0;
    }
}

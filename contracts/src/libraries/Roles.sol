// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// @dev Bits of an account's roles; the same numbers as `Role` in shared/domain/chain.ts.
library Roles {
    uint32 internal constant OWNER = 1;
    uint32 internal constant KEEPER = 2;
    uint32 internal constant CUSTOMER = 4;
    uint32 internal constant VALIDATOR = 8;
    uint32 internal constant PROVIDER = 16;
    uint32 internal constant INSURER = 32;
    uint32 internal constant RESEARCHER = 64;
    uint32 internal constant AGENCY = 128;
    uint32 internal constant INSTITUTION = 256;

    /// @dev What an account may say of itself.
    uint32 internal constant DECLARED = OWNER | KEEPER | CUSTOMER;
    /// @dev What only the registrar gives.
    uint32 internal constant ACCREDITED = VALIDATOR | PROVIDER | INSURER | RESEARCHER | AGENCY | INSTITUTION;
    /// @dev Whom Permissions lets open an emergency: the market's short form of its table, held against it by a test.
    uint32 internal constant EMERGENCY = PROVIDER | INSTITUTION;
}

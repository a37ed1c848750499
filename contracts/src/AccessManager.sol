// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

// Who holds the registrar's power: OpenZeppelin's contract as it is. Imported to be compiled and deployed.
import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

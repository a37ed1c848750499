// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IPhdCoin} from "../../src/interfaces/IPhdCoin.sol";

/// @dev All that tests call on the coin. They know no implementation: what is deployed is compiled apart.
interface ICoin is IPhdCoin, IERC20Metadata {}

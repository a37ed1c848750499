// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {Accesses} from "./market/Accesses.sol";
import {Certification} from "./market/Certification.sol";
import {Datasets} from "./market/Datasets.sol";
import {MarketBase} from "./market/MarketBase.sol";
import {Settlement} from "./market/Settlement.sol";

/// @title Market
/// @dev IMarket is the specification; each part stands in a file of its own.
contract Market is Datasets, Accesses, Settlement, Certification {
    constructor(address coin_, address participants_, address consent_, address studies_, Parameters memory parameters_)
        MarketBase(coin_, participants_, consent_, studies_, parameters_)
    {}
}

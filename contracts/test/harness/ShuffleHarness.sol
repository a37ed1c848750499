// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

import {IShuffle} from "../utils/IShuffle.sol";
import {Shuffle} from "../../src/libraries/Shuffle.sol";

/// @dev Shows the library to tests as it is deployed.
contract ShuffleHarness is IShuffle {
    function shuffled(uint256 index, uint256 count, bytes32 seed) external view returns (uint256) {
        return Shuffle.shuffled(index, count, seed);
    }
}
